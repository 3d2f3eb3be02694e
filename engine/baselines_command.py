"""`python -m engine baselines`: uniform scaling and the original network beside a run."""

import sys

import typer

from engine.command_options import DataDir, RunId
from engine.standard_output import reserve_stdout

app = typer.Typer()


@app.command()
def baselines(run: RunId, data_dir: DataDir = None) -> None:
    """Measure uniform scaling of a run's supernet, and the original network; print them as CSV.

    What is measured already is not measured again. Pages show them beside the front. The status is
    1 if there can be none.
    """
    from engine.export.baselines_table import baselines_csv
    from engine.runs.existing_folder import service_of
    from engine.search_output import stopped_by_signals

    with reserve_stdout():
        service = service_of(run, data_dir)
        history = service.history(run)
        try:
            with stopped_by_signals():
                found = service.baselines.measure(history, progress=_print_progress)
        finally:
            service.close()
    for network in found.failed:
        typer.echo(f"A network could not be measured: {network.reason}", err=True)
    sys.stdout.write(baselines_csv(found, history))


def _print_progress(task: str, done: int, total: int | None) -> None:
    typer.echo(f"{task}: {done} of {total}", err=True)
