"""`python -m engine elastic train`, `prune`, `chain`, `advise`: from a network to many."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import program
from engine.command_options import DataDir, with_option_groups
from engine.elastic_commands import Model
from engine.elastic_commands import app as app
from engine.elastic_options import (
    NetworkOptions,
    ShapeOptions,
    SupernetShape,
    TrainingOptions,
    training_request,
)
from engine.standard_output import reserve_stdout
from engine.training_progress import follow

if TYPE_CHECKING:
    from engine.training.elastic.estimate import Estimate
    from engine.training.elastic.request import TrainingRequest

Name = Annotated[str | None, typer.Option(help="What to call the supernet that it becomes.")]
Sizes = Annotated[
    str, typer.Option(help="The sizes, in percent of your network's MACs, such as 15,40,80.")
]


@app.command()
@with_option_groups
def train(
    model: Model,
    network: NetworkOptions,
    shape: SupernetShape,
    training: TrainingOptions,
    name: Name = None,
    data_dir: DataDir = None,
) -> None:
    """Train all sub-networks of a network at once, for a search. Run it again to resume."""
    fields = {**network.fields(), **training.fields(), "settings": shape.settings()}
    _start("train", model, name, training.background, fields)


@with_option_groups
def _prune_or_chain(
    context: typer.Context,
    model: Model,
    network: NetworkOptions,
    shape: ShapeOptions,
    training: TrainingOptions,
    name: Name = None,
    macs: Sizes = "",
    data_dir: DataDir = None,
) -> None:
    from engine.supernets.elastic.settings import number_list

    shares = tuple(percent / 100 for percent in number_list(macs, "--macs"))
    fields = {
        **network.fields(), **training.fields(), "settings": shape.settings(), "shares": shares,
    }  # fmt: skip
    _start(str(context.info_name), model, name, training.background, fields)


app.command(
    "prune",
    help="Cut a network to a few sizes, each fine-tuned by itself. Run it again to resume.",
)(_prune_or_chain)
app.command(
    "chain",
    help="Cut a network to several sizes, each from the next larger one. Run it again to resume.",
)(_prune_or_chain)


def _start(
    way: str, model: str, name: str | None, background: bool, fields: dict[str, Any]
) -> None:
    """Start a training, or go on with it, and follow it unless it runs in the background."""
    from engine.training.elastic import trainings

    with reserve_stdout():
        request = training_request(way, model, name, fields)
        folder = trainings.start(request)
    if background:
        typer.echo(f"The training runs in {folder}.")
        return
    follow(folder)
    command = f"{program.name()} search --set supernet={request.name}"
    typer.echo(f"Search it as '{request.name}': {command}")


@app.command()
@with_option_groups
def advise(
    model: Model,
    network: NetworkOptions,
    sizes: Annotated[
        int | None, typer.Option(min=1, help="How many networks you want; unknown if left out.")
    ] = None,
    objectives: Annotated[
        int, typer.Option(min=1, help="What counts: 2 are accuracy and MACs, 3 also latency.")
    ] = 2,
    batch: Annotated[int, typer.Option(help="Images at a time.")] = 128,
    device: Annotated[str, typer.Option(help="cpu, cuda, or auto.")] = "auto",
    data_dir: DataDir = None,
) -> None:
    """Say which of train, prune and chain fits, and what each costs; a few steps are timed."""
    from engine.training.elastic.timing import seconds_text

    fields = {**network.fields(), "batch": batch, "device": device}
    with reserve_stdout():
        found = _estimate(training_request("train", model, None, fields), sizes, objectives)
    for sentence in (*found.remarks, found.sentence):
        typer.echo(sentence)
    width = 11 + max(len(cost.basis) for cost in found.ways)
    for cost in found.ways:
        mark = "advised" if cost.is_advised else ""
        time = f"{seconds_text(cost.seconds):>10} {cost.basis}"
        typer.echo(f"{cost.way:<7}{time:<{width}}  {mark:<8} {cost.sentence}")
    typer.echo(found.advice)


def _estimate(request: "TrainingRequest", sizes: int | None, objectives: int) -> "Estimate":
    from engine.supernets.elastic.analysis import analyse
    from engine.training.elastic.estimate import estimate
    from engine.training.elastic.prepared import brought_for

    brought = brought_for(request)
    network = analyse(brought.network, brought.inputs).network
    return estimate(brought, network, request, sizes, objectives)
