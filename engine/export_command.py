"""`python -m engine export`: sub-networks of a run as text, as model files or as bundles."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine import program
from engine.command_options import DataDir, RunId
from engine.errors import DataError, RunError
from engine.export.formats import (
    BUNDLE_FORMATS,
    SUBNETWORK_FORMATS,
    BundleFormat,
    SubNetworkFormat,
    export_format,
)
from engine.quoting import quoted
from engine.standard_output import reserve_stdout

if TYPE_CHECKING:
    from engine.config import NASConfig
    from engine.evaluation.record import Evaluation
    from engine.export.bundle.request import BundleRequest
    from engine.runs.history import RunHistory

app = typer.Typer()

_FORMAT_HELP = (
    f"Text: {', '.join(f.name for f in SUBNETWORK_FORMATS)}. A folder with model files: "
    f"{', '.join(f.name for f in BUNDLE_FORMATS)}; bundle has all of them."
)


Number = Annotated[str | None, typer.Argument(help="The evaluation's number.")]
Best = Annotated[
    str,
    typer.Option(
        metavar="METRIC",
        help="In place of a number: the sub-network with the best of this metric.",
    ),
]
Where = Annotated[
    str,
    typer.Option(
        metavar="LIMITS",
        help="With --best: limits to keep to, such as 'macs <= 300M and latency <= 20 ms'.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        help="The folder to write to. Without it, text is printed and model files are written "
        "to the folder subnetwork-NUMBER here. Nothing is overwritten.",
    ),
]
WithPreprocessing = Annotated[
    bool,
    typer.Option(
        "--with-preprocessing",
        help="The ONNX file takes pixels from 0 to 255: scale, mean and std are part of it.",
    ),
]
Int8 = Annotated[
    bool,
    typer.Option(
        "--int8",
        help="With --format bundle or another one with model files: write model.int8.onnx as "
        "well, the network in int8, with its measured quality.",
    ),
]
SharedWeights = Annotated[
    bool,
    typer.Option(
        "--shared-weights",
        help="Model files get the weights that the run measured, where the sub-network was "
        "fine-tuned: without it, the fine-tuned ones.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting in place of the run's, such as task_options.dataset_path=FOLDER or "
        "supernet_options.weights_path=FILE; can be given several times.",
    ),
]


@app.command()
@program.cancellable(program.NOTHING_WRITTEN)
def export(
    run: RunId,
    number: Number = None,
    best: Best = "",
    where: Where = "",
    format_name: Annotated[str, typer.Option("--format", help=_FORMAT_HELP)] = SUBNETWORK_FORMATS[
        0
    ].name,
    out: Out = None,
    with_preprocessing: WithPreprocessing = False,
    int8: Int8 = False,
    shared_weights: SharedWeights = False,
    settings: Settings = None,
    data_dir: DataDir = None,
) -> None:
    """Take a sub-network of a run away: as text that rebuilds it, or as files that programs load.

    Model files are checked against the measured network before they are handed over.
    """
    from engine.export.bundle.request import BundleRequest
    from engine.overrides import with_assignments

    chosen_format = export_format(format_name)
    with reserve_stdout():
        history = _history(run, data_dir)
        evaluation = _chosen(history, number, best, where)
        config = with_assignments(history.config, settings or [])
    if isinstance(chosen_format, BundleFormat):
        parts = tuple(dict.fromkeys([*chosen_format.parts, *(["int8"] if int8 else [])]))
        request = BundleRequest(
            config, evaluation, history.id, history.name, parts, with_preprocessing, shared_weights
        )
        _export_bundle(request, out or Path(chosen_format.folder_name(evaluation.number)))
        return
    model_options = {
        "--int8": int8, "--with-preprocessing": with_preprocessing,
        "--shared-weights": shared_weights,
    }  # fmt: skip
    if option := next((name for name, is_given in model_options.items() if is_given), ""):
        raise DataError(f"{option} is for model files: add --format bundle or onnx.")
    _export_text(chosen_format, config, evaluation, out)


def _history(run: str, data_dir: Path | None) -> "RunHistory":
    from engine.runs.existing_folder import service_of

    return service_of(run, data_dir).history(run)


def _chosen(history: "RunHistory", number: str | None, metric: str, where: str) -> "Evaluation":
    """The evaluation with this number, or the best in `metric` within the limits `where`."""
    from engine.analysis.goal import Goal, limit_remarks
    from engine.export.chosen import best_subnetwork
    from engine.runs.numbered import numbered_evaluation

    if not metric:
        if where:
            raise RunError("--where limits what --best chooses: add --best acc, or another metric.")
        return numbered_evaluation(history, number)
    if number is not None:
        raise RunError(
            f"Give the number {quoted(number, 40)} or --best {metric}, not both: each names one "
            "sub-network."
        )
    for remark in limit_remarks(Goal.of_run(history, metric, where).limits):
        typer.echo(remark, err=True)
    chosen = best_subnetwork(history, metric, where)
    for sentence in (f"sub-network {chosen.number}", *chosen.remarks):
        typer.echo(sentence, err=True)
    return chosen.evaluation


def _export_text(
    chosen_format: SubNetworkFormat, config: "NASConfig", evaluation: "Evaluation", out: Path | None
) -> None:
    from engine.disk_errors import write_failure

    with reserve_stdout():
        text = chosen_format.write(config, evaluation)
    if out is None:
        typer.echo(text, nl=False)
        return
    file = out / chosen_format.file_name(evaluation.number)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        there = file if file.exists() else out
        raise DataError(
            f"{there} exists already. Nothing is overwritten: give another folder, or remove it."
        ) from None
    except OSError as error:
        raise DataError(write_failure(error, "the file", out)) from error
    typer.echo(str(file))


def _export_bundle(request: "BundleRequest", folder: Path) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from engine.export.bundle.process import export_bundle
    from engine.runs.interrupts import sigterm_as_interrupt

    with (
        sigterm_as_interrupt(),
        Progress(console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("Starting", total=None)

        def show(what: str, done: int, total: int | None) -> None:
            bar.update(task, description=what, completed=done, total=total)

        report = export_bundle(request, folder, show, threading.Event())
    for sentence in (*report.problems, *report.remarks):
        typer.echo(sentence, err=True)
    for name in report.files:
        typer.echo(str(folder / name))
