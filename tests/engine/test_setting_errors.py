"""Errors of a configuration file are told in the order of its lines."""

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.overrides import apply_assignments

WRONG = {
    "search": {"seed": "x", "predictor": "no", "surprise": 1},
    "stop": {"cycles": "x", "hours": "y", "hypervolume": "z"},
    "dynas": {"workers": 0, "num_evals": "x", "batch_size": "x", "population": -1, "nothing": 1},
}


@st.composite
def wrong_files(draw):
    """Settings in any order, some of them wrong; at least two."""
    sections = {}
    for section in draw(st.permutations(sorted(WRONG))):
        names = draw(st.lists(st.sampled_from(sorted(WRONG[section])), unique=True))
        sections[section] = {name: WRONG[section][name] for name in names}
    if sum(map(len, sections.values())) < 2:
        sections["dynas"] = WRONG["dynas"]
    return sections


@settings(max_examples=60, deadline=None)
@given(wrong_files(), st.booleans())
def test_errors_are_in_the_order_of_the_lines_of_the_file(sections, wrapped):
    text = yaml.safe_dump({"nas": sections} if wrapped else sections, sort_keys=False)
    with pytest.raises(ConfigError) as raised:
        NASConfig.read(text, "search.yaml")
    lines = [int(line) for line in re.findall(r"search.yaml, line (\d+)", str(raised.value))]
    assert len(lines) >= 2
    assert lines == sorted(lines)
    count = sum(map(len, sections.values()))
    assert len(lines) == min(count, 10)


def test_the_first_ten_of_the_file_are_listed():
    wrong = "\n".join(f"  wrong_{number}: 1" for number in range(12))
    with pytest.raises(ConfigError) as raised:
        NASConfig.read(f"dynas:\n{wrong}\nstop:\n  cycles: x\n")
    assert re.findall(r"wrong_\d+", str(raised.value)) == [f"wrong_{n}" for n in range(10)]
    assert str(raised.value).endswith("3 more settings are wrong.")


def test_errors_of_assignments_come_after_those_of_the_file():
    with pytest.raises(ConfigError) as raised:
        NASConfig.read(
            "dynas:\n  num_evals: x", change=lambda data: apply_assignments(data, ["seed=y"])
        )
    assert str(raised.value).index("dynas.num_evals") < str(raised.value).index("search.seed")
