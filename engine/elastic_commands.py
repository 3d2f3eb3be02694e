"""`python -m engine elastic`: to make a network of a user's own elastic."""

import dataclasses
import json
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.command_options import DataDir
from engine.errors import ConfigError
from engine.quoting import quoted
from engine.standard_output import reserve_stdout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from engine.supernets.elastic.report import ElasticReport
    from engine.training.elastic.check_result import Check, TrainingCosts
    from engine.training.elastic.request import TrainingRequest

app = typer.Typer(
    no_args_is_help=True,
    help="Make a PyTorch network of your own elastic, so that it can be searched.",
)

Model = Annotated[
    str,
    typer.Argument(
        help="Your network: my_model.py:make_model, package.module:function, torchvision:resnet18, "
        "timm:NAME, hf:NAME or builtin. Python code that you name is run."
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        help="Your images: CLASS/IMAGE, train/CLASS/IMAGE and val/CLASS/IMAGE, or the four files "
        "of Fashion-MNIST. What make_task() beside your function gives, if left out."
    ),
]
Size = Annotated[
    int | None,
    typer.Option(
        help="Images are scaled to so many pixels a side; what the network says if left out.",
    ),
]
Epochs = Annotated[
    float | None,
    typer.Option(help="The epochs that your network was trained for; else assumed."),
]
Weights = Annotated[
    Path | None, typer.Option(help="A file with the state_dict of the network (.pt, .safetensors).")
]
Ratios = Annotated[
    str,
    typer.Option(help="Widths to choose from, as shares of the full ones; 0.5,0.75,1 if left out."),
]
Divisor = Annotated[
    int | None, typer.Option(min=1, help="Numbers of channels are multiples of it; 8 if left out.")
]
LeastDepth = Annotated[
    float | None, typer.Option(help="The share of a stage's blocks that stays; 0.5 if left out.")
]
Resolutions = Annotated[
    str, typer.Option(help="Sides of images to choose from, in pixels, such as 160,192,224.")
]
Rigid = Annotated[
    list[str] | None,
    typer.Option(help="A part, as the table of check calls it, that keeps its full size; repeat."),
]
Choices = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PART=N,N",
        help="The numbers of channels, heads or blocks, or the kernel sizes, of a part; repeat.",
    ),
]
RandomWeights = Annotated[
    bool,
    typer.Option(
        "--random-weights", help="Go on without the official weights of torchvision, timm or hf."
    ),
]


