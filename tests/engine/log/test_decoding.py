"""Every field that is read from a log is checked there, so that no page meets another type."""

import pytest

from engine.evaluation.record import Evaluation
from engine.log import decoding
from engine.log.decoding import evaluation_of, event_of
from tests.engine.records import evaluation

WRONG = [[None]]
"""What no field of an evaluation or an event can be."""

FULL = evaluation(
    number=1,
    predicted={"acc": 90.0},
    conditions={"device": "cpu", "slowed": 0.2, "disturbed": 0.1},
    quality_conditions={"runtime": "torch", "runtime_version": "2.0"},
    stderr="Killed",
    ran=3.5,
    uncalibrated={"acc": 91.0},
    lost_workers=("process 1",),
).to_json()

EVENTS = {
    "created": {
        "config": {}, "name": "n", "fingerprint": "f", "metrics": {}, "num_evals": 3,
        "confirm": 2,
    },
    "imported": {"sentences": ["Two rows."]},
    "state": {"state": "running", "message": "", "ran": 1.5},
    "cycle": {
        "cycle": 1, "after": 2, "proposals": [{"genotype": [0], "predicted": {"acc": 1.0}}],
        "predictors": {"acc": {"predictor": "ridge", "trained_on": 2, "tau": {"ridge": 0.5}}},
        "seconds": 0.5,
    },
    "workers": {"count": 4},
    "retry": {"numbers": [1], "after": 2, "num_evals": 3},
    "renamed": {"name": "n"},
    "extended": {"num_evals": 3},
    "share": {"workers": 2, "priority": 1},
    "tagged": {"tags": ["a"]},
    "note": {"text": "t"},
    "noted": {"number": 1, "text": "t"},
    "archived": {"archived": True},
    "shortlist": {"numbers": [1]},
    "asked": {"wanted": "paused"},
    "confirmed": {
        "number": 1, "repeat": 2, "metrics": {"acc": 90.0}, "seconds": 0.5, "reason": "",
    },
    "repaired": {"lost": ["evaluation 7"]},
    "sibling": {
        "run": "r", "name": "n", "supernet": "s", "genotypes": [[0]], "values": {"acc": [1.0]},
        "sentence": "t",
    },
}  # fmt: skip
"""Of each kind of event, all the data that is read of it."""


def event(kind, data):
    return {"number": 1, "time": 1.0, "kind": kind, "data": data}


def places(data, path=()):
    """The paths of all fields in plain data."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def replaced(data, path, value):
    first, *rest = path
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[first] = replaced(copy[first], rest, value) if rest else value
    return copy


# The conditions of imported latencies stand in events.
FIELDS = [name for name in Evaluation.__dataclass_fields__ if name != "imported_conditions"]


def test_every_field_of_an_evaluation_is_known_here():
    assert evaluation_of(FULL, 1).to_json() == FULL
    assert FULL.keys() == set(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_a_wrong_field_of_an_evaluation_is_refused_by_its_name(field):
    with pytest.raises(ValueError, match=f"wrong '{field}|calls itself number"):
        evaluation_of({**FULL, field: WRONG}, 1)


@pytest.mark.parametrize("field", ["slowed", "disturbed"])
def test_conditions_that_are_calculated_with_are_numbers(field):
    with pytest.raises(ValueError, match=field):
        evaluation_of({**FULL, "conditions": {field: "much"}}, 1)


def test_of_every_kind_of_event_that_is_checked_there_is_an_example():
    assert EVENTS.keys() == decoding._EVENT_DATA_SCHEMAS.keys()


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_is_read_as_it_was_written(kind):
    assert event_of(event(kind, EVENTS[kind]), 1).data == EVENTS[kind]


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, path) for kind, data in EVENTS.items() for path in places(data)]
)
def test_a_wrong_field_of_an_event_is_refused(kind, path):
    with pytest.raises(ValueError, match=rf"wrong '{path[0]}.*of the event '{kind}'"):
        event_of(event(kind, replaced(EVENTS[kind], path, WRONG)), 1)


def test_the_numbers_of_evaluations_to_try_again_count_from_one():
    with pytest.raises(ValueError, match="numbers"):
        event_of(event("retry", {"numbers": [0], "after": 2, "num_evals": 3}), 1)
