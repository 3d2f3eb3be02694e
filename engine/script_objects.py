"""What the running script offers beside installed packages: functions, and choices to search.

A worker process does not import the script. What it offers is pickled by value when it is offered,
and sent to each worker. It exists as long as the process: another process sees of it only what the
log of a run describes.
"""

import inspect
import pickle
import platform
import sys
import sysconfig
import threading
import types
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Literal, NamedTuple

import cloudpickle

from engine.errors import ConfigError, EvaluationError, RunError
from engine.quoting import error_text, quoted

Kind = Literal["metric", "function", "supernet"]
"""Definitions of metrics, functions that measure them, and supernets, each by name."""

_BY_OTHERS = "by another function, or by one whose values are not reused"
_IN_USE: Mapping[Kind, str] = {
    "metric": "A run that has not ended reads the metric '{name}' in another way, such as with "
    "another unit. Wait for its end, or choose another name.",
    "function": f"A run that has not ended measures '{{name}}' {_BY_OTHERS}. Wait for its end, or "
    "choose another name.",
    "supernet": f"A run that has not ended evaluates the same choices {_BY_OTHERS}. Wait for its "
    "end, or search in another process.",
}
"""Why something cannot be offered now, by its kind."""

_Key = tuple[Kind, str]
_OWN_PACKAGES = ("__main__", "__mp_main__", "app", "dynas_studio", "engine", "pages")
_MAX_SEARCH_DEPTH = 5  # functions that call functions, in the search for what cannot be pickled


class _Offer(NamedTuple):
    value: Any
    content: bytes  # as it was when it was offered
    identity: object = None


_offers: dict[_Key, _Offer] = {}
_holders: Counter[_Key] = Counter()
_lock = threading.RLock()


def offered(kind: Kind) -> Mapping[str, Any]:
    """Everything of a kind that this process offers, by name."""
    return {name: offer.value for (of, name), offer in list(_offers.items()) if of == kind}


def offer(kind: Kind, name: str, value: Any, *, identity: object = None) -> None:
    """Offer `value`; it replaces what had its name.

    Raises ConfigError if it cannot be sent to another process. Raises RunError if a run of this
    process uses another one of that name, with another `identity`.
    """
    content = to_content(value, name)
    with _lock:
        previous = _offers.get((kind, name))
        if previous is not None and _holders[kind, name]:
            if previous.identity == identity:
                return
            raise RunError(_IN_USE[kind].format(name=name))
        _offers[kind, name] = _Offer(value, content, identity)


def withdraw(kind: Kind, name: str) -> None:
    """Offer it no longer; does nothing if it was not offered."""
    with _lock:
        _offers.pop((kind, name), None)


@contextmanager
def held(names: Iterable[str]) -> Iterator[None]:
    """While a run goes on, keep what is offered by `names` from being replaced by others."""
    keys = [(kind, name) for name in names for kind in _KINDS]
    with _lock:
        _holders.update(keys)
    try:
        yield
    finally:
        with _lock:
            _holders.subtract(keys)


_KINDS: tuple[Kind, ...] = ("metric", "function", "supernet")


def to_bytes() -> bytes:
    """Everything that this process offers, for `receive` in a worker process."""
    with _lock:
        return pickle.dumps({key: offer.content for key, offer in _offers.items()})


def to_portable_bytes() -> bytes:
    """As `to_bytes`, for a process of another machine, which has not the modules of the script.

    Functions and classes of modules that no installed package has are pickled with their code.
    """
    modules = _local_modules() if _offers else {}
    with _lock:
        return pickle.dumps(
            {key: _portable_content(offer, modules) for key, offer in _offers.items()}
        )


def _portable_content(offer: _Offer, modules: Mapping[str, types.ModuleType]) -> bytes:
    used = [module for name, module in modules.items() if name.encode() in offer.content]
    for module in used:
        cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(offer.value)) if used else offer.content
    except Exception:  # noqa: BLE001 - a module holds what cannot be pickled: it must be installed
        return offer.content
    finally:
        for module in used:
            cloudpickle.unregister_pickle_by_value(module)


def _local_modules() -> dict[str, types.ModuleType]:
    """The imported modules of no installed package and not of Python, by name."""
    installed = tuple(dict.fromkeys(sysconfig.get_paths().values()))
    outside = {
        name: module
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None))
        and name.partition(".")[0] not in _OWN_PACKAGES
        and not str(Path(file).absolute()).startswith(installed)
    }
    if not outside:
        return {}
    packages = packages_distributions()  # an editable package is installed, too
    return {
        name: module for name, module in outside.items() if name.partition(".")[0] not in packages
    }


def receive(content: bytes) -> None:
    """Offer in this process what another one offers; raises EvaluationError if that fails."""
    contents: dict[_Key, bytes] = pickle.loads(content)  # noqa: S301 - sent by our own process
    for key, pickled in contents.items():
        _offers[key] = _Offer(from_content(pickled, f"'{key[1]}'"), pickled)


def from_content(content: bytes, what: str) -> Any:
    """The object in the bytes of `to_content`; raises EvaluationError if it cannot be made here."""
    try:
        return pickle.loads(content)  # noqa: S301 - sent by our own process
    except Exception as error:
        raise EvaluationError(
            f"{what} of the script cannot be loaded in a worker process: {error_text(error)}. "
            "Define all that it needs in the script, or in a module that can be imported on "
            f"{platform.node()}."
        ) from error


def to_content(value: Any, name: str) -> bytes:
    """`value` pickled with the code of the script that it needs.

    Raises ConfigError that names the variable which cannot be pickled, such as an open file.
    """
    try:
        return bytes(cloudpickle.dumps(value))
    except Exception as error:
        culprit = _unportable_variable(value, _MAX_SEARCH_DEPTH)
        what = f", because {culprit} cannot be pickled" if culprit else ""
        raise ConfigError(
            f"'{name}' cannot be sent to a worker process{what} ({error_text(error)}). Make it "
            "inside the function."
        ) from error


def _unportable_variable(value: Any, depth: int) -> str:
    """The variable of a function, or the attribute of an object, that cannot be pickled."""
    for name, part in _parts(value).items():
        if part is value or _can_be_pickled(part):
            continue
        inner = _unportable_variable(part, depth - 1) if depth else ""
        return inner or f"{quoted(name)} of type {type(part).__name__}"
    return ""


def _parts(value: Any) -> Mapping[str, Any]:
    if isinstance(value, types.MethodType):
        return {"self": value.__self__, value.__name__: value.__func__}
    if isinstance(value, types.FunctionType):
        variables = inspect.getclosurevars(value)
        defaults = {f"default {i + 1}": part for i, part in enumerate(value.__defaults__ or ())}
        return {**variables.nonlocals, **variables.globals, **defaults}
    if isinstance(value, Mapping):
        return {str(key): part for key, part in value.items()}
    attributes = getattr(value, "__dict__", None)
    return attributes if isinstance(attributes, dict) else {}


def _can_be_pickled(value: Any) -> bool:
    try:
        cloudpickle.dumps(value)
    except Exception:  # noqa: BLE001 - a class may fail in any way
        return False
    return True
