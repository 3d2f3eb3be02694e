"""`python -m engine`: searches and their results on the command line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine import (
    baselines_command,
    cluster_command,
    elastic_training_commands,
    export_command,
    fine_tuning_command,
    latency_commands,
    log_commands,
    program,
    report_command,
    sharing_commands,
    supernet_commands,
)
from engine import data_dir as data_folder
from engine.command_options import DataDir, RunId
from engine.errors import DataError
from engine.predecessors import dynast_command
from engine.search_output import print_front, resumed_here, stopped_by_signals
from engine.standard_output import reserve_stdout

if TYPE_CHECKING:
    from engine.config import NASConfig
    from engine.runs.service import RunService

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Search super-networks and take the results away. Runs are those of the dashboard.",
)

app.add_typer(log_commands.app, name="log")
for commands in (
    export_command, report_command, fine_tuning_command, supernet_commands, latency_commands,
    baselines_command, dynast_command, cluster_command, sharing_commands,
):  # fmt: skip
    app.add_typer(commands.app)
app.add_typer(elastic_training_commands.app, name="elastic")

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
        "batch_size=50 or num_evals=100; can be given several times.",
    ),
]

Quiet = Annotated[bool, typer.Option(help="No progress bar.")]


@app.command()
def search(
    config: ConfigFile = None,
    settings: Settings = None,
    data_dir: DataDir = None,
    quiet: Quiet = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A cluster that measures, such as tcp://scheduler:8786; this machine if left out.",
        ),
    ] = None,
) -> None:
    """Run a search to its end and print its front as CSV.

    Ctrl-C stops it, a second one at once; what was measured is kept, and `resume` goes on.
    """
    from engine.data_dir import current
    from engine.python_api.nas import run_search, warnings_before_search

    with reserve_stdout(), stopped_by_signals():
        read = _configured(config, settings)
        if cluster is not None:
            read.dynas.cluster = cluster
        for sentence in warnings_before_search(read):
            typer.echo(sentence, err=True)
        front = run_search(read, data_dir or current().path, progress=not quiet)
        table = front.to_dataframe().to_csv()
    print_front(front, table)


@app.command()
def check(
    config: ConfigFile = None,
    settings: Settings = None,
    data_dir: DataDir = None,
) -> None:
    """Read the weights and data that a search needs, and say what was found.

    Says how long the search takes as well, if earlier runs tell that.
    """
    from engine.meters import registry as meters
    from engine.runs import cluster_job, warm_start
    from engine.runs.existing_folder import estimate_line
    from engine.runs.predictor_calibration import calibrated_config
    from engine.runs.search_checks import checked_supernet, search_warnings, settings_to_check

    with reserve_stdout():
        read = _configured(config, settings)
        supernet = checked_supernet(read)
        for sentence in search_warnings(read, supernet):
            typer.echo(sentence, err=True)
        read = calibrated_config(read, supernet)
        evaluation_settings, checkable = read.settings, settings_to_check(read)
        if missing := supernet.missing_requirements(checkable):
            raise DataError("\n".join(missing))
        start = warm_start.check_warm_start(read, supernet, data_folder.current())
        source = supernet.quality_source(evaluation_settings)
        required = [r for r in supernet.requirements() if r.serves == source]
        texts = [r.check(checkable, lambda what, done, total: None) for r in required]
        lines = [f"{r.title}: {text}" for r, text in zip(required, texts, strict=True) if text]
        if source != "measured":
            lines.append(supernet.describe_data(checkable))
        lines += [meters.QUALITY.describe(supernet, evaluation_settings), start]
        state = cluster_job.cluster_state(read)
        slots = None if state is None else state.slots
        lines.append(estimate_line(read, data_dir, slots))
    for line in filter(None, lines):
        typer.echo(f"{line.removesuffix('.')}.")
    for line in cluster_command.cluster_lines(state) if state is not None else ():
        typer.echo(line)


@app.command("import")
def import_results(
    file: Annotated[Path, typer.Argument(help="A CSV of results.")],
    supernet: Annotated[
        str | None,
        typer.Option(help="Whose sub-networks they are; what the file shows if left out."),
    ] = None,
    settings: Settings = None,
    name: Annotated[str, typer.Option(help="The run's name; the file's if left out.")] = "",
    check: Annotated[bool, typer.Option("--check", help="Say what is in it, and stop.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Make a run of a results CSV of this program, DyNAS-T or Neural Compressor.

    Says what became of its rows; the run can be extended like any other.
    """
    from engine.overrides import assigns
    from engine.runs.file_import import read_as_run
    from engine.runs.importing.source_file import read_file
    from engine.runs.results_csv import ResultsFile
    from engine.runs.service import RunService

    read = ResultsFile.read(read_file(file), file.name)
    assignments = settings or []
    if supernet or not assigns(assignments, "dynas.supernet"):
        config, results = read_as_run(
            read, lambda name: _configured(None, [*assignments, f"dynas.supernet={name}"]), supernet
        )
    else:
        assigned = _configured(None, assignments)
        config, results = read_as_run(read, lambda name: assigned, assigned.dynas.supernet)
    for sentence in results.report.sentences:
        typer.echo(sentence, err=True)
    if not check:
        service = RunService(data_dir or data_folder.current().path)
        typer.echo(f"run {service.import_parsed_results(results, config, name)}")


