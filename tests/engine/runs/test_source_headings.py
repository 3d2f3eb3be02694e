import pytest

from engine.runs.source_headings import heading_with_source, split_source

PREDICTED = "published predictor"
CALIBRATED = "published predictor, calibrated on published measurements"


@pytest.mark.parametrize("sources", [[], ["measured"], ["exact"], ["measured", ""]])
def test_a_measured_column_keeps_its_heading(sources):
    assert heading_with_source("Top-1 Acc (%)", sources) == "Top-1 Acc (%)"


@pytest.mark.parametrize(
    ("sources", "heading", "read"),
    [
        ([PREDICTED], "Top-1 Acc (%), published predictor", PREDICTED),
        ([CALIBRATED], f"Top-1 Acc (%), {CALIBRATED}", CALIBRATED),
        ([CALIBRATED, f"{CALIBRATED}, extrapolated"], f"Top-1 Acc (%), {CALIBRATED}", CALIBRATED),
        (["measured", PREDICTED], f"Top-1 Acc (%), measured or {PREDICTED}", PREDICTED),
        (["imported", "measured"], "Top-1 Acc (%), measured or imported", "imported"),
        (["lookup table"], "Top-1 Acc (%), lookup table", "lookup table"),
    ],
)
def test_a_heading_states_what_was_not_measured_and_is_read_back(sources, heading, read):
    assert heading_with_source("Top-1 Acc (%)", sources) == heading
    assert split_source(heading) == ("Top-1 Acc (%)", read)
    assert split_source(f" {heading.upper()} ") == (" TOP-1 ACC (%)", read)


@pytest.mark.parametrize("heading", ["MACs", "MACs, in millions", "Hue, or measured", ", ", ""])
def test_any_other_heading_states_no_source(heading):
    assert split_source(heading) == (heading, "")
