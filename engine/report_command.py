"""`python -m engine report`: a run as one HTML file that opens without a server."""

from pathlib import Path
from typing import Annotated

import typer

from engine import program
from engine.command_options import DataDir, RunId
from engine.standard_output import reserve_stdout

app = typer.Typer()


@app.command()
@program.cancellable(program.NOTHING_WRITTEN)
def report(
    run: RunId,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The file to write, which must not exist; report-RUN.html here if left out.",
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write a run as one HTML file: figures, front, chosen sub-networks, configuration, versions.

    It opens in any browser without a server or a network, and can be printed. It has no paths of
    this machine in it.
    """
    from engine.export.report.page import report_html
    from engine.python_api.written_files import write_new
    from engine.runs.existing_folder import service_of

    with reserve_stdout():
        text = report_html(service_of(run, data_dir).history(run))
        target = output or Path(f"report-{run}.html")
        write_new(target, text)
    typer.echo(str(target))
