import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from engine.compat.pydantic import restore_on_failure
from tests.compat import changed

CHANGED = changed("pydantic")


class Range(BaseModel):
    model_config = ConfigDict(validate_assignment=True)
    low: int = 0
    high: int = 10

    @model_validator(mode="after")
    def _ordered(self):
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


def test_an_assignment_that_is_refused_changes_nothing():
    model = Range(low=3)
    with pytest.raises(ValidationError), restore_on_failure(model):
        model.low = 11
    assert model.low == 3, CHANGED
    assert model.model_dump() == {"low": 3, "high": 10}, CHANGED
    with restore_on_failure(model):
        model.low = 4
    assert model.low == 4


def test_pydantic_keeps_the_values_of_a_model_in_its_dict():
    assert vars(Range(low=3)) == {"low": 3, "high": 10}, CHANGED


def test_pydantic_itself_does_not_take_such_an_assignment_back():
    model = Range()
    with pytest.raises(ValidationError):
        model.low = 11
    assert model.low == 11, f"{changed('pydantic')} It may not be needed any more."
