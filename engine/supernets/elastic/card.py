"""ElasticCard: the description of an elastic network that is stored in the data folder."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from engine import regular_file
from engine.errors import DataError
from engine.metrics import METRICS, Metric
from engine.setting_errors import error_sentences
from engine.supernets.elastic.structure_file import other_version
from engine.supernets.trained import ELASTIC_CARD
from engine.tasks.images.image_set import Kind

_MAX_BYTES = 50 * regular_file.MB
FORMAT, _READ_FORMATS = 2, (1, 2)  # 1 had no number of networks

Way = Literal["train", "prune", "chain"]


class StoredImageSet(BaseModel):
    """Images that are kept with the supernet, their numbers by split, and how they were cropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    counts: dict[str, int]
    crop: float = 1.0


class ElasticCard(BaseModel):
    """What is known of an elastic network without loading it.

    `source` is the text that names its model, `digest` that of its code. `images` are those of an
    image classifier; None for a network whose `make_task` reads its data. `sizes` are genotypes of
    the elastic network, smallest first, if it was made for a list of sizes; they are called by
    `size_names`, percents of the largest one's MACs, and have weights of their own with
    `own_weights`. `quality` holds values by metric of the `original`, `largest` and `smallest`
    network. `networks` is the size of the space, 0 if it is not known. `request` are the arguments
    with which network and data are opened again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    name: str
    way: Way
    source: str
    description: str
    digest: str
    data: str
    images: StoredImageSet | None = None
    metrics: tuple[dict[str, Any], ...]
    held_out_name: str = ""
    task_origin: str = ""
    only_main_output: bool = False
    sizes: tuple[tuple[int, ...], ...] = ()
    size_names: tuple[int | float, ...] = ()
    own_weights: bool = False
    networks: int = 0
    quality: dict[str, dict[str, float]] = {}
    request: dict[str, Any] = {}
    recipe: dict[str, Any] = {}

    @classmethod
    def read(cls, folder: Path) -> "ElasticCard":
        """The card in the folder of a supernet; raises DataError if it cannot be read."""
        path = folder / ELASTIC_CARD
        try:
            text = regular_file.read_text(path, _MAX_BYTES)
            if (found := _format_of(text)) not in _READ_FORMATS:
                raise other_version(path, found, FORMAT)
            return cls.model_validate_json(text)
        except OSError as error:
            raise DataError(
                f"{path} cannot be read ({error.strerror or error}). Restore it."
            ) from error
        except ValidationError as error:
            raise DataError(
                f"{path} is damaged ({error_sentences(error, cls)}) Restore it, or make the "
                "network elastic again under the same name."
            ) from error

    def write(self, folder: Path) -> None:
        """Write the card as the last file of a supernet, in one step."""
        part = folder / f"{ELASTIC_CARD}.part"
        part.write_text(self.model_dump_json(indent=2))
        part.replace(folder / ELASTIC_CARD)

    def quality_metrics(self) -> tuple[Metric, ...]:
        """The metrics of the task, the main one first."""
        return tuple(METRICS.get(fields["name"]) or Metric(**fields) for fields in self.metrics)

    def first_quality(self, network: str) -> float | None:
        """The main quality of the `original`, `largest` or `smallest` network, if it is known."""
        return self.quality.get(network, {}).get(self.metrics[0]["name"])


def _format_of(text: str) -> int:
    """The format that a card states; that of this version if it states none."""
    try:
        found = json.loads(text)["format"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return FORMAT  # it is damaged, which its validation tells
    return found if isinstance(found, int) else FORMAT


def plain_metrics(metrics: Sequence[Metric]) -> tuple[dict[str, Any], ...]:
    """Metrics as plain data."""
    return tuple(asdict(metric) for metric in metrics)
