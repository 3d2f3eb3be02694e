"""Fits the lines that bring published accuracy predictors to the scale of measured accuracies.

Reads DyNAS-T's two published search logs of Once-for-All's MobileNetV3 w1.0, 1,094 rows of ImageNet
top-1 measured on 50,000 images at 224 px, and MIT's published predictor. Every row counts, repeated
sub-networks as often as they were measured (1,045 are different). Prints the line that the product
ships and the one fitted here. Writes benchmarks/results/calibration.json.
"""

import ast
import json
from dataclasses import asdict

import numpy as np
import pandas as pd

from benchmarks.command_line import given_numbers
from benchmarks.published_landscape import ADDRESS, PREDICTOR, REFERENCE
from benchmarks.sample_efficiency import RESULTS
from engine.supernets.ofa import catalogue
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor
from engine.supernets.predictor_calibration import Calibration, fit_line

MODEL = "ofa_mbv3_d234_e346_k357_w1.0"
LOGS = ("evonsga2", "linasnsga2")


def calibration(distinct: bool = False) -> Calibration:
    """The least-squares line on all rows of the logs, or on each `distinct` sub-network once."""
    model = catalogue.MODELS[MODEL]
    space = model.space()
    tables = [pd.read_csv(REFERENCE / f"published/mbnv3w10_{log}_acc_macs.csv") for log in LOGS]
    rows = pd.concat(tables, ignore_index=True)
    genotypes = np.array([space.encode(ast.literal_eval(text)) for text in rows["Sub-network"]])
    measured = rows["Top-1 Acc (%)"].to_numpy(dtype=np.float64)
    if distinct:
        _, first = np.unique(genotypes, axis=0, return_index=True)
        genotypes, measured = genotypes[first], measured[first]
    said = AccuracyPredictor.read(REFERENCE / PREDICTOR, ADDRESS).top1(space, genotypes)
    shipped = model.calibration
    origin = shipped.origin if shipped else ""
    return fit_line(said, measured, [catalogue.RESOLUTION], origin, published=True)


def main() -> None:
    """Print the lines and write them down."""
    shipped, found, once = catalogue.MODELS[MODEL].calibration, calibration(), calibration(True)
    print(f"shipped:        {shipped.report if shipped else 'none'}")
    print(f"fitted here:    {found.report}")
    print(f"each row once:  {once.report}")
    RESULTS.mkdir(exist_ok=True)
    content = {MODEL: asdict(found), f"{MODEL}, distinct": asdict(once)}
    (RESULTS / "calibration.json").write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    given_numbers(__doc__)
    main()
