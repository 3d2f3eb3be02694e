"""Whether exported networks are the measured ones: 20 sub-networks of each supernet, each format.

For each file: the largest difference of its outputs from the network's on 64 inputs of the
validation data, equal top-1, the quality on all validation data, bytes, and seconds to write it.
The supernets at 224 pixels have random weights and made images here: outputs can be compared,
accuracies mean nothing.

    python -m benchmarks.export_parity [--count 20] [--out FILE] [SUPERNET ...]

Writes benchmarks/results/export_parity.json, or FILE.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from benchmarks.sample_efficiency import RESULTS
from engine.evaluation_settings import EvaluationSettings
from engine.export.bundle.checked_files import CheckedFile, write_parts
from engine.export.bundle.exported_network import ExportedNetwork
from engine.export.bundle.parts import BUNDLE_PARTS, find_parts
from engine.export.bundle.quality import MeasuredQuality, QualityCheck
from engine.meters.measured_network import MeasuredNetwork
from engine.space import Genotypes
from engine.supernets import registry
from engine.supernets.ofa.catalogue import MODELS

SEED = 0
_CLASSES = 1_000
_SHARE = 0.08  # of the made images measure accuracy
_SIDE = 256  # pixels of a made image


def rows(name: str, count: int, settings: EvaluationSettings) -> Iterator[dict[str, Any]]:
    """A row for each of `count` random sub-networks and each format."""
    supernet = registry.load(name)
    for genotype in supernet.space.sample(count, np.random.default_rng(SEED)):
        yield from _rows_of(name, genotype, settings)


def _rows_of(
    name: str, genotype: Genotypes, settings: EvaluationSettings
) -> Iterator[dict[str, Any]]:
    supernet = registry.load(name)
    subject = MeasuredNetwork(supernet, supernet.space.to_config(genotype), settings)
    quality = QualityCheck(subject, lambda inputs: None)
    expected = quality.measure(subject.network)
    network = ExportedNetwork(subject, list(expected.batches))
    # The quality of every file is measured here, also where a bundle leaves it out.
    parts = [replace(part, has_quality=True) for part in find_parts(BUNDLE_PARTS)]
    with tempfile.TemporaryDirectory() as folder:
        checks = write_parts(network, parts, Path(folder), quality, expected, lambda what: None)
    shared = {"supernet": name, "genotype": [int(gene) for gene in genotype]}
    for problem in checks.problems:
        yield {**shared, "problem": problem}
    for file in checks.files:
        yield {**shared, **_row(file, expected)}


def _row(file: CheckedFile, expected: MeasuredQuality) -> dict[str, Any]:
    assert file.quality is not None
    return {
        "format": file.part.name,
        **file.parity.plain(),
        "quality_of_network": dict(expected.values),
        "quality_of_file": dict(file.quality.values),
        "validation_inputs": expected.inputs,
        "bytes": file.size,
        "seconds": file.seconds,
    }


def summary(measured: list[dict[str, Any]]) -> list[str]:
    """A line of a Markdown table for each supernet and format."""
    lines = [
        "| supernet | format | networks | largest difference | equal top-1 | largest difference of "
        "the quality | MB | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in measured:
        groups.setdefault((row["supernet"], row.get("format", "not written")), []).append(row)
    for (supernet, kind), group in groups.items():
        if kind == "not written":
            lines += [f"| {supernet} | {row['problem']} | | | | | | |" for row in group]
            continue
        gap = max(
            abs(row["quality_of_file"][name] - value)
            for row in group
            for name, value in row["quality_of_network"].items()
        )
        equal, of = (sum(row.get(name, 0) for row in group) for name in ("top1_equal", "top1_of"))
        cells = [
            f"`{supernet}`",
            kind,
            str(len(group)),
            f"{max(row['max_abs_difference'] for row in group):.1g}",
            f"{equal:,} of {of:,}",
            f"{gap:.2g}",
            f"{statistics.median(row['bytes'] for row in group) / 1e6:.2f}",
            f"{statistics.median(row['seconds'] for row in group):.1f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def made_settings(name: str, folder: Path) -> EvaluationSettings:
    """Settings for an ImageNet supernet with random weights, saved as the official ones are."""
    torch.manual_seed(SEED)
    weights = folder / "weights"
    torch.save({"state_dict": MODELS[name].build().state_dict()}, weights)
    images = folder / "images"
    if not images.exists():
        rng = np.random.default_rng(SEED)
        for label in range(_CLASSES):
            home = images / "val" / f"n{label:04}"
            home.mkdir(parents=True)
            pixels = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).resize((_SIDE, _SIDE)).save(home / "0.png", compress_level=1)
    return EvaluationSettings(
        supernet={"weights_path": str(weights)},
        task={"dataset_path": str(images), "test_fraction": _SHARE},
    )


def main(names: list[str], count: int, file: Path) -> None:
    """Measure `count` sub-networks of each supernet; print the results and write them to `file`."""
    file.parent.mkdir(exist_ok=True)
    measured: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            is_made = name in MODELS
            settings = made_settings(name, Path(folder)) if is_made else EvaluationSettings()
            for row in rows(name, count, settings):
                measured.append({**row, "random_weights": is_made})
                file.write_text(json.dumps(measured, indent=1) + "\n")
                print(
                    row.get("problem") or (name, row["format"], row["max_abs_difference"]),
                    flush=True,
                )
    print("\n".join(summary(measured)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("supernets", nargs="*", default=registry.names())
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--out", type=Path, default=RESULTS / "export_parity.json")
    arguments = parser.parse_args()
    main(arguments.supernets, arguments.count, arguments.out)
