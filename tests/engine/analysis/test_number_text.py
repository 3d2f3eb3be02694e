import pytest

from engine.analysis import number_text
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
    assert number_text.metric_value(name, value) == text


@pytest.mark.parametrize(
    ("provenance", "text"),
    [
        ("measured", "front"),
        ("predicted", "predicted front"),
        ("imported or predicted", "front, imported or predicted"),
        ("from a lookup table", "front, from a lookup table"),
    ],
)
def test_what_a_front_is_called_can_be_read_aloud(provenance, text):
    assert number_text.front_name(provenance) == text


def test_a_column_that_names_the_unit_leaves_it_out():
    assert number_text.metric_value_bare("macs", 412_300_000) == "412.3 M"
    assert number_text.metric_value_bare("acc", 76.12) == "76.12 %"


def test_an_axis_counts_in_the_unit_of_its_largest_value():
    scale = number_text.scale_for(METRICS["macs"], 12_100_000)
    assert (scale.divisor, scale.unit) == (1e6, "M MACs")
    assert number_text.scale_for(METRICS["acc"], 92.0).divisor == 1


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.09312, "nats", "0.0931 nats"), (0.5, "%", "0.50 %"), (5.031, "MB", "5.03 MB"),
     (0.91, "", "0.91"), (2_400_000, "ops", "2.40 M ops"), (0.0, "nats", "0 nats")],
)  # fmt: skip
def test_numbers_of_any_unit_keep_their_telling_digits(value, unit, text):
    assert number_text.number_with_unit(value, unit) == text
