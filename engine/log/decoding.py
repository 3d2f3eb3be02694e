"""Evaluations and events from the plain data of a log; whatever is not one is refused.

What newer versions add, further fields and further kinds of events, is read and left alone. Every
function raises ValueError with the end of a sentence on what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.evaluation.record import KNOWN, Evaluation
from engine.log.event import Event
from engine.metrics import LARGEST
from engine.quoting import quoted

_LONGEST = 60  # characters of a wrong value that a sentence repeats
_LATEST = 253_402_300_000.0  # POSIX: the last day of the year 9999
_MOST = 2**53  # the largest whole number that a float holds exactly

Check = Callable[[Any], bool]


def evaluation_of(data: Any, number: int) -> Evaluation:
    """The evaluation that is number `number` of its log."""
    _fields(data, _EVALUATION, {**_LATER, "number": lambda value: value == number})
    return Evaluation.from_json(data)


def event_of(data: Any, number: int) -> Event:
    """The event that is number `number` of its log."""
    _fields(data, _EVENT, {"number": lambda value: value == number})
    needed, optional = _DATA.get(data["kind"], ({}, {}))
    _fields(data["data"], needed, optional, of=f" of the event '{quoted(data['kind'], _LONGEST)}'")
    return Event(number, data["time"], data["kind"], data["data"])


def _fields(
    data: Any, needed: Mapping[str, Check], optional: Mapping[str, Check], of: str = ""
) -> None:
    if not isinstance(data, dict):
        raise ValueError(f"is {quoted(data, _LONGEST)}, not a mapping of fields{of}")
    for name, right in needed.items():
        if name not in data:
            raise ValueError(f"has no field '{name}'{of}")
        if not right(data[name]):
            raise ValueError(f"has a wrong '{name}'{of}: {quoted(data[name], _LONGEST)}")
    for name, right in optional.items():
        if name in data and not right(data[name]):
            raise ValueError(f"has a wrong '{name}'{of}: {quoted(data[name], _LONGEST)}")


def _whole(value: Any) -> bool:
    return type(value) is int and -_MOST <= value <= _MOST


def _count(value: Any) -> bool:
    return _whole(value) and value >= 0


def _number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= LARGEST


def _time(value: Any) -> bool:
    return _number(value) and 0 <= value <= _LATEST


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _list_of(right: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(right, value))


def _values(right: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(right, value.values()))


_genes = _list_of(_count)


def _config(value: Any) -> bool:
    """A mapping of gene groups to what a subnetwork has there: plain values or lists of them."""
    plain = (str, int, float, bool, type(None))
    return isinstance(value, dict) and all(
        isinstance(v, plain) or (isinstance(v, list) and all(isinstance(x, plain) for x in v))
        for v in value.values()
    )


def _proposal(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _genes(value.get("genotype"))
        and _values(_number)(value.get("predicted"))
    )


_EVALUATION: Mapping[str, Check] = {
    "number": _count,
    "genotype": _genes,
    "config": _config,
    "cycle": lambda value: _whole(value) and value >= KNOWN,
    "status": lambda value: value in ("ok", "failed"),
    "metrics": _values(_number),
    "sources": _values(_text),
    "seconds": _number,
    "finished": _time,
}
_LATER: Mapping[str, Check] = {  # fields that some older version did not have
    "predicted": _values(_number),
    "reused": _truth,
    "reason": _text,
    "worker": _text,
    "conditions": _mapping,
}
_EVENT: Mapping[str, Check] = {
    "number": _count,
    "time": _time,
    "kind": _text,
    "data": _mapping,
}
_DATA: Mapping[str, tuple[Mapping[str, Check], Mapping[str, Check]]] = {
    "created": (
        {"config": _mapping, "name": _text},
        {"fingerprint": _text, "metrics": _values(_mapping), "num_evals": _count},
    ),
    "state": ({"state": _text}, {"message": _text}),
    "cycle": (
        {"cycle": _count, "after": _count, "proposals": _list_of(_proposal)},
        {"predictors": _values(_mapping)},
    ),
    "renamed": ({"name": _text}, {}),
    "extended": ({"num_evals": _count}, {}),
    "tagged": ({"tags": _list_of(_text)}, {}),
    "note": ({"text": _text}, {}),
    "archived": ({"archived": _truth}, {}),
    "shortlist": ({"numbers": _list_of(_count)}, {}),
    "asked": ({"wanted": _text}, {}),
    "repaired": ({"lost": _list_of(_text)}, {}),
}
"""By kind of event: the fields of its data that it must have, and those that it may have."""
