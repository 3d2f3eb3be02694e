"""An evaluation from a log is the one that was written, however it is kept in memory."""

import copy
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.record import Evaluation
from tests.engine.records import evaluation

NUMBERS = st.one_of(st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=3))
NAMES = st.text(max_size=3)
EVALUATIONS = st.builds(
    evaluation,
    number=st.integers(1, 10**6),
    genotype=st.lists(st.one_of(st.integers(0, 7), st.integers(250, 10**4)), max_size=6).map(tuple),
    config=st.dictionaries(NAMES, st.one_of(VALUES, st.lists(VALUES, max_size=4)), max_size=4),
    metrics=st.dictionaries(NAMES, NUMBERS, max_size=4),
    sources=st.dictionaries(NAMES, NAMES, max_size=4),
    predicted=st.dictionaries(NAMES, NUMBERS, max_size=2),
    conditions=st.dictionaries(NAMES, VALUES, max_size=4),
    quality_conditions=st.dictionaries(NAMES, VALUES, max_size=4),
    uncalibrated=st.dictionaries(NAMES, NUMBERS, max_size=2),
    ran=st.one_of(st.none(), NUMBERS),
)


def json_text(record):
    return json.dumps(record.to_json())  # tells 1, 1.0 and True apart, and -0.0 from 0.0


def from_json_text(record):
    return Evaluation.from_json(json.loads(json_text(record)))


@given(EVALUATIONS)
def test_a_read_evaluation_equals_the_written_one_to_the_last_digit(written):
    again = from_json_text(written)
    assert again == written
    assert json_text(again) == json_text(written)
    assert repr(again) == repr(written)


@given(EVALUATIONS)
def test_copies_of_a_read_evaluation_equal_it(written):
    again = from_json_text(written)
    assert copy.deepcopy(again) == written
    assert replace(again, number=0) == replace(written, number=0)


@pytest.mark.parametrize("index", [255, 256])
def test_a_genotype_is_a_tuple_of_whole_numbers_however_large(index):
    assert from_json_text(evaluation(genotype=(0, index))).genotype == (0, index)


def test_equal_values_of_different_types_are_told_apart():
    values = [1, 1.0, True, "1"]
    again = [from_json_text(evaluation(conditions={"batch": value})).conditions for value in values]
    assert [type(one["batch"]) for one in again] == [int, float, bool, str]


@pytest.mark.parametrize("field", [field.name for field in fields(Evaluation)])
def test_no_field_can_be_set(field):
    for record in (evaluation(), from_json_text(evaluation())):
        with pytest.raises(AttributeError):
            setattr(record, field, None)


def test_a_config_that_is_changed_changes_no_record():
    record = from_json_text(evaluation())
    record.config["ks"].append(7)
    assert record == evaluation()