@app.command()
def check(
    model: Model,
    data: Data = None,
    size: Size = None,
    weights: Weights = None,
    random_weights: RandomWeights = False,
    ratios: Ratios = "",
    divisor: Divisor = None,
    least_depth: LeastDepth = None,
    resolutions: Resolutions = "",
    rigid: Rigid = None,
    choices: Choices = None,
    epochs: Epochs = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Say what of a network can bend, what cannot and why, and test that it bends right.

    With data, a few steps are timed to say how long training takes. Nothing is written.
    """
    fields = {
        "data": data, "size": size, "weights": weights, "random_weights": random_weights,
        "epochs": epochs,
        "settings": shape_settings(ratios, divisor, least_depth, resolutions, rigid, choices),
    }  # fmt: skip
    with reserve_stdout():
        found = _check(training_request("train", model, None, fields))
    if as_json:
        plain = {
            **found.report.plain(),
            "keys": found.keys,
            "costs": dataclasses.asdict(found.costs) if found.costs else None,
        }
        typer.echo(json.dumps(plain, indent=2, default=str))
        return
    _print(found)


def _check(request: "TrainingRequest") -> "Check":
    from rich.console import Console

    from engine.training.elastic.check import check

    with Console(stderr=True).status("Loading the network") as status:
        return check(request, lambda activity, done, total: status.update(activity))


def shape_settings(
    ratios: str,
    divisor: int | None,
    least_depth: float | None,
    resolutions: str,
    rigid: list[str] | None,
    choices: list[str] | None,
) -> dict[str, Any]:
    """The fields of `ElasticSettings` that options give; raises ConfigError for wrong ones."""
    from pydantic import ValidationError

    from engine.setting_errors import error_sentences
    from engine.supernets.elastic.settings import ElasticSettings, number_list

    parts = [text.rpartition("=") for text in choices or []]
    if wrong := [text for text, part in zip(choices or [], parts, strict=True) if not part[0]]:
        raise ConfigError(
            f"--choices takes the name of a part and numbers, such as layer1=16,32, not "
            f"{quoted(wrong[0], 60)}."
        )
    given = {
        "ratios": number_list(ratios, "--ratios"),
        "divisor": divisor,
        "least_depth": least_depth,
        "resolutions": number_list(resolutions, "--resolutions"),
        "rigid": rigid,
        "choices": {name: number_list(text, "--choices") for name, _, text in parts},
    }
    settings = {name: value for name, value in given.items() if value not in (None, [], {})}
    try:
        return ElasticSettings.model_validate(settings).model_dump(
            mode="json", include=set(settings)
        )
    except ValidationError as error:
        raise ConfigError(error_sentences(error, ElasticSettings)) from error


def training_request(
    way: str,
    model: str,
    name: str | None,
    fields: "Mapping[str, Any]",
    written: "Mapping[str, str]" = MappingProxyType({}),
) -> "TrainingRequest":
    """The training that arguments ask for; raises ConfigError for wrong ones.

    `written` are the names of fields for users, where they differ.
    """
    from pydantic import ValidationError

    from engine.setting_errors import error_sentences
    from engine.supernets.elastic.model_source import ModelSource
    from engine.training.elastic.request import TrainingRequest

    source, given = ModelSource.read(model), dict(fields)
    for key in ("data", "weights"):
        path = given[key]
        given[key] = str(path.expanduser().absolute()) if path else None
    try:
        return TrainingRequest.model_validate(
            {**given, "way": way, "model": source.text, "name": name or source.default_name}
        )
    except ValidationError as error:
        sentences = error_sentences(
            error,
            TrainingRequest,
            as_written=lambda path: (written.get(str(path[0]), path[0]), *path[1:]),
        )
        raise ConfigError(sentences) from error


def _print(found: "Check") -> None:
    from rich.console import Console

    report = found.report
    console = Console(highlight=False, soft_wrap=False)
    for sentence in filter(None, (f"Network: {report.model}.", report.data)):
        console.print(sentence, markup=False)
    if quality := report.quality:
        value = f"{quality.value:.4g} {quality.unit}".rstrip()
        console.print(f"{quality.metric}: {value} on {quality.inputs:,} validation inputs.")
    console.print()
    named = list(zip(report.genes, found.keys, strict=True))
    blocks = [(row, key) for row, key in named if row.kind == "depth"]
    others = [(row, key) for row, key in named if row.kind != "depth"]
    for title, rows in (("What can bend", others), ("Blocks that can be skipped", blocks)):
        cells = [
            (r.name, key or r.where, r.kind, ", ".join(map(str, r.choices))) for r, key in rows
        ]
        if cells:
            console.print(_table(title, ("gene", "part", "what", "choices"), cells))
    if report.rigid:
        reasons = [(row.where, row.reason) for row in report.rigid]
        console.print(_table("What stays as it is", ("where", "why"), reasons))
    for line in [*_totals(report), *_cost_lines(found.costs)]:
        console.print(line, markup=False)
    if quality and quality.warning:
        typer.echo(quality.warning, err=True)


def _totals(report: "ElasticReport") -> list[str]:
    smallest, largest = report.macs
    fewest, most = report.params
    return [
        f"MACs: {smallest:,} to {largest:,} ({smallest / largest:.0%} of the largest)",
        f"Parameters: {fewest:,} to {most:,} ({fewest / most:.0%})",
        f"Networks in the space: {_count_text(report.networks)}",
        *_self_test_lines(report.self_test),
    ]


def _cost_lines(costs: "TrainingCosts | None") -> list[str]:
    """How long training takes, by the way from a network to many; why it is not known."""
    from engine.training.elastic.timing import seconds_text

    if costs is None:
        return ["How long training takes is measured if there are data."]
    ways = ", ".join(
        f"{cost.way} {seconds_text(cost.seconds)}" for cost in costs.ways(sizes=None, objectives=2)
    )
    return [*costs.remarks, costs.sentence, f"The three ways take about: {ways}."]


def _self_test_lines(test: "Mapping[str, Any]") -> list[str]:
    """What was tested, and with which result."""
    unreached = test["unreached"]
    return [
        f"Tested: the full network equals the original one (difference "
        f"{test['original_difference']:.1g} of the largest output); {test['networks']} "
        f"sub-networks equal their plain modules ({test['extracted_difference']:.1g}); MACs of "
        f"{test['counted']} equal those of another counter.",
        *([f"No gradient reaches {', '.join(unreached)}."] if unreached else []),
    ]


def _count_text(count: int) -> str:
    return f"{count:,}" if count < 10**9 else f"{float(count):.1e}" if count < 10**300 else "many"


def _table(title: str, headings: tuple[str, ...], rows: "Sequence[tuple[str, ...]]") -> "Table":
    """A table whose cells are folded rather than cut off."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
