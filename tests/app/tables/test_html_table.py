from app.tables.html_table import table_html


def test_a_table_brings_no_markup():
    html = table_html(["<b>", "x"], [("a", '"&')], "caption", "hook")
    assert "<b>" not in html
    assert "&quot;&amp;" in html
