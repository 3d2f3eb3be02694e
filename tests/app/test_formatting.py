import pytest

from app import formatting


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (8.4, "8 s"), (200, "3 m 20 s"), (7500, "2 h 05 m"), (90_000, "1 d 1 h"),
     (None, "–"), (float("inf"), "–")],
)  # fmt: skip
def test_durations(seconds, text):
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3, "just now"), (240, "4 min ago"), (7300, "2 h ago"), (90_000, "1 day ago"),
     (260_000, "3 days ago")],
)  # fmt: skip
def test_ages(seconds, text):
    assert formatting.age(seconds) == text


def test_sizes_of_spaces():
    assert formatting.power_of_ten(7371**3) == "4.0 × 10¹¹"
    assert formatting.power_of_ten(9_999_999) == "1.0 × 10⁷"
    assert formatting.power_of_ten(27) == "27"


def test_rates():
    assert formatting.rate(66.2) == "66 / min"
    assert formatting.rate(6.84) == "6.8 / min"
    assert formatting.rate(0) == "–"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("macs <= 5M", r"macs \<= 5M"),
        (":red[a] *b* `c` $d$", r"\:red\[a\] \*b\* \`c\` \$d\$"),
        ("_a_ of ofa_mbv3", r"\_a\_ of ofa_mbv3"),
        ("# one\n# two", "\\# one\n\\# two"),
        ("Write this: that, 100 %.", "Write this: that, 100 %."),
    ],
)
def test_markup_is_escaped(text, markdown):
    assert formatting.escape_markdown(text) == markdown
