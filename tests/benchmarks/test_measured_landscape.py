"""Measured accuracies of a small space inside the built-in supernet."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import measured_landscape
from benchmarks.measured_landscape import SPACE, MeasuredLandscape, built_in_genotypes, read
from engine.errors import DataError
from engine.pareto.front import non_dominated
from engine.supernets.registry import DEFAULT, load


@pytest.fixture(scope="module")
def made_up():
    """A table of all networks, larger ones being more accurate but for the kernel size."""
    genotypes = SPACE.all_genotypes()
    values = [
        np.array(gene.choices)[column]
        for gene, column in zip(SPACE.genes, genotypes.T, strict=True)
    ]
    table = pd.DataFrame(np.stack(values, axis=1), columns=list(measured_landscape.COLUMNS[:-1]))
    return table.assign(acc=85.0 + genotypes[:, 1:].sum(axis=1) / 4)


def test_every_network_of_the_small_space_is_another_one_of_the_supernet():
    space, genotypes = load(DEFAULT).space, SPACE.all_genotypes()
    assert len(set(space.keys(built_in_genotypes(genotypes)))) == len(genotypes) == 2187
    config = space.to_config(built_in_genotypes(np.array([2, 0, 1, 2, 1, 0, 2]))[0])
    assert config["ks"][:2] == [7, 7]
    assert config["e"][4:6] == [4, 4]
    assert config["d"] == [3, 2, 4]


def test_the_landscape_is_that_of_the_table(made_up):
    where = MeasuredLandscape(made_up)
    genotypes = SPACE.sample(20, np.random.default_rng(0))
    values = where.truth(genotypes)
    np.testing.assert_allclose(-values[:, 0], 85.0 + genotypes[:, 1:].sum(axis=1) / 4)
    expected = load(DEFAULT).exact_metrics(built_in_genotypes(genotypes))["macs"]
    np.testing.assert_array_equal(values[:, 1], expected)
    everything = where.truth(SPACE.all_genotypes())
    assert where.box().share(everything[non_dominated(everything)]) == pytest.approx(1.0)


def test_what_is_missing_is_measured_and_then_the_table_is_written(made_up, tmp_path, capsys):
    measured, table = tmp_path / "measured.csv", tmp_path / "data" / "table.csv.gz"
    missing = int(np.flatnonzero((SPACE.all_genotypes() == 0).all(axis=1))[0])
    made_up.drop(missing).to_csv(measured, index=False)
    measured_landscape.measure_missing(0, measured, table)
    assert capsys.readouterr().out == "1 of 2,187 networks are not measured yet\n"
    assert not table.exists()
    measured_landscape.measure_missing(5, measured, table)
    assert len(read(table)) == 2187
    (smallest,) = read(table).query("ks == 3 and e0 == e1 == e2 == 3 and d0 == d1 == d2 == 2").acc
    assert smallest == pytest.approx(90.24, abs=0.1)
    before = table.read_bytes()
    measured_landscape.measure_missing(5, measured, table)
    assert table.read_bytes() == before


def test_without_a_table_it_says_how_to_make_one(tmp_path):
    with pytest.raises(
        DataError, match=r"Measure it with python -m benchmarks\.measured_landscape"
    ):
        read(tmp_path / "table.csv.gz")


def test_a_table_without_some_networks_is_refused(made_up):
    with pytest.raises(DataError, match="has 2,185 of 2,187 networks"):
        MeasuredLandscape(made_up.iloc[2:])
