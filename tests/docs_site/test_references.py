"""The references name everything that the package, the configuration and the program have."""

import re

import pytest
import typer

import dynas_studio
from docs_site import configuration_reference, python_reference
from docs_site.doctest_examples import fenced
from dynas_studio.command import commands
from engine.config import NASConfig
from engine.meters.registry import BUILT_IN
from engine.settings_section import Section
from engine.supernets import registry


def settings(model=NASConfig):
    """The name and the model of every setting, those of the sections included."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from settings(kind)
        else:
            yield name, field


def test_every_public_name_has_its_place_in_the_reference(site):
    text = "".join(path.read_text() for path in site.glob("reference/python/*.html"))
    public = set(dynas_studio.__all__) - {"__version__"}
    assert {name for name in public if f'id="dynas_studio.{name}"' not in text} == set()


def test_the_reference_has_signatures_and_docstrings(site):
    text = (site / "reference/python/sub-networks.html").read_text()
    plain = re.sub(r"<[^>]+>", "", text)
    assert re.search(r"load_supernet\(\s*name: str", plain)
    documented = dynas_studio.load_supernet.__doc__.replace("`", "").split()[:5]
    assert " ".join(documented) in re.sub(r"\s+", " ", plain)


def test_a_name_that_the_table_leaves_out_stops_the_build(monkeypatch):
    monkeypatch.setattr(dynas_studio, "__all__", [*dynas_studio.__all__, "unlisted"])
    with pytest.raises(ValueError, match="leaves out unlisted"):
        python_reference.groups()


def test_every_setting_stands_in_the_built_page_with_its_description(site):
    text = (site / "reference/configuration.html").read_text()
    for name, field in settings():
        assert f"<code>{name}</code>" in text, name
        assert field.description, f"{name} has no text below it"


def test_a_setting_has_its_values_and_its_default():
    rows = configuration_reference.page().splitlines()
    (population,) = [row for row in rows if row.startswith("| `population` |")]
    assert population.startswith("| `population` | whole number, ≥ 2, ≤ 10,000 | `50` |")
    (limit,) = [row for row in rows if row.startswith("| `hypervolume` |")]
    assert limit.startswith("| `hypervolume` | number or none, > 0, ≤ 1 | none |")


def test_options_of_supernets_tasks_and_meters_stand_there_too():
    text = configuration_reference.page()
    imagenet = registry.load("ofa_resnet50")
    models = [imagenet.Options, imagenet.task.Options, *(meter.Options for meter in BUILT_IN)]
    names = {name for model in models for name in model.model_fields}
    assert {name for name in names if f"| `{name}` |" not in text} == set()


def test_every_command_has_a_section_with_its_options(site):
    text = (site / "reference/commands.html").read_text()
    program = typer.main.get_command(commands())
    for name, command in program.commands.items():
        for title in getattr(command, "commands", {"": None}):
            assert f'id="{f"{name} {title}".strip().replace(" ", "-")}"' in text
    assert "<code>--data-root" in text


def test_examples_of_docstrings_become_blocks_of_code():
    text = "It adds.\n\n>>> add(1,\n...     2)\n3\n\nIt is exact."
    assert fenced(text) == "It adds.\n\n```pycon\n>>> add(1,\n...     2)\n3\n```\n\nIt is exact."
