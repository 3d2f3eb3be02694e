from engine.analysis.figures.markup import escape_markup

J = "\N{WORD JOINER}"


def test_every_text_of_a_figure_loses_its_marks_but_breaks_and_ends():
    figure = {
        "data": [{"name": "<a href='x'>y</a>", "x": [1.5], "text": ("a<br>b<extra></extra>",)}]
    }
    safe = escape_markup(figure)
    assert safe["data"][0]["name"] == f"<{J}a href='x'>y<{J}/a>"
    assert safe["data"][0]["text"] == ["a<br>b<extra></extra>"]
    assert safe["data"][0]["x"] == [1.5]
