import pytest

from app.display_names import distinct_labels, file_name, name_code, name_markdown, note_markdown

J = "\N{WORD JOINER}"

HOSTILE = [
    "![](http://evil.example/x.png)", r"$\alpha$", "<img src=x onerror=alert(1)>", ":red[x]",
    ":material/home:", ":smile:", ":streamlit:", "[a](javascript:alert(1))", "two\n\n# lines",
    "1. one", "- item", "> quote", "| a |", "&lt;b&gt;", "a -> b >= c", "~~~mermaid", "\u202eright",
    "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "markdown"),
    [
        ("![](http://x.y/z)", rf"!\[\](http:{J}//x.y/z)"),
        (":material/home:", rf":{J}material/home:"),
        (":smile: at 12:30:15", rf":{J}smile: at 12\:30\:15"),
        ("www.x.y a@b.c", f"www{J}.x.y a@{J}b.c"),
        ("1. one", r"1\. one"),
        ("- item", r"\- item"),
        ("&copy;", r"\&copy;"),
        ("a -> b", rf"a -{J}\> b"),
        ("two\n# lines", "two # lines"),
    ],
)
def test_markdown_shows_a_name_as_it_is(name, markdown):
    assert name_markdown(name) == markdown


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_markdown_is_short_and_on_one_line(name):
    assert "\n" not in name_markdown(name)
    assert len(name_markdown(name)) < 200


def test_a_name_in_code_cannot_end_it():
    assert name_code("ofa_mbv3") == "`ofa_mbv3`"
    assert name_code("a` ![](http://x.y) `b") == "`a' ![](http://x.y) 'b`"


def test_a_name_becomes_one_file():
    assert file_name("../../etc/passwd\n", "csv") == "etc-passwd.csv"
    assert file_name("  ", "csv") == "run.csv"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("**why** this [run](http://x.y)", "**why** this [run](http://x.y)"),
        ("![a](http://x.y/z.png)", f"!{J}[a](http://x.y/z.png)"),
        ("![a][b]", f"!{J}[a][b]"),
        ("```mermaid\ngraph\n```", "```\ngraph\n```"),
        ("> ~~~ &#109;ermaid\n> x\n> ~~~", "> ~~~\n> x\n> ~~~"),
        ("see ```code``` here", "see ```code``` here"),
    ],
)
def test_a_note_is_markdown_that_loads_nothing(text, markdown):
    assert note_markdown(text) == markdown


def test_labels_of_equal_names_are_distinct():
    long = "x" * 100
    names_by_id = {"a": "twin", "b": "twin", "c": "alone", "d": f"{long} one", "e": f"{long} two"}
    labels = distinct_labels(names_by_id)
    assert list(labels) == list(names_by_id)
    assert (labels["a"], labels["b"], labels["c"]) == ("twin · a", "twin · b", "alone")
    assert len(set(labels.values())) == len(names_by_id)
