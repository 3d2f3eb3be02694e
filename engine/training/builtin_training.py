"""The training of the built-in supernet, whose weights are part of this program."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import devices
from engine.supernets.builtin import fashion_mnist
from engine.tasks.images.image_set import ImageSet
from engine.training.recipe import Recipe
from engine.training.replicas import Replicas, joined
from engine.training.training import Training, export_weights

_SAVE_EVERY = 100  # steps between checkpoints


def run(training: Training, checkpoint: Path, log: Path) -> None:
    """Train to the end. The first replica draws progress, and writes checkpoints and a log."""
    if not training.replicas.is_first:
        while training.step < training.total:
            training.advance()
        return
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


def _train(
    images: ImageSet, recipe: Recipe, out: Path, device: str, replicas: Replicas
) -> Training:
    """Train in the folder `out`; resumes the training of an earlier call. Raises DataError."""
    own_device = replicas.device(device)
    devices.check(own_device, "fp32")
    recipe = replace(recipe, batch=min(recipe.batch, len(images.splits["training"])))
    training = Training(
        recipe, images.splits["training"], torch.device(own_device), images.kind, replicas
    )
    out.mkdir(parents=True, exist_ok=True)
    if (out / "checkpoint.pt").exists():
        training.resume(out / "checkpoint.pt")
        _say(replicas, f"Resuming at step {training.step} of {training.total}.")
    run(training, out / "checkpoint.pt", out / "loss.tsv")
    replicas.wait()
    return training


def _say(replicas: Replicas, sentence: str) -> None:
    if replicas.is_first:
        typer.echo(sentence)


def _device(name: str) -> str:
    return ("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name


def train_on_fashion_mnist(
    data: Path | None, folder: Path, recipe: Recipe, device: str, limit: int | None
) -> None:
    """Train the built-in supernet and write its weights into `folder`; raises DataError.

    Where `torchrun` has started several processes, they train together.
    """
    device = _device(device)
    with joined(device) as replicas:
        images = replicas.first_alone(lambda: load_fashion_mnist(data, folder))
        training = _train(_limit_training(images, limit), recipe, folder, device, replicas)
    if replicas.is_first:
        export_weights(training.net, folder / "weights.pt")
        typer.echo(f"Weights written to {folder / 'weights.pt'}.")
