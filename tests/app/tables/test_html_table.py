from app.tables.html_table import table_html


def test_table_cells_are_escaped():
    html = table_html(["<b>", "x"], [("a", '"&')], "caption", "hook")
    assert "<b>" not in html
    assert "&quot;&amp;" in html
