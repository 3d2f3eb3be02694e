"""Sections of a configuration with nothing in them, and the configurations in the documentation."""

import re
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCKS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in sorted(DOCS.glob("*.md"))
    for number, block in enumerate(re.findall(r"```yaml\n(nas:.*?)```", page.read_text(), re.S), 1)
]
EMPTY = (
    "search:", "stop:", "dynas:", "dynas: {supernet_options: }", "dynas: {task_options: }",
    "dynas: {meter_options: }", "dynas: {meter_options: {latency: }}",
    "dynas: {task_options: , test_fraction: 1.0}", "search: \n  search_algorithm:",
)  # fmt: skip


@pytest.mark.parametrize("text", EMPTY)
def test_an_empty_section_is_as_one_that_is_left_out(text):
    assert NASConfig.from_yaml(f"nas:\n  {text}\n") == NASConfig()


def test_an_algorithm_may_stand_outside_of_an_empty_section():
    config = NASConfig.from_yaml("nas:\n  search:\n  search_algorithm: nsga2\n")
    assert config.search_algorithm == "nsga2"


def test_former_names_fill_empty_sections():
    config = NASConfig.from_yaml("nas: {dynas: {meter_options: {latency: }, latency_batch: 8}}")
    assert config.dynas.meter_options == {"latency": {"batch": 8}}


def test_other_settings_are_no_sections():
    with pytest.raises(ConfigError, match=r"dynas.num_evals: must be a whole number, not None"):
        NASConfig.from_yaml("nas: {dynas: {num_evals: }}")


@pytest.mark.parametrize("options", [{}, None, {"batch": 1}])
def test_options_of_a_meter_that_is_not_there_are_refused_even_if_empty(options):
    with pytest.raises(ConfigError, match=r"dynas.meter_options.nope: there is no such meter"):
        NASConfig(dynas={"meter_options": {"nope": options}})


def test_there_are_configurations_in_the_documentation():
    assert len(BLOCKS) >= 4


@pytest.mark.parametrize("block", BLOCKS)
def test_a_configuration_in_the_documentation_can_be_read(block):
    config = NASConfig.from_yaml(re.sub(r"(?m)^( +meter_options: ).*energy.*$", r"\1{}", block))
    assert NASConfig.from_yaml(config.to_yaml()) == config


def test_the_defaults_in_the_documentation_are_those_of_the_program():
    block = re.search(r"```yaml\n(nas:.*?)```", (DOCS / "file-formats.md").read_text(), re.S)
    assert block is not None
    read, plain = NASConfig.from_yaml(block[1]).to_dict(), NASConfig().to_dict()
    assert read["nas"]["search"].pop("search_algorithm") == NASConfig().search_algorithm
    assert read == plain
