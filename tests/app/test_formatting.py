import pytest

from app import formatting
from engine.metrics import METRICS


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("macs", 412_300_000, "412.3 M MACs"),
        ("macs", 2_063_000, "2.06 M MACs"),
        ("params", 5_030_000, "5.03 M params"),
        ("params", 950, "950 params"),
        ("acc", 76.1234, "76.12 %"),
        ("lat", 12.44, "12.4 ms"),
        ("lat", 0.8712, "0.871 ms"),
        ("acc", float("nan"), "–"),
        ("acc", None, "–"),
    ],
)
def test_metric_values_are_short_and_have_units(name, value, text):
    assert formatting.metric_value(name, value) == text


@pytest.mark.parametrize(
    ("provenance", "called"),
    [
        ("measured", "front"),
        ("predicted", "predicted front"),
        ("imported or predicted", "front, imported or predicted"),
        ("from a lookup table", "front, from a lookup table"),
    ],
)
def test_what_a_front_is_called_can_be_read_aloud(provenance, called):
    assert formatting.front_called(provenance) == called


def test_a_column_that_names_the_unit_leaves_it_out():
    assert formatting.metric_value_bare("macs", 412_300_000) == "412.3 M"
    assert formatting.metric_value_bare("acc", 76.12) == "76.12 %"


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


def test_an_axis_counts_in_the_unit_of_its_largest_value():
    scale = formatting.scale_for(METRICS["macs"], 12_100_000)
    assert (scale.divisor, scale.unit) == (1e6, "M MACs")
    assert formatting.scale_for(METRICS["acc"], 92.0).divisor == 1


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.09312, "nats", "0.0931 nats"), (0.5, "%", "0.50 %"), (5.031, "MB", "5.03 MB"),
     (0.91, "", "0.91"), (2_400_000, "ops", "2.40 M ops"), (0.0, "nats", "0 nats")],
)  # fmt: skip
def test_numbers_of_any_unit_keep_their_telling_digits(value, unit, text):
    assert formatting.number_with_unit(value, unit) == text


def test_rates():
    assert formatting.rate(66.2) == "66 / min"
    assert formatting.rate(6.84) == "6.8 / min"
    assert formatting.rate(0) == "–"


def test_counted_things_agree_with_their_number():
    assert formatting.counted(1, "sub-network") == "1 sub-network"
    assert formatting.counted(0, "run") == "0 runs"
    assert formatting.counted(20_000, "run") == "20,000 runs"


def test_long_text_is_cut_with_a_mark():
    assert formatting.cut("four", 4) == "four"
    assert formatting.cut("four and more", 6) == "four…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("macs <= 5M", r"macs \<= 5M"),
        (":red[a] *b* `c` $d$", r"\:red\[a\] \*b\* \`c\` \$d\$"),
        ("_a_ of ofa_mbv3", r"\_a\_ of ofa_mbv3"),
        ("# one\n# two", "\\# one\n\\# two"),
        ("Write this: that, 100 %.", "Write this: that, 100 %."),
    ],
)
def test_what_markdown_would_take_for_marks_is_escaped(text, shown):
    assert formatting.plain(text) == shown
