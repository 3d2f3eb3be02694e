import ast

import numpy as np
import pandas as pd
import pytest

from benchmarks.published_landscape import PREDICTOR, REFERENCE, PublishedLandscape, hypervolume

pytestmark = pytest.mark.skipif(
    not (REFERENCE / PREDICTOR).exists(),
    reason="the published predictor is not there; DYNAS_REFERENCE names its folder",
)


def test_agrees_with_the_evaluations_of_another_program():
    where = PublishedLandscape()
    rows = pd.read_csv(REFERENCE / "peers/evaluations.csv.gz").iloc[::97]
    configs = [ast.literal_eval(text) for text in rows.config]
    genotypes = np.array([where.space.encode(config) for config in configs])
    np.testing.assert_array_equal(where.macs(genotypes), rows.macs)
    np.testing.assert_allclose(where.accuracy(genotypes), rows.acc, atol=1e-3)


def test_the_near_true_front_has_the_hypervolume_that_shares_are_of():
    front = pd.read_csv(REFERENCE / "peers/near_true_front.csv")
    assert hypervolume(front.macs.to_numpy(), front.acc.to_numpy()) == pytest.approx(
        3440.8, abs=0.05
    )
