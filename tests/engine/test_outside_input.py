"""Whatever comes in by a door, nothing but that door's own error comes out, in a short sentence."""

import contextlib
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.config import NASConfig
from engine.constraints import Constraint
from engine.errors import ConfigError, DataError, DynasError, FilterError
from engine.meters import latency_table
from engine.overrides import with_assignments
from engine.runs.filter_expression import parse_filter

_LONGEST_MESSAGE = 6000
_MANY = 10_000  # inputs an entry in the long version

_WORDS = (
    "nas", "dynas", "search", "stop", "approach", "seed", "num_evals", "metrics", "acc", "macs",
    "lat", "workers", "constraints", "supernet", "blocks", "base", "mean", "null", "true", "yes",
    "<=", ">=", "300e6", "1e400", "-0.0", ".inf", ".nan", "0x", "0b_", "1_0", "1:30", "=", "==",
    "and", "or", "not", "front", "9" * 400, "2026-11-26", "2026-99-99", "12:00:99", "<<", "&a",
    "*a", "!!int", "!!float", "!!bool", "!!set", "!!python/name:os.system", "!x", "!", "|", ">",
    "- ", "? ", ": ", ", ", "[", "]", "{", "}", "(", ")", "~", "'", '"', "\\", "#", "%YAML 1.1\n",
    "---\n", "...\n", "\n", "\n  ", "\t", " ", "\0", "\ud800", "\ufeff", "\x85", "\u2028", "é",
)  # fmt: skip

texts = st.one_of(
    st.text(st.characters(), max_size=60),  # lone surrogates too
    st.lists(st.sampled_from(_WORDS), max_size=25).map("".join),
    st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join),
)

_VALID = NASConfig(dynas={"constraints": ["macs <= 300e6"]}).to_yaml()


@st.composite
def changed_configurations(draw: st.DrawFn) -> str:
    """A valid file with some characters replaced, left out or put in."""
    text = _VALID
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 8)))
        text = text[:start] + draw(st.one_of(st.sampled_from(_WORDS), texts)) + text[end:]
    return text


class _Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**300, 10**5000),
    st.floats(allow_nan=True), st.complex_numbers(), st.text(st.characters(), max_size=20),
    st.sampled_from(_WORDS), st.binary(max_size=8), st.dates(), st.just(float("inf")),
    st.builds(_Unprintable), st.builds(object), st.just(NASConfig), st.frozensets(st.integers()),
)  # fmt: skip
keys = st.one_of(
    st.sampled_from(_WORDS), st.text(st.characters(), max_size=5), st.integers(), st.none()
)
data = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(keys, inner, max_size=5),
        st.tuples(inner, inner),
        st.dictionaries(st.sampled_from(["nas", "dynas", "search", "stop", "approach"]), inner),
    ),
    max_leaves=15,
)

_FIELDS = [
    *(("dynas", name) for name in type(NASConfig().dynas).model_fields),
    *(("search", name) for name in type(NASConfig().search).model_fields),
    *(("stop", name) for name in type(NASConfig().stop).model_fields),
]
_FIELDS += [("dynas", name) for name in sorted(type(NASConfig().dynas).other_names)]
_ALL_NAMES = [name for _, name in _FIELDS]


@dataclass(frozen=True)
class Door:
    """Where something comes in, and the one kind of error that may come out."""

    name: str
    enter: Callable[[Any, Path], object]
    error: type[DynasError]
    inputs: st.SearchStrategy[Any]


def _assign(given: tuple[tuple[str, str], Any], _folder: Path) -> None:
    (section, name), value = given
    setattr(getattr(NASConfig(), section), name, value)


def _from_file(text: str, folder: Path) -> NASConfig:
    (folder / "search.yaml").write_bytes(text.encode(errors="surrogatepass"))
    return NASConfig.from_file(folder / "search.yaml")


def _table(text: str, folder: Path) -> latency_table.LatencyTable:
    (folder / "table.yaml").write_bytes(text.encode(errors="surrogatepass"))
    return latency_table.read(str(folder / "table.yaml"))


_COLUMNS = ("acc", "macs", "front")

