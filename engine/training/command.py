"""Train the built-in architecture: `train-supernet`, or `python -m engine.training`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from engine import data_dir as data_folder
from engine.errors import ConfigError
from engine.training.recipe import Recipe


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
    from engine.tasks.images.training_folders import holds_class_folders
    from engine.training.user_trainings import train_on_fashion_mnist, train_on_images

    phases = (replace(p, epochs=n) for p, n in zip(Recipe.phases, epochs, strict=True))
    recipe = Recipe(phases=tuple(phases), batch=batch, seed=seed, flip=flip)
    if data is None or not holds_class_folders(data):
        train_on_fashion_mnist(data, out or Path("training"), recipe, device, limit)
    elif out is not None:
        raise ConfigError("Your supernet is kept in the data folder: give no --out.")
    else:
        train_on_images(data, name, size, colour, recipe, device, limit)
