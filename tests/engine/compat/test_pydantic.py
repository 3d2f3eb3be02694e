import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from engine.compat.pydantic import restore_on_failure, validate_into
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


class Counted(BaseModel):
    model_config = ConfigDict(validate_assignment=True)
    low: int = 0
    _changes: int = PrivateAttr(default=0)

    @model_validator(mode="after")
    def _checked(self, info: ValidationInfo):
        self._changes += 1
        if info.context == "strict" and self.low:
            raise ValueError("low is not 0")
        return self


def test_private_attributes_are_restored_as_well():
    model = Counted()
    before = model._changes

    def change_and_fail():
        with restore_on_failure(model):
            model.low = 3
            raise KeyError

    with pytest.raises(KeyError):
        change_and_fail()
    assert (model.low, model._changes) == (0, before), CHANGED


def test_a_model_with_a_constructor_is_validated_with_a_context():
    filled = Counted.__new__(Counted)
    validate_into(filled, {"low": 3}, "lenient")
    assert (filled.low, filled._changes) == (3, 1), CHANGED
    assert filled.model_fields_set == {"low"}, CHANGED
    with pytest.raises(ValidationError, match="low is not 0"):
        validate_into(Counted.__new__(Counted), {"low": 3}, "strict")


class Outer(BaseModel):
    inner: Counted

    def __init__(self, **data):
        super().__init__(**data)


def test_pydantic_itself_loses_the_context_of_fields_in_the_constructor():
    data = {"inner": {"low": 3}}
    assert Outer.model_validate(data, context="strict").inner.low == 3, (
        f"{changed('pydantic')} validate_into may not be needed any more."
    )
    with pytest.raises(ValidationError, match="low is not 0"):
        validate_into(Outer.__new__(Outer), data, "strict")
