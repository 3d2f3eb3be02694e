"""`python -m engine train-supernet`, or `python -m engine.training`: the built-in architecture."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from engine import data_dir as data_folder
from engine import program
from engine.elastic_options import training_request
from engine.errors import ConfigError
from engine.training.recipe import Recipe

_NOT_FOR_IMAGES = {
    "--out": "Your supernet is kept in the data folder: give no --out.",
    "--epochs": "The phases of --epochs are those of Fashion-MNIST. On your images, --first-epochs "
    "is how long the largest network is trained, and --length how long all others are.",
    "--limit": "--limit is for Fashion-MNIST. Give a folder with fewer images of your own instead.",
}
_ONE_PROCESS = (
    "On your images, the training is one process: start it without torchrun. Several train the "
    "weights for Fashion-MNIST together, without --data."
)
_FOR_IMAGES = {
    "--name": "--name is for a supernet on your images: give their folder with --data.",
    "--first-epochs": "--first-epochs is for your images: give their folder with --data, or "
    "--epochs for the four phases of Fashion-MNIST.",
    "--length": "--length is for your images: give their folder with --data, or --epochs for the "
    "four phases of Fashion-MNIST.",
}


_Data = Annotated[
    Path | None,
    typer.Option(
        help="Your images: CLASS/IMAGE, or train/CLASS/IMAGE and val/CLASS/IMAGE. "
        "Else the four files of Fashion-MNIST, which are found or downloaded."
    ),
]
_Name = Annotated[str | None, typer.Option(help="Of your supernet; the folder's name if left out.")]
_Size = Annotated[
    int, typer.Option(min=8, max=224, help="Your images are scaled to so many pixels a side.")
]
_Colour = Annotated[bool, typer.Option("--colour/--grey", help="How your images are read.")]
_Flip = Annotated[bool, typer.Option(help="Whether mirrored images mean the same; digits do not.")]
_Out = Annotated[
    Path | None,
    typer.Option(
        help="Fashion-MNIST only: folder for checkpoint, log and weights; `training` if left out."
    ),
]
_Epochs = Annotated[
    tuple[int, int, int, int] | None,
    typer.Option(
        help="Fashion-MNIST only: epochs of largest, shrinking, settling, spreading; "
        "5 8 4 3 if left out."
    ),
]
_FirstEpochs = Annotated[
    float | None,
    typer.Option(
        help="Your images only: epochs of the largest network before all "
        "others; as many as show it 300,000 images if left out.",
    ),
]
_Length = Annotated[
    float | None,
    typer.Option(
        help="Your images only: the cost of the training of all sub-networks "
        "as a multiple of that of the largest; 1 if left out.",
    ),
]
_Batch = Annotated[int, typer.Option(min=2)]
_Device = Annotated[str, typer.Option(help="cpu, cuda, or auto.")]
_Limit = Annotated[
    int | None, typer.Option(help="Fashion-MNIST only: train on the first images only.")
]
_DataDir = Annotated[
    Path | None,
    typer.Option(
        help="The dashboard's data folder, where your supernet is kept; "
        "$DYNAS_DATA_DIR or ~/.dynas-studio if left out.",
        callback=data_folder.use_path,
    ),
]


def main(
    data: _Data = None,
    name: _Name = None,
    size: _Size = 28,
    colour: _Colour = True,
    flip: _Flip = True,
    out: _Out = None,
    epochs: _Epochs = None,
    first_epochs: _FirstEpochs = None,
    length: _Length = None,
    batch: _Batch = Recipe.batch,
    seed: int = 0,
    device: _Device = "auto",
    limit: _Limit = None,
    data_dir: _DataDir = None,
) -> None:
    """Train the built-in supernet, on your images if you give some; run it again to resume.

    On your images, its largest network is trained first. Then all sub-networks learn from it, as
    with elastic train, and the supernet is kept in the data folder.
    """
    given = {
        "--name": name, "--out": out, "--epochs": epochs, "--limit": limit,
        "--first-epochs": first_epochs, "--length": length,
    }  # fmt: skip
    if _is_on_images(data, given):
        _train_on_images(Path(data or ""), name, colour, {
            "size": size, "epochs": first_epochs, "length": length, "flip": flip, "batch": batch,
            "seed": seed, "device": device,
        })  # fmt: skip
        return
    counts = epochs or tuple(phase.epochs for phase in Recipe.phases)
    phases = (replace(p, epochs=n) for p, n in zip(Recipe.phases, counts, strict=True))
    recipe = Recipe(phases=tuple(phases), batch=batch, seed=seed, flip=flip)
    _train_on_fashion_mnist(data, out or Path("training"), recipe, device, limit)


def _is_on_images(data: Path | None, given: Mapping[str, Any]) -> bool:
    """Whether `data` are a user's images; raises ConfigError for an option that does not apply."""
    from engine.tasks.images.training_folders import holds_class_folders

    is_on_images = data is not None and bool(holds_class_folders(data))
    reasons = _NOT_FOR_IMAGES if is_on_images else _FOR_IMAGES
    for option, reason in reasons.items():
        if given[option] is not None:
            raise ConfigError(reason)
    return is_on_images


def _train_on_fashion_mnist(*arguments: Any) -> None:
    from engine.training.builtin_training import train_on_fashion_mnist  # loads torch

    train_on_fashion_mnist(*arguments)


def _train_on_images(
    data: Path, name: str | None, colour: bool, options: Mapping[str, Any]
) -> None:
    """Train the architecture for the classes of a folder, and follow it until it has ended."""
    from engine.standard_output import reserve_stdout
    from engine.supernets import registry, trained
    from engine.tasks.images.training_folders import class_names
    from engine.training.elastic import trainings
    from engine.training_progress import follow

    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise ConfigError(_ONE_PROCESS)
    with reserve_stdout():
        model = f"builtin:{len(class_names(data))}:{3 if colour else 1}"
        fields = {**options, "data": data, "weights": None, "untrained": True}
        request = training_request(
            "train", model, name or trained.name_from(data), fields, {"epochs": "first_epochs"}
        )
        folder = trainings.start(request)
    follow(folder)
    typer.echo(f"{registry.load(request.name).description} Search it as '{request.name}'.")


if __name__ == "__main__":
    program.run_function(main, program.FROM_CHECKOUT, "python -m engine.training", error_status=2)
