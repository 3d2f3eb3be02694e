from app.tables.html_table import table_html


def test_table_cells_are_escaped():
    html = table_html(["<b>", "x"], [("a", '"&')], "caption", "hook")
    assert "<b>" not in html
    assert "&quot;&amp;" in html


def test_names_of_settings_may_be_broken_between_words_but_no_numbers():
    html = table_html(["a", "b"], [("dynas.num_evals", "0.25 ms")], "caption", "hook")
    assert ">dynas.<wbr>num_<wbr>evals<" in html
    assert 'title="dynas.num_evals"' in html
    assert ">0.25 ms<" in html
