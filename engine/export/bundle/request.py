"""What a bundle is made of, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.export.bundle.parts import BUNDLE_PARTS


@dataclass(frozen=True)
class BundleRequest:
    """A bundle of the sub-network of an `evaluation` of a run, with the model files of `parts`.

    `config` is that of the run. `with_preprocessing` puts scale, mean and deviation into the ONNX
    file, which then takes pixels from 0 to 255. It can be pickled.
    """

    config: NASConfig
    evaluation: Evaluation
    run_id: str
    run_name: str
    parts: tuple[str, ...] = BUNDLE_PARTS
    with_preprocessing: bool = False

    def __reduce__(self) -> tuple[Callable[..., "BundleRequest"], tuple[Any, ...]]:
        fields = (self.evaluation, self.run_id, self.run_name, self.parts, self.with_preprocessing)
        return _request, (self.config.to_dict(), *fields)


def _request(config: dict[str, Any], *fields: Any) -> BundleRequest:
    return BundleRequest(NASConfig.from_dict(config), *fields)


@dataclass(frozen=True)
class BundleReport:
    """A bundle that was written: its `folder`, and the names of the `files` in it.

    `problems` are sentences on parts that could not be written, `remarks` on numbers that differ
    from those of the run.
    """

    folder: Path
    files: tuple[str, ...]
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
