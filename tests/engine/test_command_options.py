"""Options that several commands have in common, in one class."""

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from engine.command_options import with_option_groups
from engine.elastic_commands import app as elastic
from engine.elastic_training_commands import app as trainings
from engine.fine_tuning_command import app as fine_tuning


@dataclass(frozen=True)
class Place:
    device: Annotated[str, typer.Option(help="Where.")] = "cpu"
    seeds: Annotated[list[int] | None, typer.Option()] = None


@pytest.fixture
def runner():
    app = typer.Typer()

    @app.command()
    @with_option_groups
    def measure(number: int, place: Place, name: str = "") -> None:
        """Measure something."""
        typer.echo(f"{number} {place} {name}")

    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_a_command_gets_an_object_with_the_options_of_a_group(runner):
    assert runner("3", "--device", "cuda", "--name", "a").output == f"3 {Place('cuda')} a\n"
    assert runner("3", "--seeds", "1", "--seeds", "2").output == f"3 {Place('cpu', [1, 2])} \n"


def test_help_and_errors_are_those_of_options(runner):
    help_text = runner("--help").output
    assert "Measure something." in help_text
    assert "--device" in help_text
    assert "place" not in help_text.casefold()
    assert runner("3", "--seeds", "one").exit_code == 2


def options_of(app, name):
    group = typer.main.get_command(app)
    command = group.commands[name] if hasattr(group, "commands") else group
    return {param.name for param in command.params if param.param_type_name == "option"}


def test_trainings_have_the_same_options_but_for_those_of_one_way():
    assert elastic is trainings
    train, prune, chain = (options_of(trainings, name) for name in ("train", "prune", "chain"))
    assert prune == chain
    assert train - prune == {"least_depth", "resolutions"}
    assert prune - train == {"macs"}
    learning = {"original_rate", "seed", "device", "precision", "at_once"}
    assert learning <= train & options_of(fine_tuning, "finetune")
