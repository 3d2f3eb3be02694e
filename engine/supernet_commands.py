"""Commands on supernets: to check one, to write its images, to make and to train one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine import program
from engine.command_options import DataDir
from engine.errors import DataError, DynasError
from engine.standard_output import reserve_stdout
from engine.training_command import main as train_supernet

if TYPE_CHECKING:
    from engine.tasks.base import DataSplit

app = typer.Typer()

app.command("train-supernet")(train_supernet)

SupernetName = Annotated[str, typer.Argument(help="The supernet's name, as in configurations.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting as of a search, such as device=cuda or task_options.dataset_path=DIR; "
        "can be given several times.",
    ),
]


@app.command("check-supernet")
def check_supernet(
    name: SupernetName,
    settings: Settings = None,
    thorough: Annotated[
        bool, typer.Option(help="Try more sub-networks, and every gene. Takes minutes.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Check whether a supernet, its space, its task and the meters meet the rules of a search.

    Prints for each rule whether it holds, and each problem; exit status 1 if there is one.
    """
    from engine.config import NASConfig
    from engine.contracts import outcomes
    from engine.meters import registry as meters
    from engine.overrides import with_assignments
    from engine.supernets import registry

    finding_count = 0
    with reserve_stdout():
        supernet = registry.load(name)
        config = with_assignments(NASConfig(dynas={"supernet": name}), settings or [])
    for problem in meters.problems():
        typer.echo(problem, err=True)
    rule_outcomes = outcomes(supernet, config.settings, thorough)
    while True:
        with reserve_stdout():
            outcome = next(rule_outcomes, None)
        if outcome is None:
            break
        typer.echo(f"{'wrong' if outcome.findings else 'ok':<7}{outcome.of}: {outcome.rule}")
        for finding in outcome.findings:
            typer.echo(f"       {finding.text}")
        finding_count += len(outcome.findings)
    if finding_count:
        plural = "s" if finding_count > 1 else ""
        raise DynasError(f"{finding_count} problem{plural} to fix in '{name}'.")


@app.command("validation-images")
def validation_images(
    name: SupernetName,
    out: Annotated[Path, typer.Option(help="The folder to write, with a folder for each class.")],
    settings: Settings = None,
    held_out: Annotated[
        bool, typer.Option("--held-out", help="Write the images that no search uses instead.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Write the images on which accuracy is measured, to check a network elsewhere.

    `python run.py --check FOLDER` of a bundle prints its accuracy on them. Where they are image
    files in class folders already, it says where, or writes links to those that are used.
    """
    from engine.config import NASConfig
    from engine.overrides import with_assignments
    from engine.supernets import registry
    from engine.tasks.images.classification import ImageClassification

    with reserve_stdout():
        task = registry.load(name).task
        config = with_assignments(NASConfig(dynas={"supernet": name}), settings or [])
        if not isinstance(task, ImageClassification):
            raise DataError(
                f"The task of '{name}' reads its data with code of its own, so that there are no "
                "images to write as files. This is for the built-in task of image classification."
            )
        part: DataSplit = "held out" if held_out else "validation"
        text = task.write_images(part, config.settings, out.expanduser())
    typer.echo(text)


@app.command("new-supernet")
def new_supernet(
    name: Annotated[str, typer.Argument(help="What to call the supernet and its package.")],
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; one by that name here if left out.")
    ] = None,
) -> None:
    """Write a package with a small supernet that works, for you to change into yours.

    Its weights are trained at once, which takes seconds.
    """
    from engine.new_supernet import write_package

    folder = write_package(name, out)
    typer.echo(f"Written to {folder}. Next, install and check it:")
    typer.echo(f"  python -m pip install --no-deps --no-build-isolation --editable {folder}")
    typer.echo(f"  {program.name()} check-supernet {name}")
