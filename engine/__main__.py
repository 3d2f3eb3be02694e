"""`python -m engine`: searches and their results on the command line."""

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.data_dir import use_data_dir
from engine.errors import DataError, DynasError

if TYPE_CHECKING:
    from engine.config import NASConfig
    from engine.runs.service import RunService

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Search super-networks and take the results away. Runs are those of the dashboard.",
)

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Where runs are kept; $DYNAS_DATA_DIR or ~/.dynas-studio if left out.",
        callback=use_data_dir,
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Argument(help="YAML of the search, which is only read; the defaults if left out."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting in place of the file's, such as device=cuda, precision=bf16, "
        "batch_size=50 or test_fraction=0.2; can be given several times.",
    ),
]
RunId = Annotated[str, typer.Argument(help="The run's id, as `runs` lists it.")]


class Form(StrEnum):
    """How a sub-network is written."""

    JSON = "json"
    YAML = "yaml"
    PYTHON = "python"


@app.command()
def search(
    config: ConfigFile = None,
    settings: Settings = None,
    data_dir: DataDir = None,
    quiet: Annotated[bool, typer.Option(help="No progress bar.")] = False,
) -> None:
    """Run a search to its end and print its front as CSV."""
    from engine.nas import NAS

    front = NAS(_configured(config, settings), data_dir).search(progress=not quiet)
    typer.echo(f"run {front.run_id}", err=True)
    if disturbed := sum(e.disturbed for e in front):
        typer.echo(
            f"{disturbed} of these latencies were timed beside other programs: see `csv`.",
            err=True,
        )
    for sentence in front.remarks:
        typer.echo(sentence, err=True)
    typer.echo(front.to_dataframe().to_csv(index=False), nl=False)


@app.command()
def check(
    config: ConfigFile = None,
    settings: Settings = None,
    data_dir: DataDir = None,
) -> None:
    """Read the weights and data that a search needs, and say what was found."""
    from engine.runs.calibrating import calibrated
    from engine.runs.checks import checked_supernet

    read = _configured(config, settings)
    supernet = checked_supernet(read)
    read = calibrated(read, supernet)
    measuring = read.settings
    if missing := supernet.missing(measuring):
        raise DataError("\n".join(missing))
    for needed in supernet.requirements():
        if needed.serves == measuring.accuracy_source:
            found = needed.check(measuring, lambda what, done, total: None)
            typer.echo(f"{needed.title}: {found.removesuffix('.')}.")
    if measuring.accuracy_source != "measured":
        typer.echo(supernet.describe_data(measuring))


@app.command()
def runs(data_dir: DataDir = None) -> None:
    """List every run, newest first: id, state, evaluations, hypervolume, name."""
    for s in _service(data_dir).list():
        count = f"{s.evaluations}/{s.budget}"
        typer.echo(f"{s.id}  {s.state:<11}  {count:>11}  {s.hypervolume:.4f}  {s.name}")


@app.command()
def pause(run: RunId, data_dir: DataDir = None) -> None:
    """Ask the process that drives a run to wait; `resume` lets it go on."""
    _service(data_dir).pause(run)


@app.command()
def stop(run: RunId, data_dir: DataDir = None) -> None:
    """Ask the process that drives a run to end it; `resume` goes on with it here."""
    _service(data_dir).stop(run)


@app.command()
def resume(run: RunId, data_dir: DataDir = None) -> None:
    """Go on with a run that was stopped, interrupted or failed, to its end.

    One that another process has paused goes on over there.
    """
    service = _service(data_dir)
    try:
        service.resume(run)
        if not service.history(run).driven_here:
            typer.echo("The process that drives the run goes on with it.")
            return
        service.wait(run)
        summary = service.history(run).summary()
    finally:
        service.close()
    typer.echo(f"{summary.state}, {summary.evaluations}/{summary.budget} evaluations")
    if summary.state == "failed":
        raise DynasError(summary.message)


@app.command()
def csv(run: RunId, data_dir: DataDir = None) -> None:
    """Print every evaluation of a run as CSV."""
    from engine.export.table import run_csv

    typer.echo(run_csv(_service(data_dir).history(run)), nl=False)


@app.command()
def export(
    run: RunId,
    number: Annotated[int, typer.Argument(help="The evaluation's number.")],
    form: Annotated[Form, typer.Option("--format", help="How it is written.")] = Form.JSON,
    data_dir: DataDir = None,
) -> None:
    """Print a sub-network of a run: enough to rebuild exactly what was measured."""
    from engine.export import subnetwork

    history = _service(data_dir).history(run)
    if not 1 <= number <= len(history.evaluations):
        raise DynasError(f"Run '{history.name}' has evaluations 1 to {len(history.evaluations)}.")
    write: dict[Form, Callable[..., str]] = {
        Form.JSON: subnetwork.to_json,
        Form.YAML: subnetwork.to_yaml,
        Form.PYTHON: subnetwork.to_python,
    }
    typer.echo(write[form](history.config, history.evaluations[number - 1]), nl=False)


def _configured(file: Path | None, settings: list[str] | None) -> "NASConfig":
    from engine.config import NASConfig
    from engine.overrides import overridden

    return overridden(NASConfig.from_file(file) if file else NASConfig(), settings or [])


def _service(data_dir: Path | None) -> "RunService":
    from engine.data_dir import default_data_dir
    from engine.runs.service import RunService

    return RunService(data_dir or default_data_dir())


def main() -> None:
    """Run a command; what a user can mend is one sentence and exit status 1."""
    try:
        app()
    except DynasError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
