"""`python -m engine check-supernet` and `new-supernet`: supernets of a user's own."""

from pathlib import Path
from typing import Annotated

import typer

from engine import data_dir as data_folder
from engine import program
from engine.errors import DynasError
from engine.standard_output import kept_for_results

app = typer.Typer()


@app.command("check-supernet")
def check_supernet(
    name: Annotated[str, typer.Argument(help="The supernet, as configurations call it.")],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A setting as of a search, such as device=cuda or task_options.dataset_path=DIR; "
            "can be given several times.",
        ),
    ] = None,
    thorough: Annotated[
        bool, typer.Option(help="Try more sub-networks, and every gene. Takes minutes.")
    ] = False,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="Where runs are kept; $DYNAS_DATA_DIR or ~/.dynas-studio if left out.",
            callback=data_folder.chosen,
        ),
    ] = None,
) -> None:
    """Try whether a supernet, its space, its task and the meters do what a search relies on.

    Says of each rule whether it holds, and what is wrong where it does not; exit status 1 then.
    """
    from engine.config import NASConfig
    from engine.contracts import outcomes
    from engine.meters import registry as meters
    from engine.overrides import with_assignments
    from engine.supernets import registry

    wrong = 0
    with kept_for_results():
        supernet = registry.load(name)
        config = with_assignments(NASConfig(dynas={"supernet": name}), settings or [])
    for problem in meters.problems():
        typer.echo(problem, err=True)
    found = outcomes(supernet, config.settings, thorough)
    while True:
        with kept_for_results():
            outcome = next(found, None)
        if outcome is None:
            break
        typer.echo(f"{'wrong' if outcome.findings else 'ok':<7}{outcome.of}: {outcome.rule}")
        for finding in outcome.findings:
            typer.echo(f"       {finding.text}")
        wrong += len(outcome.findings)
    if wrong:
        raise DynasError(f"{wrong} thing{'s' if wrong > 1 else ''} to mend in '{name}'.")


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
    typer.echo(f"Written to {folder}. Next, install it and see whether all is well:")
    typer.echo(f"  python -m pip install --no-deps --no-build-isolation --editable {folder}")
    typer.echo(f"  {program.name()} check-supernet {name}")
