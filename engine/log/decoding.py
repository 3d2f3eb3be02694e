"""Decodes and validates the evaluations and events of a log.

Fields and kinds of events that newer versions add are accepted. Every function raises ValueError
with the end of a sentence that names the problem.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, GetPydanticSchema, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.log.event import Event
from engine.metrics import LARGEST
from engine.quoting import quoted

_MAX_QUOTE_LENGTH = 60  # characters of an invalid value in an error message
LATEST_TIME = 253_402_214_400.0
"""The latest valid POSIX time in a log: a date in the year 9999 in every time zone."""
_MAX_COUNT = 2**53  # the largest whole number that a float holds exactly


def _left_to_right_union(union: Any, schema_of: Callable[[Any], Any]) -> Any:
    """The schema of a union that is tried from left to right and has one error for all members."""
    options = {"custom_error_type": "union", "custom_error_message": "none of the union"}
    return {**schema_of(union), **options, "mode": "left_to_right"}


_strict = with_config(ConfigDict(strict=True, extra="ignore", allow_inf_nan=False))

Count = Annotated[int, Field(ge=0, le=_MAX_COUNT)]
Index = Annotated[int, Field(ge=0, lt=2**31)]
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Time = Annotated[float, Field(ge=0, le=LATEST_TIME)]
Seconds = Annotated[float, Field(ge=0, le=LARGEST)]
RunningSeconds = Seconds | None
PlainValue = Annotated[int | str | float | bool | None, Field(union_mode="left_to_right")]
ConfigValue = Annotated[list[PlainValue] | PlainValue, GetPydanticSchema(_left_to_right_union)]
FieldValues = dict[str, Any]


@_strict
class _Conditions(TypedDict):
    # Other fields are only exported.
    slowed: NotRequired[Number]
    disturbed: NotRequired[Number]


@_strict
class _Evaluation(TypedDict):
    number: Count
    genotype: list[Index]
    config: dict[str, ConfigValue]
    cycle: Annotated[int, Field(ge=WARM_START_CYCLE, le=_MAX_COUNT)]
    status: Literal["ok", "failed"]
    metrics: dict[str, Number]
    sources: dict[str, str]
    seconds: Number
    finished: Time
    # Fields that logs of older versions lack.
    predicted: NotRequired[dict[str, Number]]
    reused: NotRequired[bool]
    reason: NotRequired[str]
    worker: NotRequired[str]
    conditions: NotRequired[_Conditions]
    quality_conditions: NotRequired[dict[str, PlainValue]]
    stderr: NotRequired[str]
    ran: NotRequired[RunningSeconds]
    uncalibrated: NotRequired[dict[str, Number]]
    lost_workers: NotRequired[list[str]]


@_strict
class _Event(TypedDict):
    number: Count
    time: Time
    kind: str
    data: FieldValues


@_strict
class _Created(TypedDict):
    config: FieldValues
    name: str
    confirm: NotRequired[Annotated[Count, Field(ge=1)]]
    fingerprint: NotRequired[str]
    metrics: NotRequired[dict[str, FieldValues]]
    num_evals: NotRequired[Count]
    most_evaluations: NotRequired[Count]


@_strict
class _Imported(TypedDict):
    sentences: list[str]


@_strict
class _Sibling(TypedDict):
    run: str
    name: str
    supernet: str
    genotypes: list[list[Index]]
    values: dict[str, list[Number]]
    sentence: str


@_strict
class _State(TypedDict):
    state: str
    message: NotRequired[str]
    ran: NotRequired[RunningSeconds]


@_strict
class _Proposal(TypedDict):
    genotype: list[Index]
    predicted: dict[str, Number]


@_strict
class _FittedPredictor(TypedDict):
    predictor: str
    trained_on: Count
    tau: NotRequired[dict[str, Number]]


@_strict
class _Cycle(TypedDict):
    cycle: Count
    after: Count
    proposals: list[_Proposal]
    predictors: NotRequired[dict[str, _FittedPredictor]]
    seconds: NotRequired[Seconds]
    computed: NotRequired[Count]


@_strict
class _Workers(TypedDict):
    count: Count


@_strict
class _Retry(TypedDict):
    numbers: list[Annotated[Count, Field(ge=1)]]
    after: Count
    num_evals: Count


@_strict
class _Renamed(TypedDict):
    name: str


@_strict
class _Extended(TypedDict):
    num_evals: Count


@_strict
class _Share(TypedDict):
    workers: Annotated[int, Field(ge=1, le=_MAX_COUNT)] | None
    priority: Annotated[int, Field(ge=-_MAX_COUNT, le=_MAX_COUNT)]


@_strict
class _Tagged(TypedDict):
    tags: list[str]


@_strict
class _Note(TypedDict):
    text: str


@_strict
class _Noted(TypedDict):
    number: Annotated[Count, Field(ge=1)]
    text: str


@_strict
class _Archived(TypedDict):
    archived: bool


@_strict
class _Shortlist(TypedDict):
    numbers: list[Count]


@_strict
class _StateRequest(TypedDict):
    wanted: str


@_strict
class _Confirmed(TypedDict):
    number: Annotated[Count, Field(ge=1)]
    repeat: Annotated[Count, Field(ge=1)]
    metrics: dict[str, Number]
    seconds: Seconds
    reason: NotRequired[str]


@_strict
class _Repaired(TypedDict):
    lost: list[str]


Schema = TypeAdapter[Any]
_EVALUATION_SCHEMA: Schema = TypeAdapter(_Evaluation)
_EVENT_SCHEMA: Schema = TypeAdapter(_Event)
_EVENT_DATA_SCHEMAS: Mapping[str, Schema] = {
    "created": TypeAdapter(_Created),
    "imported": TypeAdapter(_Imported),
    "sibling": TypeAdapter(_Sibling),
    "state": TypeAdapter(_State),
    "cycle": TypeAdapter(_Cycle),
    "workers": TypeAdapter(_Workers),
    "retry": TypeAdapter(_Retry),
    "renamed": TypeAdapter(_Renamed),
    "extended": TypeAdapter(_Extended),
    "share": TypeAdapter(_Share),
    "tagged": TypeAdapter(_Tagged),
    "note": TypeAdapter(_Note),
    "noted": TypeAdapter(_Noted),
    "archived": TypeAdapter(_Archived),
    "shortlist": TypeAdapter(_Shortlist),
    "asked": TypeAdapter(_StateRequest),
    "confirmed": TypeAdapter(_Confirmed),
    "repaired": TypeAdapter(_Repaired),
}
"""The schema of the data of each kind of event."""


def evaluation_of(data: Any, number: int) -> Evaluation:
    """The evaluation with number `number` in its log."""
    _check(data, _EVALUATION_SCHEMA)
    _check_number(data, number)
    return Evaluation.from_json(data)


def event_of(data: Any, number: int) -> Event:
    """The event with number `number` in its log."""
    _check(data, _EVENT_SCHEMA)
    _check_number(data, number)
    kind, event_data = data["kind"], data["data"]
    if kind in _EVENT_DATA_SCHEMAS:
        _check(event_data, _EVENT_DATA_SCHEMAS[kind], kind)
    return Event(number, data["time"], kind, event_data)


def _check_number(data: FieldValues, number: int) -> None:
    if data["number"] != number:
        raise ValueError(f"calls itself number {data['number']}")


def _check(data: Any, schema: Schema, kind: str = "") -> None:
    """Raise ValueError unless `data` fits the schema, which may be that of events of a `kind`."""
    try:
        schema.validate_python(data)  # its result is not used: it turns integers into floats
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
    else:
        return
    suffix = f" of the event {quoted(kind, _MAX_QUOTE_LENGTH)}" if kind else ""
    location = ".".join(map(str, problem["loc"][:3]))
    if problem["type"] == "missing":
        raise ValueError(f"has no field '{location}'{suffix}")
    value = quoted(problem["input"], _MAX_QUOTE_LENGTH)
    if not location:
        raise ValueError(f"is {value}, not a mapping of fields{suffix}")
    raise ValueError(f"has a wrong '{location}'{suffix}: {value}")
