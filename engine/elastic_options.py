"""Options that the commands on elastic networks have in common, in groups."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import ConfigError
from engine.quoting import quoted

if TYPE_CHECKING:
    from engine.training.elastic.request import TrainingRequest


@dataclass(frozen=True)
class NetworkOptions:
    """The network's data and weights, and how it was trained."""

    data: Annotated[
        Path | None,
        typer.Option(
            help="Your images: CLASS/IMAGE, train/CLASS/IMAGE and val/CLASS/IMAGE, or the four "
            "files of Fashion-MNIST. What make_task() beside your function gives, if left out."
        ),
    ] = None
    size: Annotated[
        int | None,
        typer.Option(
            help="Images are scaled to so many pixels a side; what the network says if left out."
        ),
    ] = None
    weights: Annotated[
        Path | None,
        typer.Option(help="A file with the state_dict of the network (.pt, .safetensors)."),
    ] = None
    random_weights: Annotated[
        bool,
        typer.Option(
            "--random-weights",
            help="Go on without the official weights of torchvision, timm or hf.",
        ),
    ] = False
    epochs: Annotated[
        float | None,
        typer.Option(help="The epochs that your network was trained for; else assumed."),
    ] = None

    def fields(self) -> dict[str, Any]:
        """The fields of a `TrainingRequest`."""
        return asdict(self)


@dataclass(frozen=True)
class ShapeOptions:
    """How far widths and kernels bend."""

    ratios: Annotated[
        str,
        typer.Option(
            help="Widths to choose from, as shares of the full ones; 0.5,0.75,1 if left out."
        ),
    ] = ""
    divisor: Annotated[
        int | None,
        typer.Option(help="Numbers of channels are multiples of it; 8 if left out."),
    ] = None
    rigid: Annotated[
        list[str] | None,
        typer.Option(
            help="A part, as the table of check calls it, that keeps its full size; repeat."
        ),
    ] = None
    choices: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PART=N,N",
            help="The numbers of channels, heads or blocks, or the kernel sizes, of a part; "
            "repeat.",
        ),
    ] = None

    def settings(self) -> dict[str, Any]:
        """The fields of `ElasticSettings` that are given; raises ConfigError for wrong ones."""
        from pydantic import ValidationError

        from engine.setting_errors import error_sentences
        from engine.supernets.elastic.settings import ElasticSettings

        unset: tuple[Any, ...] = (None, [], {})
        given = {name: value for name, value in self._given().items() if value not in unset}
        try:
            settings = ElasticSettings.model_validate(given)
        except ValidationError as error:
            raise ConfigError(error_sentences(error, ElasticSettings)) from error
        return settings.model_dump(mode="json", include=set(given))

    def _given(self) -> dict[str, Any]:
        from engine.supernets.elastic.settings import number_list

        parts = {text: text.rpartition("=") for text in self.choices or []}
        if wrong := [text for text, (name, _, _) in parts.items() if not name]:
            raise ConfigError(
                f"--choices takes the name of a part and numbers, such as layer1=16,32, not "
                f"{quoted(wrong[0], 60)}."
            )
        return {
            "ratios": number_list(self.ratios, "--ratios"),
            "divisor": self.divisor,
            "rigid": self.rigid,
            "choices": {name: number_list(text, "--choices") for name, _, text in parts.values()},
        }


@dataclass(frozen=True)
class SupernetShape(ShapeOptions):
    """How far widths, kernels, depth and resolution bend."""

    least_depth: Annotated[
        float | None,
        typer.Option(help="The share of a stage's blocks that stays; 0.5 if left out."),
    ] = None
    resolutions: Annotated[
        str,
        typer.Option(help="Sides of images to choose from, in pixels, such as 160,192,224."),
    ] = ""

    def _given(self) -> dict[str, Any]:
        from engine.supernets.elastic.settings import number_list

        return {
            **super()._given(),
            "least_depth": self.least_depth,
            "resolutions": number_list(self.resolutions, "--resolutions"),
        }


@dataclass(frozen=True)
class LearningOptions:
    """How a network learns, and where."""

    original_rate: Annotated[
        float | None,
        typer.Option(
            help="The peak learning rate of your network's own training; else a usual one. "
            "Fine-tuning takes half of it."
        ),
    ] = None
    seed: int = 0
    device: Annotated[str, typer.Option(help="cpu, cuda, or auto.")] = "auto"
    precision: Annotated[str, typer.Option(help="fp32 or bf16.")] = "fp32"
    at_once: Annotated[
        bool,
        typer.Option(
            "--at-once", help="Do not wait until other trainings of this machine have ended."
        ),
    ] = False

    def fields(self) -> dict[str, Any]:
        """The fields of a `TrainingRequest`."""
        given = asdict(self)
        waits = not given.pop("at_once")
        return {**given, "waits": waits}


@dataclass(frozen=True)
class TrainingOptions(LearningOptions):
    """How long a training is, what of a batch it sees, and whether it is followed."""

    length: Annotated[
        float | None,
        typer.Option(
            help="What the training costs, as a multiple of your network's own; for each size if "
            "it prunes. 1 for a supernet, 0.25 for prune, 0.08 for chain if left out."
        ),
    ] = None
    batch: Annotated[int, typer.Option(help="Images at a time.")] = 128
    accumulate: Annotated[int, typer.Option(help="Batches whose gradients make one step.")] = 1
    flip: Annotated[
        bool, typer.Option(help="Whether mirrored images mean the same; digits do not.")
    ] = True
    background: Annotated[
        bool,
        typer.Option("--background", help="Return at once; the dashboard shows the training."),
    ] = False

    def fields(self) -> dict[str, Any]:
        """The fields of a `TrainingRequest`."""
        given = super().fields()
        del given["background"]
        return given


def training_request(
    way: str,
    model: str,
    name: str | None,
    fields: Mapping[str, Any],
    written: Mapping[str, str] = MappingProxyType({}),
) -> "TrainingRequest":
    """The training that arguments ask for; raises ConfigError for wrong ones.

    `written` are the names of fields for users, where they differ.
    """
    from pydantic import ValidationError

    from engine.setting_errors import error_sentences
    from engine.supernets.elastic.model_source import ModelSource
    from engine.training.elastic.request import TrainingRequest

    source, given = ModelSource.read(model), dict(fields)
    for key in ("data", "weights"):
        path = given[key]
        given[key] = str(path.expanduser().absolute()) if path else None
    try:
        return TrainingRequest.model_validate(
            {**given, "way": way, "model": source.text, "name": name or source.default_name}
        )
    except ValidationError as error:
        sentences = error_sentences(
            error,
            TrainingRequest,
            as_written=lambda path: (written.get(str(path[0]), path[0]), *path[1:]),
        )
        raise ConfigError(sentences) from error