@app.command()
def runs(data_dir: DataDir = None) -> None:
    """List every run, newest first: id, state, evaluations, hypervolume, name.

    The first line has the titles of the columns. Runs whose logs cannot be read come last, each
    with the reason. Without a run nothing is printed but a sentence on stderr.
    """
    from engine.runs.existing_folder import no_runs, service_with_runs
    from engine.runs.run_lines import run_lines

    with reserve_stdout():
        service = service_with_runs(data_dir)
        lines = run_lines(*service.survey()) if service else []
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo(no_runs(data_dir), err=True)


@app.command()
def pause(run: RunId, data_dir: DataDir = None) -> None:
    """Ask the process that drives a run to wait; `resume` lets it go on."""
    _service_of(run, data_dir).pause(run)


@app.command()
def stop(
    run: RunId,
    data_dir: DataDir = None,
    now: Annotated[
        bool, typer.Option("--now", help="Stop at once and abandon running measurements.")
    ] = False,
) -> None:
    """Ask the process that drives a run to end it; `resume` goes on with it here."""
    service = _service_of(run, data_dir)
    (service.stop_now if now else service.stop)(run)


@app.command()
def resume(
    run: RunId,
    data_dir: DataDir = None,
    retry_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed",
            help="Measure sub-networks whose evaluation failed once more, on top of the budget.",
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Go on with a run that was stopped, interrupted or failed, to its end; print as `search`.

    One that another process has paused goes on over there.
    """
    from engine.python_api.nas import measured_front

    with reserve_stdout(), stopped_by_signals():
        service = _service_of(run, data_dir)
        try:
            elsewhere = not resumed_here(service, run, retry_failed, progress=not quiet)
            history = service.history(run)
        finally:
            service.close()
    if elsewhere:
        typer.echo("The process that drives the run goes on with it.", err=True)
        return
    with reserve_stdout():
        front = measured_front(history)
        table = front.to_dataframe().to_csv()
    print_front(front, table)


@app.command()
def csv(run: RunId, data_dir: DataDir = None) -> None:
    """Print every evaluation of a run as CSV."""
    from engine.export.table import run_csv

    with reserve_stdout():
        text = run_csv(_service_of(run, data_dir).history(run))
    typer.echo(text, nl=False)


def _configured(file: Path | None, settings: list[str] | None) -> "NASConfig":
    from engine.overrides import read_configuration

    config, notice = read_configuration(file, settings or [])
    if notice:
        typer.echo(notice, err=True)
    return config


def _service_of(run: str, data_dir: Path | None) -> "RunService":
    from engine.runs.existing_folder import service_of

    return service_of(run, data_dir)


def main() -> None:
    """Run a command; what a user can mend is one sentence and exit status 1."""
    program.run(app, program.FROM_CHECKOUT)


if __name__ == "__main__":
    main()
