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
    assert sources.words(kind)
    assert sources.headline(kind)
    assert sources.badge(kind)
    assert sources.meaning(kind)


@pytest.mark.parametrize("kind", ["measured", "exact", ""])
def test_what_was_measured_or_is_exact_needs_no_word(kind):
    assert sources.words(kind) == sources.headline(kind) == sources.details(kind) == ""
    assert sources.as_shown("acc", [kind]) == METRICS["acc"]


def test_words_are_those_that_people_read():
    line = f"{sources.BY_PUBLISHED}, {sources.EXTRAPOLATED}"
    assert sources.words(line) == ("predicted, calibrated on published measurements, extrapolated")
    assert sources.headline(line) == "predicted"
    assert sources.details(line) == "calibrated on published measurements, extrapolated"
    assert sources.badge(line) == "predicted, calibrated, extrapolated"
    assert sources.words("lookup table") == "from a lookup table"


@pytest.mark.parametrize("beside", ["", ", imported"])
def test_a_prediction_that_nothing_calibrated_says_so(beside):
    raw = sources.PREDICTED + beside
    assert sources.words(raw) == f"predicted, not calibrated{beside}"
    assert sources.details(raw) == f"not calibrated{beside}"
    assert sources.badge(raw) == f"predicted, not calibrated{beside}"
    assert "may read some points too high" in sources.meaning(raw)
    assert not sources.calibrated(raw)
    assert "too high" not in sources.meaning(sources.BY_PUBLISHED)


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (["measured", "imported"], "measured or imported"),
        ([sources.PREDICTED, "imported"], "imported or predicted, not calibrated"),
        (["", "measured"], ""),
        ([sources.BY_PUBLISHED, f"{sources.BY_PUBLISHED}, extrapolated"],
         "predicted, calibrated on published measurements, partly extrapolated"),
        ([f"{sources.BY_PUBLISHED}, extrapolated"],
         "predicted, calibrated on published measurements, extrapolated"),
    ],
)  # fmt: skip
def test_a_column_names_all_that_it_holds(there, words):
    assert sources.words(sources.combined(there)) == words


@given(SEVERAL)
def test_no_column_with_an_unmeasured_number_looks_measured(there):
    unmeasured = [one for one in there if not sources.measured_here(one)]
    shown = sources.as_shown("acc", there)
    assert (shown.label != METRICS["acc"].label) == bool(unmeasured)
    for one in unmeasured:
        assert sources.headline(one) in shown.label
        for part in sources.details(one).split(", "):
            assert part in sources.words(sources.combined(there))


@given(st.text(max_size=200))
def test_a_source_that_nobody_knows_is_shown_as_harmless_words(text):
    label = sources.as_shown("acc", [text]).label
    assert not set(label) & set("<>*[]()!`$:#|\\\n")
    assert sources.imported(text) in (sources.IMPORTED, text, f"{text}, imported")
    if text not in KINDS:
        assert sources.imported(f"{text}!") == sources.IMPORTED


@pytest.mark.parametrize("kind", UNMEASURED)
def test_a_metric_of_a_package_that_is_never_measured_says_so(monkeypatch, kind):
    monkeypatch.setitem(METRICS, "energy", replace(METRICS["lat"], name="energy", source=kind))
    for there in ([], [kind]):
        assert sources.headline(kind) in sources.as_shown("energy", there).label


@given(SEVERAL)
def test_the_order_of_the_numbers_changes_no_word(there):
    assert sources.combined(there) == sources.combined(there[::-1])


@given(st.sampled_from(KINDS), st.booleans())
def test_importing_hides_nothing_and_happens_once(kind, beyond):
    given_source = f"{kind}, extrapolated" if beyond else kind
    once = sources.imported(given_source)
    assert sources.IMPORTED in once
    assert sources.imported(once) == once
    if sources.predicted(given_source):
        assert sources.predicted(once)
        assert sources.extrapolated(once) == beyond
