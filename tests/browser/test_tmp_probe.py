def test_page(page):
    page.set_content("<h1>hi</h1>")
    assert page.inner_text("h1") == "hi"
