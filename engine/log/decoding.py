"""Evaluations and events from the plain data of a log; whatever is not one is refused.

What newer versions add, further fields and further kinds of events, is read and left alone. Every
function raises ValueError with the end of a sentence on what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, GetPydanticSchema, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.log.event import Event
from engine.metrics import LARGEST
from engine.quoting import quoted

_LONGEST = 60  # characters of a wrong value that a sentence repeats
LATEST = 253_402_214_400.0
"""The latest POSIX time in a log: one that is a date of the year 9999 in every time zone."""
_MOST = 2**53  # the largest whole number that a float holds exactly


def _tried_in_turn(union: Any, schema_of: Callable[[Any], Any]) -> Any:
    """The schema of a union whose first member most values are of, and which fails as one."""
    one = {"custom_error_type": "union", "custom_error_message": "none of the union"}
    return {**schema_of(union), **one, "mode": "left_to_right"}


_strictly = with_config(ConfigDict(strict=True, extra="ignore", allow_inf_nan=False))

Count = Annotated[int, Field(ge=0, le=_MOST)]
Index = Annotated[int, Field(ge=0, lt=2**31)]
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Time = Annotated[float, Field(ge=0, le=LATEST)]
Ran = Annotated[float, Field(ge=0, le=LARGEST)] | None
Plain = Annotated[int | str | float | bool | None, Field(union_mode="left_to_right")]
Choices = Annotated[list[Plain] | Plain, GetPydanticSchema(_tried_in_turn)]
Fields = dict[str, Any]


@_strictly
class _Conditions(TypedDict):
    # The others are only ever written out.
    slowed: NotRequired[Number]
    disturbed: NotRequired[Number]


@_strictly
class _Evaluation(TypedDict):
    number: Count
    genotype: list[Index]
    config: dict[str, Choices]
    cycle: Annotated[int, Field(ge=WARM_START_CYCLE, le=_MOST)]
    status: Literal["ok", "failed"]
    metrics: dict[str, Number]
    sources: dict[str, str]
    seconds: Number
    finished: Time
    # Some older version did not have what follows.
    predicted: NotRequired[dict[str, Number]]
    reused: NotRequired[bool]
    reason: NotRequired[str]
    worker: NotRequired[str]
    conditions: NotRequired[_Conditions]
    stderr: NotRequired[str]
    ran: NotRequired[Ran]
    uncalibrated: NotRequired[dict[str, Number]]


@_strictly
class _Event(TypedDict):
    number: Count
    time: Time
    kind: str
    data: Fields


@_strictly
class _Created(TypedDict):
    config: Fields
    name: str
    fingerprint: NotRequired[str]
    metrics: NotRequired[dict[str, Fields]]
    num_evals: NotRequired[Count]


@_strictly
class _Imported(TypedDict):
    sentences: list[str]


@_strictly
class _State(TypedDict):
    state: str
    message: NotRequired[str]
    ran: NotRequired[Ran]


@_strictly
class _Proposal(TypedDict):
    genotype: list[Index]
    predicted: dict[str, Number]


@_strictly
class _Fitted(TypedDict):
    predictor: str
    trained_on: Count
    tau: NotRequired[dict[str, Number]]


@_strictly
class _Cycle(TypedDict):
    cycle: Count
    after: Count
    proposals: list[_Proposal]
    predictors: NotRequired[dict[str, _Fitted]]


@_strictly
class _Retry(TypedDict):
    numbers: list[Annotated[Count, Field(ge=1)]]
    after: Count
    num_evals: Count


@_strictly
class _Renamed(TypedDict):
    name: str


@_strictly
class _Extended(TypedDict):
    num_evals: Count


@_strictly
class _Tagged(TypedDict):
    tags: list[str]


@_strictly
class _Note(TypedDict):
    text: str


@_strictly
class _Archived(TypedDict):
    archived: bool


@_strictly
class _Shortlist(TypedDict):
    numbers: list[Count]


@_strictly
class _Asked(TypedDict):
    wanted: str


@_strictly
class _Repaired(TypedDict):
    lost: list[str]


Form = TypeAdapter[Any]
_EVALUATION: Form = TypeAdapter(_Evaluation)
_EVENT: Form = TypeAdapter(_Event)
_DATA: Mapping[str, Form] = {
    "created": TypeAdapter(_Created),
    "imported": TypeAdapter(_Imported),
    "state": TypeAdapter(_State),
    "cycle": TypeAdapter(_Cycle),
    "retry": TypeAdapter(_Retry),
    "renamed": TypeAdapter(_Renamed),
    "extended": TypeAdapter(_Extended),
    "tagged": TypeAdapter(_Tagged),
    "note": TypeAdapter(_Note),
    "archived": TypeAdapter(_Archived),
    "shortlist": TypeAdapter(_Shortlist),
    "asked": TypeAdapter(_Asked),
    "repaired": TypeAdapter(_Repaired),
}
"""What the data of each kind of event must have."""


def evaluation_of(data: Any, number: int) -> Evaluation:
    """The evaluation that is number `number` of its log."""
    _check(data, _EVALUATION)
    _check_number(data, number)
    return Evaluation.from_json(data)


def event_of(data: Any, number: int) -> Event:
    """The event that is number `number` of its log."""
    _check(data, _EVENT)
    _check_number(data, number)
    kind, content = data["kind"], data["data"]
    if kind in _DATA:
        _check(content, _DATA[kind], kind)
    return Event(number, data["time"], kind, content)


def _check_number(data: Fields, number: int) -> None:
    if data["number"] != number:
        raise ValueError(f"calls itself number {data['number']}")


def _check(data: Any, form: Form, kind: str = "") -> None:
    """Raise ValueError unless `data` has the form, which is that of events of a `kind` if given."""
    try:
        form.validate_python(data)  # what it returns has other types: whole numbers become floats
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
    else:
        return
    of = f" of the event {quoted(kind, _LONGEST)}" if kind else ""
    where = ".".join(map(str, problem["loc"][:3]))
    if problem["type"] == "missing":
        raise ValueError(f"has no field '{where}'{of}")
    shown = quoted(problem["input"], _LONGEST)
    if not where:
        raise ValueError(f"is {shown}, not a mapping of fields{of}")
    raise ValueError(f"has a wrong '{where}'{of}: {shown}")
