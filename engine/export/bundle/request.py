"""What a bundle is made of, and what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation.record import Evaluation
from engine.export.bundle.parts import BUNDLE_PARTS, PARTS, find_parts
from engine.logged_metrics import describe_added_metrics, restore_metrics
from engine.metrics import defined_by, find_metric


@dataclass(frozen=True)
class BundleRequest:
    """A bundle of the sub-network of an `evaluation` of a run, with the model files of `parts`.

    `config` is that of the run. `with_preprocessing` puts scale, mean and deviation into the ONNX
    files, which then take pixels from 0 to 255; raises ConfigError if there is none among `parts`.
    Weights are the fine-tuned ones of the sub-network if it has some, unless `with_shared_weights`.
    It can be pickled. Its metrics are pickled with it: the other process does not know those that
    a script measures or that only the log of a run describes.
    """

    config: NASConfig
    evaluation: Evaluation
    run_id: str
    run_name: str
    parts: tuple[str, ...] = BUNDLE_PARTS
    with_preprocessing: bool = False
    with_shared_weights: bool = False

    def __post_init__(self) -> None:
        if self.with_preprocessing and not any(p.can_preprocess for p in find_parts(self.parts)):
            able = " or ".join(p.files[0] for p in PARTS.values() if p.can_preprocess)
            raise ConfigError(
                f"Preprocessing can only be part of {able}, and neither is among the files. Export "
                "one of them, or leave --with-preprocessing out."
            )

    def __reduce__(self) -> tuple[Callable[..., "BundleRequest"], tuple[Any, ...]]:
        fields = (
            self.evaluation, self.run_id, self.run_name, self.parts, self.with_preprocessing,
            self.with_shared_weights,
        )  # fmt: skip
        names = dict.fromkeys([*self.config.all_metrics, *self.evaluation.metrics])
        with defined_by(self.config.definitions):
            metrics = describe_added_metrics(name for name in names if find_metric(name))
        return _request, (metrics, self.config.to_dict(), *fields)


def _request(
    metrics: Mapping[str, Mapping[str, Any]], config: dict[str, Any], *fields: Any
) -> BundleRequest:
    definitions = restore_metrics(metrics)
    with defined_by(definitions):
        read = NASConfig.from_dict(config)
    read.set_definitions(definitions)
    return BundleRequest(read, *fields)


@dataclass(frozen=True)
class BundleReport:
    """A bundle that was written: its `folder`, and the names of the `files` in it.

    `problems` are sentences on parts that could not be written, `remarks` on numbers that differ
    from those of the run, and on what the task does not describe.
    """

    folder: Path
    files: tuple[str, ...]
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
