"""`python -m engine measure` and `import-latencies`: latencies from wherever a network will run."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.command_options import DataDir
from engine.errors import ConfigError, DataError
from engine.meters import latency_rows
from engine.quoting import quoted
from engine.runtimes.registry import RUNTIMES, find_runtime
from engine.standard_output import reserve_stdout

app = typer.Typer()


@app.command()
def measure(
    bundles: Annotated[list[Path], typer.Argument(help="Folders that `export` wrote.")],
    runtime: Annotated[
        str, typer.Option(help=f"What computes: {' or '.join(RUNTIMES)}.")
    ] = "onnxruntime",
    threads: Annotated[
        int | None,
        typer.Option(help="Threads of the processor; all cores if left out.", min=1, max=1024),
    ] = None,
    batch: Annotated[int, typer.Option(help="Inputs in a pass.", min=1, max=10_000)] = 1,
    precision: Annotated[
        str,
        typer.Option(help=f"The file that is timed: {' or '.join(latency_rows.FILES)}."),
    ] = "fp32",
    out: Annotated[
        Path | None, typer.Option(help="A CSV to which the rows are appended as well.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Time bundles on this machine, one after the other, and print a row of CSV for each.

    `import-latencies` takes the rows to the run that the bundles come from.
    """
    from engine.export.bundle.timed_bundle import time_bundle

    if precision not in latency_rows.FILES:
        raise ConfigError(
            f"There is no precision {quoted(precision)} of bundles. Choose from "
            f"{', '.join(latency_rows.FILES)}."
        )
    chosen = find_runtime(runtime)
    chosen.require()
    for index, folder in enumerate(bundles):
        with reserve_stdout():
            row = time_bundle(folder, chosen, threads, batch, precision)
        sys.stdout.write(latency_rows.rows_text([row], with_header=not index))
        sys.stdout.flush()
        if row["disturbed"]:
            typer.echo(
                f"Other programs ran while {folder} was timed: it may be less when the machine is "
                "quiet.",
                err=True,
            )
        if out is not None:
            _append(out, row)


def _append(file: Path, row: dict[str, object]) -> None:
    try:
        latency_rows.append_rows(file, [row])
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise DataError(
            f"{file} cannot be written: {reason}. Give another file to --out."
        ) from None


@app.command("import-latencies")
def import_latencies(
    run: Annotated[str, typer.Argument(help="The run's id, as `runs` lists it.")],
    file: Annotated[Path, typer.Argument(help="A CSV of `measure` or of a bundle's measure.py.")],
    name: Annotated[
        str, typer.Option(help="The machine's name in columns; the host's if left out.")
    ] = "",
    check: Annotated[bool, typer.Option("--check", help="Say what is in it, and stop.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Give the sub-networks of a run the latencies that were measured on another machine.

    Says what became of the rows. The status is 1 if none is used.
    """
    from engine.data_dir import current
    from engine.runs.imported_latencies import read_latencies
    from engine.runs.importing.source_file import read_file
    from engine.runs.service import RunService

    with reserve_stdout():
        service = RunService(data_dir or current().path)
        read = read_latencies(read_file(file), file.name, service.history(run), name)
        if not check:
            service.import_latencies(run, read)
    for sentence in read.sentences:
        typer.echo(sentence)
    if not read.latencies:
        raise typer.Exit(1)
