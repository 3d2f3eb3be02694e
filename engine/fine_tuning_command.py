"""`python -m engine finetune`: sub-networks of a run, trained further."""

from typing import Annotated

import typer

from engine.command_options import DataDir, RunId, with_option_groups
from engine.elastic_options import LearningOptions
from engine.standard_output import reserve_stdout
from engine.training_progress import follow

app = typer.Typer()


@app.command()
@with_option_groups
def finetune(
    run: RunId,
    numbers: Annotated[list[str], typer.Argument(help="The numbers of evaluations.")],
    learning: LearningOptions,
    epochs: Annotated[
        float | None,
        typer.Option(
            help="Passes over the data; a quarter of the cost of your network's own training if "
            "left out.",
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Train anew what was fine-tuned already; the former weights are kept until the "
            "new ones are there.",
        ),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Train sub-networks of a network that was made elastic further, one after another.

    Each begins with the shared weights and learns from labels and from your own network. What it
    brought is kept beside the run. Run it again to resume; those that are done are left out.
    """
    from engine.runs.existing_folder import service_of
    from engine.runs.fine_tuning import (
        fine_tuned_as_asked,
        fine_tuning_folder,
        fine_tuning_request,
        start_fine_tuning,
    )
    from engine.runs.numbered import numbered_evaluation

    with reserve_stdout():
        history = service_of(run, data_dir).history(run)
        chosen = [numbered_evaluation(history, number) for number in numbers]
    options = {"passes": epochs, **learning.fields()}
    for evaluation in chosen:
        folder = fine_tuning_folder(history.data_folder, history.id, evaluation.number)
        request = fine_tuning_request(history, evaluation, **options)
        if not again and fine_tuned_as_asked(folder, request) is not None:
            typer.echo(f"Sub-network {evaluation.number} was fine-tuned already.")
        else:
            start_fine_tuning(folder, request, again)
            typer.echo(f"Sub-network {evaluation.number}:")
            follow(folder)
        typer.echo(f"Its record and weights are in {folder}.")
