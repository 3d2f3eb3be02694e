"""`python -m engine export`: sub-networks of a run as text, as model files or as bundles."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine import data_dir as data_folder
from engine.errors import DynasError
from engine.export.formats import SUBNETWORK_FORMATS, subnetwork_format
from engine.standard_output import reserve_stdout

if TYPE_CHECKING:
    from engine.runs.service import RunService

app = typer.Typer()


@app.command()
def export(
    run: Annotated[str, typer.Argument(help="The run's id, as `runs` lists it.")],
    number: Annotated[int, typer.Argument(help="The evaluation's number.")],
    format_name: Annotated[
        str,
        typer.Option(
            "--format",
            help=f"How it is written: {', '.join(f.name for f in SUBNETWORK_FORMATS)}.",
        ),
    ] = SUBNETWORK_FORMATS[0].name,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="Where runs are kept; $DYNAS_DATA_DIR or ~/.dynas-studio if left out.",
            callback=data_folder.use_path,
        ),
    ] = None,
) -> None:
    """Print a sub-network of a run: enough to rebuild exactly what was measured."""
    export_format = subnetwork_format(format_name)
    with reserve_stdout():
        history = _service(data_dir).history(run)
    if not 1 <= number <= len(history.evaluations):
        raise DynasError(f"Run '{history.name}' has evaluations 1 to {len(history.evaluations)}.")
    with reserve_stdout():
        text = export_format.write(history.config, history.evaluations[number - 1])
    typer.echo(text, nl=False)


def _service(data_dir: Path | None) -> "RunService":
    from engine.runs.service import RunService

    return RunService(data_dir or data_folder.current().path)