DOORS = [
    Door("from_yaml", lambda text, _: NASConfig.from_yaml(text), ConfigError,
         st.one_of(texts, changed_configurations())),
    Door("from_file", _from_file, ConfigError, st.one_of(texts, changed_configurations())),
    Door("from_dict", lambda given, _: NASConfig.from_dict(given), ConfigError, data),
    Door("NASConfig", lambda given, _: NASConfig(**given), ConfigError,
         st.dictionaries(st.sampled_from(["approach", "search_algorithm", "search", "stop",
                                          "dynas", "x", "search_space", "metrics", "seed",
                                          "higher_is_better", "max_trials"]), data)),
    Door("a field", lambda given, _: NASConfig.from_dict({given[0][0]: {given[0][1]: given[1]}}),
         ConfigError, st.tuples(st.sampled_from(_FIELDS), data)),
    Door("assignment", _assign, ConfigError, st.tuples(st.sampled_from(_FIELDS), data)),
    Door("with_assignments", lambda text, _: with_assignments(NASConfig(), [text]), ConfigError,
         st.one_of(texts, st.builds("{}={}".format, st.sampled_from(_ALL_NAMES), texts))),
    Door("Constraint.parse", lambda text, _: Constraint.parse(text), ConfigError,
         st.one_of(texts, st.builds("{}{}{}".format, st.just("macs <= "), texts, st.just("G")))),
    Door("parse_filter", lambda text, _: parse_filter(text, _COLUMNS), FilterError,
         st.one_of(texts, st.lists(st.sampled_from(
             ["acc", "macs", "front", "<", ">=", "==", "!=", "and", "or", "not", "-", "+", "*",
              "/", "(", ")", "3", "300M", ".5k", "0x" + "f" * 100, "1e999", "1j", "~", "lambda:",
              "f'{acc}'", "[", "]", "is", "in", ":=", "await", "...", "9" * 300, "x"]),
             max_size=60).map(" ".join))),
    Door("latency table", _table, DataError, st.one_of(
        texts, st.builds("blocks:\n  a: {}\n  b: {}".format, texts, st.sampled_from(_WORDS)),
        st.builds("a: {{mean: {}}}".format, texts))),
]  # fmt: skip
_NAMED = pytest.mark.parametrize("door", DOORS, ids=[door.name for door in DOORS])


def _enter(door: Door, given: Any, folder: Path) -> None:
    began = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            door.enter(given, folder)
    except door.error as error:
        message = str(error)
        assert 0 < len(message) < _LONGEST_MESSAGE
        assert message.encode()  # it can be printed
        assert "Traceback" not in message
    assert time.process_time() - began < 1


@_NAMED
def test_only_the_errors_of_a_door_come_out_of_it(door, tmp_path):
    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(door.inputs)
    def enter(given: Any) -> None:
        _enter(door, given, tmp_path)

    enter()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@_NAMED
def test_only_the_errors_of_a_door_come_out_of_it_for_many_inputs(door, tmp_path):
    @settings(max_examples=_MANY, suppress_health_check=list(HealthCheck))
    @given(door.inputs)
    def enter(given: Any) -> None:
        _enter(door, given, tmp_path)

    enter()


@pytest.mark.parametrize("character", ["9", "_", "a", " ", "<", "-", "(", "[", "é", "\ud800", "."])
@_NAMED
def test_a_long_input_is_answered_about_as_fast_as_a_short_one(door, character, tmp_path):
    if door.name in ("from_dict", "NASConfig", "a field", "assignment"):
        given = {"dynas": {"supernet": character * 10**6, "constraints": [character * 10**6]}}
        door = DOORS[2]
    else:
        given = {"with_assignments": "supernet=", "Constraint.parse": "macs <= "}.get(door.name, "")
        given += character * 10**6
    began = time.process_time()
    with contextlib.suppress(door.error):
        door.enter(given, tmp_path)
    assert time.process_time() - began < 1


_NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@settings(max_examples=150)
@given(
    name=_NAMES,
    seed=st.integers(0, 2**63 - 1),
    seconds=st.none() | st.floats(1e-3, 1e9),
    evaluations=st.integers(1, 1_000_000),
)
def test_what_is_written_is_read_back(name, seed, seconds, evaluations):
    config = NASConfig(
        search={"seed": seed},
        stop={"seconds": seconds},
        dynas={"supernet": name, "num_evals": evaluations},
    )
    assert NASConfig.from_yaml(config.to_yaml()) == config


@settings(max_examples=150)
@given(limit=st.floats(-1e30, 1e30))
def test_a_constraint_keeps_its_limit_when_it_is_written(limit):
    written = Constraint.parse(f"macs <= {limit!r}")
    assert Constraint.parse(str(written)) == written
    assert written.limit == limit


def test_a_valid_file_is_valid():
    assert yaml.safe_load(_VALID) == NASConfig.from_yaml(_VALID).to_dict()
