"""Fits the lines that bring published accuracy predictors to the scale of measured accuracies.

Reads published search logs with ImageNet top-1 measured on 50,000 images at 224 px, and MIT's
published predictor: of Once-for-All's MobileNetV3 w1.0 DyNAS-T's two logs
(IntelLabs/DyNAS-T, notebooks/data), 1,094 rows; of w1.2 that of Neural Compressor
(examples/notebook/dynas), 500 rows. Every row counts, repeated sub-networks as often as they were
measured. Prints by how much the predictions are too high, the line that the product ships, and the
line fitted here. Writes benchmarks/results/calibration.json. DYNAS_REFERENCE names the folder whose
folder `published` has these files; a supernet without its logs is left out.
"""

import ast
import json
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.command_line import given_numbers
from benchmarks.published_landscape import ADDRESS, PREDICTOR, REFERENCE
from benchmarks.sample_efficiency import RESULTS
from engine.space import Genotypes, SearchSpace
from engine.supernets.ofa import catalogue
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor, Floats
from engine.supernets.predictor_calibration import Calibration, fit_line

LOGS = {
    "ofa_mbv3_d234_e346_k357_w1.0": (
        "mbnv3w10_evonsga2_acc_macs.csv",
        "mbnv3w10_linasnsga2_acc_macs.csv",
    ),
    "ofa_mbv3_d234_e346_k357_w1.2": ("results_mbnv3w1p2_macs.csv",),
}
_GROUPS = ("ks", "e", "d")  # of a config in the logs, which have the resolution as well


class Rows(NamedTuple):
    """`(n, genes)` sub-networks with their `(n,)` measured and predicted top-1 in %."""

    genotypes: Genotypes
    measured: Floats
    predicted: Floats

    def distinct(self) -> "Rows":
        """Each sub-network once."""
        _, first = np.unique(self.genotypes, axis=0, return_index=True)
        return Rows(*(column[first] for column in self))


def published_rows(paths: list[Path], space: SearchSpace, predictor: AccuracyPredictor) -> Rows:
    """All rows of the logs."""
    rows = pd.concat(map(pd.read_csv, paths), ignore_index=True)
    configs = [ast.literal_eval(text) for text in rows["Sub-network"]]
    chosen = [{group: config[group] for group in _GROUPS} for config in configs]
    genotypes = np.array([space.encode(config) for config in chosen])
    measured = rows["Top-1 Acc (%)"].to_numpy(dtype=np.float64)
    return Rows(genotypes, measured, predictor.top1(space, genotypes))


def calibration(rows: Rows, origin: str) -> Calibration:
    """The least-squares line on the rows."""
    resolutions = [catalogue.RESOLUTION]
    return fit_line(rows.predicted, rows.measured, resolutions, origin, published=True)


def fit_model(name: str, paths: list[Path]) -> dict[str, object]:
    """Print what the logs of a supernet say of its predictor; returns the lines fitted here."""
    model = catalogue.MODELS[name]
    shipped, space = model.calibration, model.space()
    predictor = AccuracyPredictor.read(REFERENCE / PREDICTOR, ADDRESS)
    rows = published_rows(paths, space, predictor)
    origin = shipped.origin if shipped else ""
    found, once = calibration(rows, origin), calibration(rows.distinct(), origin)
    largest = predictor.top1(space, space.largest[None])
    scaled = found.apply(largest)
    print(f"{name}")
    print(f"  the largest:    predicted {largest[0]:.2f} %, calibrated {scaled[0]:.2f} %")
    print(f"  best measured:  {rows.measured.max():.2f} %")
    print(f"  too high by:    {(rows.predicted - rows.measured).mean():.2f} points on average")
    print(f"  shipped:        {shipped.report if shipped else 'none'}")
    print(f"  fitted here:    {found.report}")
    print(f"  each row once:  {once.report}")
    return {name: asdict(found), f"{name}, distinct": asdict(once)}


def main() -> None:
    """Print the lines and write them down."""
    content: dict[str, object] = {}
    for name, files in LOGS.items():
        paths = [REFERENCE / "published" / file for file in files]
        if missing := [str(path) for path in paths if not path.is_file()]:
            print(f"{name}: left out, because there is no {' and no '.join(missing)}")
            continue
        content |= fit_model(name, paths)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "calibration.json").write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    given_numbers(__doc__)
    main()
