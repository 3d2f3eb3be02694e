"""Train the built-in architecture: `python -m engine.training --help`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import data_dir as data_folder
from engine.errors import ConfigError, DynasError
from engine.supernets import registry, trained
from engine.supernets.builtin import fashion_mnist
from engine.tasks.images import training_folders
from engine.tasks.images.image_set import ImageSet
from engine.training.recipe import Recipe
from engine.training.saved_supernet import save_supernet
from engine.training.training import Training, export_weights

_SAVE_EVERY = 100  # steps between checkpoints


def run(training: Training, checkpoint: Path, log: Path) -> None:
    """Train to the end with a progress bar, and write checkpoints and a loss log."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as progress, log.open("a") as log_file:
        task = progress.add_task("training", total=training.total, completed=training.step)
        while training.step < training.total:
            phase = training.recipe.at(training.step, len(training.data))[0].name
            loss = training.advance()
            progress.update(task, completed=training.step, description=f"{phase}, loss {loss:.3f}")
            if training.step % _SAVE_EVERY == 0 or training.step == training.total:
                training.save(checkpoint)
                log_file.write(f"{training.step}\t{phase}\t{loss:.4f}\n")
                log_file.flush()


def load_fashion_mnist(data: Path | None, download_to: Path) -> ImageSet:
    """Fashion-MNIST, from the folder of its four files or downloaded."""
    folder = fashion_mnist.locate(data, download_to)
    splits = fashion_mnist.split_training_set(fashion_mnist.read_original(folder, "train"))
    return ImageSet(fashion_mnist.KIND, splits)


def _limit_training(images: ImageSet, limit: int | None) -> ImageSet:
    """The set with its first `limit` training images only."""
    training = images.splits["training"]
    limited = training.take(np.arange(len(training))[:limit])
    return replace(images, splits={**images.splits, "training": limited})


def _train(images: ImageSet, recipe: Recipe, out: Path, device: str) -> Training:
    """Train in the folder `out`; resumes the training of an earlier call."""
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    training = Training(recipe, images.splits["training"], torch.device(device), images.kind)
    out.mkdir(parents=True, exist_ok=True)
    if (out / "checkpoint.pt").exists():
        training.resume(out / "checkpoint.pt")
        typer.echo(f"Resuming at step {training.step} of {training.total}.")
    run(training, out / "checkpoint.pt", out / "loss.tsv")
    return training


def _train_supernet(
    images: ImageSet, recipe: Recipe, folder: Path, device: str, origin: Path
) -> None:
    """Train on a user's images and save the result as a supernet."""
    counts = ", ".join(f"{len(split):,} {name}" for name, split in images.splits.items())
    typer.echo(f"{len(images.kind.classes)} classes; images: {counts}.")
    training = _train(images, recipe, folder, device)
    supernet = save_supernet(training.net, images, folder, origin, recipe.to_json())
    typer.echo(f"{supernet.description} Search it as '{supernet.name}'.")


def _new_folder(name: str) -> Path:
    """The folder for a new supernet called `name`; raises ConfigError for a name in use."""
    folder = trained.folder_of(name)
    if name in registry.names() and name not in trained.names():
        raise ConfigError(f"There is a supernet '{name}' already. Give another --name.")
    return folder


def main(
    data: Annotated[
        Path | None,
        typer.Option(help="Your images: CLASS/IMAGE, or train/CLASS/IMAGE and val/CLASS/IMAGE. "
                          "Else the four files of Fashion-MNIST, which are found or downloaded."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Of your supernet; the folder's name if left out.")
    ] = None,
    size: Annotated[
        int, typer.Option(min=8, max=224, help="Your images are scaled to so many pixels a side.")
    ] = 28,
    colour: Annotated[
        bool, typer.Option("--colour/--grey", help="How your images are read.")
    ] = True,
    flip: Annotated[
        bool, typer.Option(help="Whether mirrored images mean the same; digits do not.")
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(help="Fashion-MNIST only: folder for checkpoint, log and weights; `training` "
                          "if left out."),
    ] = None,
    epochs: Annotated[
        tuple[int, int, int, int],
        typer.Option(help="Epochs of: largest, shrinking, settling, spreading."),
    ] = (5, 8, 4, 3),
    batch: Annotated[int, typer.Option(min=2)] = Recipe.batch,
    seed: int = 0,
    device: Annotated[str, typer.Option(help="cpu, cuda, or auto.")] = "auto",
    limit: Annotated[int | None, typer.Option(help="Train on the first images only.")] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="The dashboard's data folder, where your supernet is kept; "
                          "$DYNAS_DATA_DIR or ~/.dynas-studio if left out.",
                     callback=data_folder.use_path),
    ] = None,
) -> None:  # fmt: skip
    """Train the built-in supernet, on your images if you give some; run it again to resume."""
    phases = (replace(p, epochs=n) for p, n in zip(Recipe.phases, epochs, strict=True))
    recipe = Recipe(phases=tuple(phases), batch=batch, seed=seed, flip=flip)
    try:
        if data is not None and training_folders.holds_class_folders(data):
            if out is not None:
                raise ConfigError("Your supernet is kept in the data folder: give no --out.")
            folder = _new_folder(name or trained.name_from(data))
            images = _limit_training(training_folders.read(data, size, colour), limit)
            _train_supernet(images, recipe, folder, device, data.resolve())
            return
        folder = out or Path("training")
        training = _train(
            _limit_training(load_fashion_mnist(data, folder), limit), recipe, folder, device
        )
    except DynasError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    export_weights(training.net, folder / "weights.pt")
    typer.echo(f"Weights written to {folder / 'weights.pt'}.")
