"""One check decides what a measurement may give, for every metric and whatever comes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EvaluationError
from engine.evaluation.value_checks import checked_values
from engine.metrics import METRICS
from engine.tasks.base import held_out_metric, held_out_name

MEASURED = [name for name, metric in METRICS.items() if not metric.computable]
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(),
    st.binary(), st.lists(st.floats(), max_size=3), st.just(object()),
    st.floats(width=32).map(np.float32), st.integers(0, 255).map(np.uint8),
)  # fmt: skip


@given(name=st.sampled_from([*MEASURED, *map(held_out_name, MEASURED)]), value=ANYTHING)
def test_it_is_a_number_within_the_bounds_of_its_metric_or_a_sentence_that_names_both(name, value):
    metric = METRICS[held_out_metric(name) or name]
    values = {name: value, "other": 1.0}
    if metric.refusal(value):
        with pytest.raises(EvaluationError, match=f"net measured {name}, which is ") as raised:
            checked_values(values, [name], "net")
        assert len(str(raised.value)) < 300
        return
    (number,) = checked_values(values, [name], "net").values()
    assert type(number) is float
    assert number == value
    assert metric.lowest is None or number >= metric.lowest
    assert metric.highest is None or number <= metric.highest


@given(
    values=st.dictionaries(st.sampled_from(MEASURED), st.just(1.0)),
    requested=st.sampled_from(MEASURED),
)
def test_what_was_asked_for_is_there_or_named(values, requested):
    if requested in values:
        assert checked_values(values, [requested], "net").keys() == {requested}
    else:
        with pytest.raises(
            EvaluationError, match=f"net returned no {requested}, which was requested"
        ):
            checked_values(values, [requested], "net")
