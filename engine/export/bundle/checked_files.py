"""Writes the model files of a bundle, checks each against the network, removes those that fail."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine.disk_errors import is_full, write_failure
from engine.errors import DataError, DynasError, EvaluationError
from engine.export.bundle.exported_network import ExportedNetwork, example_count
from engine.export.bundle.model_files import ModelFile
from engine.export.bundle.parity import Parity, compare, without_padding
from engine.export.bundle.parts import Part
from engine.export.bundle.quality import MeasuredQuality, QualityCheck
from engine.quoting import error_text


@dataclass(frozen=True)
class CheckedFile:
    """A part whose files were written and checked.

    `facts` are entries of `network.json`, `quality` is None for a part whose quality is not
    measured, `size` are the bytes of its files, `seconds` those of the writing. `any_length`: it
    takes sequences of any length that the network takes.
    """

    part: Part
    facts: Mapping[str, Any]
    parity: Parity
    quality: MeasuredQuality | None
    size: int
    seconds: float
    any_length: bool = False

    @property
    def name(self) -> str:
        """The name of the model file."""
        return self.part.files[0]


@dataclass(frozen=True)
class Checks:
    """The files that passed their checks, and a sentence on each part that did not."""

    files: tuple[CheckedFile, ...]
    problems: tuple[str, ...]


def write_parts(
    network: ExportedNetwork,
    parts: Sequence[Part],
    folder: Path,
    quality: QualityCheck,
    expected: MeasuredQuality,
    report: Callable[[str], None],
) -> Checks:
    """Write `parts` into `folder`; a part that cannot be written or fails a check is a problem.

    `expected` is the quality of the network. `report` is called with what is being done. Raises
    DataError if the disk is full.
    """
    files, problems = [], []
    for part in parts:
        report(f"Writing {part.files[0]}")
        try:
            file = _written(network, part, folder, quality, expected, report)
        except Exception as error:  # noqa: BLE001 - exporters raise anything; the others still come
            for name in part.files:
                (folder / name).unlink(missing_ok=True)
            problems.append(_problem(part, error, folder))
        else:
            files.append(file)
    return Checks(tuple(files), tuple(problems))


def _written(
    network: ExportedNetwork,
    part: Part,
    folder: Path,
    quality: QualityCheck,
    expected: MeasuredQuality,
    report: Callable[[str], None],
) -> CheckedFile:
    start = time.perf_counter()
    model_file = part.write(network, folder)
    seconds = time.perf_counter() - start
    report(f"Checking {part.files[0]}")
    parity = _parity(network, model_file)
    if not part.approximate and not parity.is_met:
        raise EvaluationError(
            f"its outputs for {parity.inputs} inputs differ from those of the network by up to "
            f"{parity.max_abs_difference:.2g}, more than {parity.tolerance:.2g}. Use another "
            "format."
        )
    measured = None
    if part.has_quality:
        report(f"Measuring the quality of {part.files[0]}")
        measured = quality.measure(model_file.run)
        if not part.approximate:
            quality.compare(expected, measured)
    size = sum((folder / name).stat().st_size for name in part.files)
    any_length = model_file.any_length
    return CheckedFile(part, model_file.facts, parity, measured, size, seconds, any_length)


def _parity(network: ExportedNetwork, model_file: ModelFile) -> Parity:
    batches, expected = list(network.batches), list(network.outputs)
    if model_file.any_length:
        inputs, outputs = network.shortened_batch()
        batches.append(inputs)
        expected.append(outputs)
    with torch.no_grad():
        found = [model_file.run(batch) for batch in batches]
    expected, found = (list(map(without_padding, batches, o)) for o in (expected, found))
    return compare(expected, found, sum(map(example_count, network.batches)))


def _problem(part: Part, error: Exception, folder: Path) -> str:
    logging.getLogger(__name__).info("%s", part.files[0], exc_info=error)
    for reason in (error, error.__cause__):
        if reason is not None and is_full(reason, folder):
            raise DataError(write_failure(reason, "the bundle", folder.parent)) from error
    sentence = str(error) if isinstance(error, DynasError) else f"{error_text(error)}."
    verb = "are" if len(part.files) > 1 else "is"
    return f"{' and '.join(part.files)} {verb} not written: {sentence}"
