from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import sources
from engine.metrics import METRICS, Source

KINDS = get_args(Source)
UNMEASURED = [kind for kind in KINDS if kind not in ("measured", "exact")]
SEVERAL = st.lists(
    st.builds(
        lambda kind, beyond: f"{kind}, extrapolated" if beyond else kind,
        st.sampled_from(KINDS),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("kind", UNMEASURED)
def test_every_source_but_a_measurement_has_words_and_a_meaning(kind):
    assert sources.describe_source(kind)
    assert sources.source_headline(kind)
    assert sources.source_badge(kind)
    assert sources.source_explanation(kind)


@pytest.mark.parametrize("kind", ["measured", "exact", ""])
def test_what_was_measured_or_is_exact_needs_no_word(kind):
    assert (
        sources.describe_source(kind)
        == sources.source_headline(kind)
        == sources.source_details(kind)
        == ""
    )
    assert sources.labelled_metric("acc", [kind]) == METRICS["acc"]


def test_words_are_those_that_people_read():
    line = f"{sources.CALIBRATED_ON_PUBLISHED}, {sources.EXTRAPOLATED}"
    assert sources.describe_source(line) == (
        "predicted, calibrated on published measurements, extrapolated"
    )
    assert sources.source_headline(line) == "predicted"
    assert sources.source_details(line) == "calibrated on published measurements, extrapolated"
    assert sources.source_badge(line) == "predicted, calibrated, extrapolated"
    assert sources.describe_source("lookup table") == "from a lookup table"


@pytest.mark.parametrize("beside", ["", ", imported"])
def test_a_prediction_that_nothing_calibrated_says_so(beside):
    raw = sources.PREDICTED + beside
    assert sources.describe_source(raw) == f"predicted, not calibrated{beside}"
    assert sources.source_details(raw) == f"not calibrated{beside}"
    assert sources.source_badge(raw) == f"predicted, not calibrated{beside}"
    assert "may read some points too high" in sources.source_explanation(raw)
    assert not sources.is_calibrated(raw)
    assert "too high" not in sources.source_explanation(sources.CALIBRATED_ON_PUBLISHED)


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (["measured", "imported"], "measured or imported"),
        ([sources.PREDICTED, "imported"], "imported or predicted, not calibrated"),
        (["", "measured"], ""),
        (["measured", "exact"], ""),
        (["exact", "measured", "imported"], "exact or measured or imported"),
        ([sources.CALIBRATED_ON_PUBLISHED, f"{sources.CALIBRATED_ON_PUBLISHED}, extrapolated"],
         "predicted, calibrated on published measurements, partly extrapolated"),
        ([f"{sources.CALIBRATED_ON_PUBLISHED}, extrapolated"],
         "predicted, calibrated on published measurements, extrapolated"),
    ],
)  # fmt: skip
def test_a_column_names_all_that_it_holds(there, words):
    assert sources.describe_source(sources.combine_sources(there)) == words


@given(SEVERAL)
def test_no_column_with_an_unmeasured_number_looks_measured(there):
    unmeasured = [one for one in there if not sources.is_measured_here(one)]
    shown = sources.labelled_metric("acc", there)
    assert (shown.label != METRICS["acc"].label) == bool(unmeasured)
    for one in unmeasured:
        assert sources.source_headline(one) in shown.label
        for part in sources.source_details(one).split(", "):
            assert part in sources.describe_source(sources.combine_sources(there))


@given(st.text(max_size=200))
def test_a_source_that_nobody_knows_is_shown_as_harmless_words(text):
    label = sources.labelled_metric("acc", [text]).label
    assert not set(label) & set("<>*[]()!`$:#|\\\n")
    assert sources.imported_source(text) in (sources.IMPORTED, text, f"{text}, imported")
    if text not in KINDS:
        assert sources.imported_source(f"{text}!") == sources.IMPORTED


@pytest.mark.parametrize("kind", UNMEASURED)
def test_a_metric_of_a_package_that_is_never_measured_says_so(monkeypatch, kind):
    monkeypatch.setitem(METRICS, "energy", replace(METRICS["lat"], name="energy", source=kind))
    for there in ([], [kind]):
        assert sources.source_headline(kind) in sources.labelled_metric("energy", there).label


@given(SEVERAL)
def test_the_order_of_the_numbers_changes_no_word(there):
    assert sources.combine_sources(there) == sources.combine_sources(there[::-1])


@given(st.sampled_from(KINDS), st.booleans())
def test_importing_hides_nothing_and_happens_once(kind, beyond):
    given_source = f"{kind}, extrapolated" if beyond else kind
    once = sources.imported_source(given_source)
    assert sources.IMPORTED in once
    assert sources.imported_source(once) == once
    if sources.is_predicted(given_source):
        assert sources.is_predicted(once)
        assert sources.is_extrapolated(once) == beyond
