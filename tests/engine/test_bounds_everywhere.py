"""Every place that takes bounds on metrics accepts and refuses the same texts, with one meaning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms.search_form import canonical_constraints
from engine.analysis.figures.arguments import _limits
from engine.analysis.goal import Goal
from engine.config import NASConfig
from engine.constraints import parse_constraints, violations
from engine.errors import ConfigError, FigureError, FilterError
from engine.metrics import METRICS
from engine.overrides import apply_assignments
from engine.runs.filter_expression import parse_filter

VALUES = np.array([0.0, 3.0, 20.0, 75.0, 90.0, 1000.0, 5e6, 3e8])
COLUMNS = {name: np.roll(VALUES, shift) for shift, name in enumerate(METRICS)}
COLUMNS |= {"front": np.ones(len(VALUES), dtype=bool), "ks1": np.full(len(VALUES), 3.0)}

_titles = st.sampled_from(
    [title for metric in METRICS.values() for title in (metric.name, metric.label)]
    + ["latency_spread", "Top 1 accuracy"]
)
_cases = st.sampled_from([str, str.upper, str.lower, str.title])
_signs = st.sampled_from(["<", "<=", ">", ">=", "≤", "≥"])
_numbers = st.sampled_from(
    ["3", "20", "75.0", "90.", ".5", "1_000", "3e8", "5E6", "-1", "0.1", "07"]
)
_prefixes = st.sampled_from(["", "", "k", " K", "M", " M", "G", "T"])
_units = st.sampled_from(["", "", "", " %", "%", " ms", " MACs", " params", " MB", "MB"])
_spaces = st.sampled_from(["", " ", "  ", "\u00a0"])
_joints = st.sampled_from([" and ", ", ", ",", " AND "])


@st.composite
def bounds(draw):
    title, space = draw(_cases)(draw(_titles)), draw(_spaces)
    number = f"{draw(_numbers)}{draw(_prefixes)}{draw(_units)}"
    return f"{title}{space}{draw(_signs)}{draw(_spaces)}{number}"


_wrong = st.sampled_from(
    ["macs", "macs <", "< 3", "macs << 3", "macs =< 3", "macs = 3", "macs <= 0x10", "macs <= 3x",
     "macs <= many", "macs <= 4__5", "macs <= 1 2", "macs <= 1e999", "macs <= 1e31", "speed < 3",
     "accuracy < 3", "lat <= 20 s", "size <= 3 M", "macs <= 3m", "acc >= 90 %%", "macs <= nan", ""]
)  # fmt: skip


@st.composite
def texts(draw):
    parts = draw(st.lists(st.one_of(bounds(), bounds(), bounds(), _wrong), min_size=1, max_size=3))
    text = parts[0]
    for part in parts[1:]:
        text += draw(_joints) + part
    return text


def meaning(text):
    """What the grammar says of a text: a mask of `VALUES`, or None if it is refused."""
    try:
        constraints = parse_constraints(text)
    except ConfigError:
        return None
    return np.broadcast_to(violations(constraints, COLUMNS) == 0, len(VALUES))


def accepted(read, error):
    try:
        return read()
    except error:
        return None


@settings(max_examples=60, deadline=None)
@given(texts().filter(str.strip))
def test_every_place_reads_the_same_texts_as_the_same_bounds(text):
    expected = meaning(text)
    written = None if expected is None else [str(c) for c in parse_constraints(text)]

    in_config = accepted(
        lambda: NASConfig.from_dict({"dynas": {"constraints": [text], "workers": 1}}), ConfigError
    )
    assert (in_config and in_config.dynas.constraints) == written
    in_goal = accepted(lambda: Goal.parse("acc", text), ConfigError)
    assert (in_goal and [str(c) for c in in_goal.limits]) == written
    in_plot = accepted(lambda: _limits("limits", text), FigureError)
    assert (in_plot and [str(c) for c in in_plot]) == written
    assert canonical_constraints([text]) == ([text] if written is None else written)
    in_filter = accepted(lambda: parse_filter(text, list(COLUMNS)).mask(COLUMNS), FilterError)
    assert (in_filter is None) == (expected is None)
    if expected is not None:
        assert in_filter.tolist() == expected.tolist()
        assert [str(c) for c in parse_constraints(" and ".join(written))] == written


@pytest.mark.parametrize("value", ["macs < 5M and Latency <= 20 ms", "[MACs < 5M, lat <= 20ms]"])
def test_an_assignment_takes_one_text_or_a_list(value):
    data, _ = apply_assignments({}, [f"constraints={value}", "workers=1"])
    assert NASConfig.from_dict({"nas": data}).dynas.constraints == ["macs < 5e6", "lat <= 20"]
