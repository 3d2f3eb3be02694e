"""`python -m engine elastic`: to make a network of a user's own elastic."""

import dataclasses
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.command_options import DataDir, with_option_groups
from engine.elastic_options import NetworkOptions, SupernetShape, training_request
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


@app.command()
@with_option_groups
def check(
    model: Model,
    network: NetworkOptions,
    shape: SupernetShape,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Say what of a network can bend, what cannot and why, and test that it bends right.

    With data, a few steps are timed to say how long training takes. Nothing is written.
    """
    fields = {**network.fields(), "settings": shape.settings()}
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
        f"{cost.way} {seconds_text(cost.seconds)} {cost.basis}".rstrip()
        for cost in costs.ways(sizes=None, objectives=2)
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
        *test["remarks"],
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
