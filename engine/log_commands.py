"""`python -m engine log`: check the logs of runs, repair them, keep what can be read."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine import data_dir as data_folder
from engine.errors import DynasError

if TYPE_CHECKING:
    from engine.runs.service import RunService

app = typer.Typer(
    no_args_is_help=True, help="Check the logs of runs, repair them, keep what can be read."
)

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Where runs are kept; $DYNAS_DATA_DIR or ~/.dynas-studio if left out.",
        callback=data_folder.chosen,
    ),
]
RunId = Annotated[str, typer.Argument(help="The run's id, as `runs` lists it.")]


class OutputFormat(StrEnum):
    """How readable records are written."""

    JSON = "json"
    CSV = "csv"


@app.command()
def check(
    run: Annotated[str | None, typer.Argument(help="The run's id; all runs if left out.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Read every record of a run's log, or of all; exit status 1 if one cannot be read."""
    service = _service(data_dir)
    bad = 0
    ids = [run] if run else service.ids()
    for run_id in ids:
        found = service.damaged.find(run_id)
        if found is None:
            typer.echo(f"{run_id}  ok")
        else:
            bad += 1
            typer.echo(f"{run_id}  {found.state}  {found.reason}")
    if bad:
        raise DynasError(
            f"{bad} of {len(ids)} logs cannot be read. `log repair RUN` keeps what can be read."
        )


@app.command()
def repair(run: RunId, data_dir: DataDir = None) -> None:
    """Make a damaged run anew of what can be read; the damaged one is kept in the trash."""
    typer.echo(_service(data_dir).damaged.repair(run).sentence)


@app.command()
def export(
    run: RunId,
    form: Annotated[
        OutputFormat, typer.Option("--format", help="How it is written.")
    ] = OutputFormat.JSON,
    data_dir: DataDir = None,
) -> None:
    """Print what can be read of a run's log, damaged or not."""
    from engine.export.recovered_log import recovered_csv, recovered_json

    found = _service(data_dir).damaged.recover(run)
    if found.lost:
        typer.echo(f"lost: {', '.join(found.lost)}", err=True)
    typer.echo(
        recovered_json(run, found) if form is OutputFormat.JSON else recovered_csv(found), nl=False
    )


def _service(data_dir: Path | None) -> "RunService":
    from engine.runs.service import RunService

    return RunService(data_dir or data_folder.current().path)
