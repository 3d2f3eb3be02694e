"""`python -m engine elastic`: to make a network of a user's own elastic."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.command_options import DataDir
from engine.standard_output import reserve_stdout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from engine.supernets.elastic.report import ElasticReport

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
        min=1,
        max=4096,
        help="Images are scaled to so many pixels a side; what the network says if left out.",
    ),
]
Weights = Annotated[
    Path | None, typer.Option(help="A file with the state_dict of the network (.pt, .safetensors).")
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
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Say what of a network can bend, what cannot and why, and test that it bends right.

    Nothing is trained or written.
    """
    with reserve_stdout():
        report = _report(model, data, size, weights, random_weights)
    if as_json:
        typer.echo(json.dumps(report.plain(), indent=2, default=str))
        return
    _print(report)


def _report(
    model: str, data: Path | None, size: int | None, weights: Path | None, random_weights: bool
) -> "ElasticReport":
    from rich.console import Console

    from engine.supernets.elastic.analysis import analyse
    from engine.supernets.elastic.data_source import Request, bring
    from engine.supernets.elastic.report import ElasticReport

    request = Request(model, data, size, weights, random_weights)
    with Console(stderr=True).status("Loading the network") as status:
        brought = bring(request)
        analysis = analyse(brought.network, brought.inputs, progress=status.update)
        status.update("Measuring the original network")
        return ElasticReport.of(brought, analysis)


def _print(report: "ElasticReport") -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    for sentence in filter(None, (f"Network: {report.model}.", report.data)):
        console.print(sentence, markup=False)
    if quality := report.quality:
        value = f"{quality.value:.4g} {quality.unit}".rstrip()
        console.print(f"{quality.metric}: {value} on {quality.inputs:,} validation inputs.")
    console.print()
    blocks = [row for row in report.genes if row.kind == "depth"]
    others = [row for row in report.genes if row.kind != "depth"]
    for title, rows in (("What can bend", others), ("Blocks that can be skipped", blocks)):
        cells = [(r.name, r.where, r.kind, ", ".join(map(str, r.choices))) for r in rows]
        if cells:
            console.print(_table(title, ("gene", "where", "what", "choices"), cells))
    if report.rigid:
        reasons = [(row.where, row.reason) for row in report.rigid]
        console.print(_table("What stays as it is", ("where", "why"), reasons))
    for line in _totals(report):
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
