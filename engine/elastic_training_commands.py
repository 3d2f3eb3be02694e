"""`python -m engine elastic train`, `prune`, `chain`, `advise`: from a network to many."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import program
from engine.command_options import DataDir
from engine.elastic_commands import (
    Choices,
    Data,
    Divisor,
    Epochs,
    LeastDepth,
    Model,
    RandomWeights,
    Ratios,
    Resolutions,
    Rigid,
    Size,
    Weights,
    shape_settings,
    training_request,
)
from engine.elastic_commands import app as app
from engine.standard_output import reserve_stdout
from engine.training_progress import follow

if TYPE_CHECKING:
    from engine.training.elastic.estimate import Estimate
    from engine.training.elastic.request import TrainingRequest

Name = Annotated[str | None, typer.Option(help="What to call the supernet that it becomes.")]
Length = Annotated[
    float | None,
    typer.Option(
        help="What the training costs, as a multiple of your network's own; for each size if it "
        "prunes. 1 for a supernet, 0.25 for prune, 0.08 for chain if left out.",
    ),
]
OriginalRate = Annotated[
    float | None,
    typer.Option(help="The peak learning rate of your network's own training; else a usual one."),
]
Batch = Annotated[int, typer.Option(help="Images at a time.")]
Accumulate = Annotated[int, typer.Option(help="Batches whose gradients make one step.")]
Seed = Annotated[int, typer.Option()]
Device = Annotated[str, typer.Option(help="cpu, cuda, or auto.")]
Precision = Annotated[str, typer.Option(help="fp32 or bf16.")]
Flip = Annotated[bool, typer.Option(help="Whether mirrored images mean the same; digits do not.")]
Sizes = Annotated[
    str, typer.Option(help="The sizes, in percent of your network's MACs, such as 15,40,80.")
]
AtOnce = Annotated[
    bool,
    typer.Option("--at-once", help="Do not wait until other trainings of this machine have ended."),
]
Background = Annotated[
    bool, typer.Option("--background", help="Return at once; the dashboard shows the training.")
]


@app.command()
def train(
    model: Model,
    data: Data = None,
    name: Name = None,
    size: Size = None,
    weights: Weights = None,
    random_weights: RandomWeights = False,
    epochs: Epochs = None,
    length: Length = None,
    original_rate: OriginalRate = None,
    ratios: Ratios = "",
    divisor: Divisor = None,
    least_depth: LeastDepth = None,
    resolutions: Resolutions = "",
    rigid: Rigid = None,
    choices: Choices = None,
    batch: Batch = 128,
    accumulate: Accumulate = 1,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "fp32",
    flip: Flip = True,
    at_once: AtOnce = False,
    background: Background = False,
    data_dir: DataDir = None,
) -> None:
    """Train all sub-networks of a network at once, for a search. Run it again to resume."""
    settings = shape_settings(ratios, divisor, least_depth, resolutions, rigid, choices)
    _start("train", model, name, background, {
        "data": data, "size": size, "weights": weights, "random_weights": random_weights,
        "epochs": epochs, "length": length, "original_rate": original_rate, "batch": batch,
        "accumulate": accumulate, "seed": seed, "device": device, "precision": precision,
        "flip": flip, "waits": not at_once, "settings": settings,
    })  # fmt: skip


def _prune_or_chain(
    context: typer.Context,
    model: Model,
    data: Data = None,
    name: Name = None,
    macs: Sizes = "",
    size: Size = None,
    weights: Weights = None,
    random_weights: RandomWeights = False,
    epochs: Epochs = None,
    length: Length = None,
    original_rate: OriginalRate = None,
    ratios: Ratios = "",
    divisor: Divisor = None,
    rigid: Rigid = None,
    choices: Choices = None,
    batch: Batch = 128,
    accumulate: Accumulate = 1,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "fp32",
    flip: Flip = True,
    at_once: AtOnce = False,
    background: Background = False,
    data_dir: DataDir = None,
) -> None:
    from engine.supernets.elastic.settings import number_list

    shares = tuple(percent / 100 for percent in number_list(macs, "--macs"))
    _start(str(context.info_name), model, name, background, {
        "data": data, "size": size, "weights": weights, "random_weights": random_weights,
        "epochs": epochs, "length": length, "original_rate": original_rate, "batch": batch,
        "accumulate": accumulate, "seed": seed, "device": device, "precision": precision,
        "flip": flip, "waits": not at_once, "shares": shares,
        "settings": shape_settings(ratios, divisor, None, "", rigid, choices),
    })  # fmt: skip


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
def advise(
    model: Model,
    data: Data = None,
    sizes: Annotated[
        int | None, typer.Option(min=1, help="How many networks you want; unknown if left out.")
    ] = None,
    objectives: Annotated[
        int, typer.Option(min=1, help="What counts: 2 are accuracy and MACs, 3 also latency.")
    ] = 2,
    size: Size = None,
    weights: Weights = None,
    random_weights: RandomWeights = False,
    epochs: Epochs = None,
    batch: Batch = 128,
    device: Device = "auto",
    data_dir: DataDir = None,
) -> None:
    """Say which of train, prune and chain fits, and what each costs; a few steps are timed."""
    from engine.training.elastic.timing import seconds_text

    fields = {
        "data": data, "size": size, "weights": weights, "random_weights": random_weights,
        "epochs": epochs, "batch": batch, "device": device,
    }  # fmt: skip
    with reserve_stdout():
        found = _estimate(training_request("train", model, None, fields), sizes, objectives)
    for sentence in (*found.remarks, found.sentence):
        typer.echo(sentence)
    for cost in found.ways:
        mark = "advised" if cost.is_advised else ""
        typer.echo(f"{cost.way:<7}{seconds_text(cost.seconds):>10}  {mark:<8} {cost.sentence}")
    typer.echo(found.advice)


def _estimate(request: "TrainingRequest", sizes: int | None, objectives: int) -> "Estimate":
    from engine.supernets.elastic.analysis import analyse
    from engine.training.elastic.estimate import estimate
    from engine.training.elastic.prepared import brought_for

    brought = brought_for(request)
    network = analyse(brought.network, brought.inputs).network
    return estimate(brought, network, request, sizes, objectives)
