from pathlib import Path

import numpy as np
import pytest

from engine.errors import DataError
from engine.space import mbconv_space
from engine.supernets import cost_table
from engine.supernets.builtin.costs import COSTS
from engine.supernets.builtin.network import FashionMobileNetV3
from engine.supernets.cost_table import CostTable

SPACE = mbconv_space(stages=3, blocks=4)


@pytest.fixture(scope="module")
def net() -> FashionMobileNetV3:
    return FashionMobileNetV3()


def count_subnetwork(net: FashionMobileNetV3, genotype: np.ndarray) -> tuple[int, int]:
    """MACs and parameters of a sub-network that was really built."""
    net.set_active_subnet(**SPACE.to_config(genotype))
    return cost_table.count(net.get_active_subnet(), (1, 28, 28))


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_the_table_agrees_with_fvcore_on_random_sub_networks(
    net: FashionMobileNetV3, count: int
) -> None:
    genotypes = SPACE.sample(count, np.random.default_rng(0))
    expected = [count_subnetwork(net, genotype) for genotype in genotypes]
    table = CostTable.read(COSTS).macs_params(SPACE, genotypes)
    assert table.dtype == np.int64
    np.testing.assert_array_equal(table, expected)


@pytest.mark.parametrize("end", ["smallest", "largest"])
def test_the_table_agrees_with_fvcore_at_both_ends(net: FashionMobileNetV3, end: str) -> None:
    genotype = getattr(SPACE, end)
    table = CostTable.read(COSTS).macs_params(SPACE, genotype)
    assert table.shape == (1, 2)
    assert tuple(table[0]) == count_subnetwork(net, genotype)


def test_genes_without_effect_cost_nothing() -> None:
    shallow = np.array([*[2] * 24, 0, 0, 0])
    assert (SPACE.canonical(shallow) != shallow).any()
    table = CostTable.read(COSTS)
    np.testing.assert_array_equal(
        table.macs_params(SPACE, shallow), table.macs_params(SPACE, SPACE.canonical(shallow))
    )


def test_the_shipped_table_is_what_the_network_gives() -> None:
    built = cost_table.build(FashionMobileNetV3(), (1, 28, 28))
    assert built.to_dict() == CostTable.read(COSTS).to_dict()


def test_a_written_table_is_read_back(tmp_path: Path) -> None:
    shipped = CostTable.read(COSTS)
    shipped.write(tmp_path / "table.json")
    assert CostTable.read(tmp_path / "table.json").to_dict() == shipped.to_dict()


def test_tables_are_kept_by_resolution(tmp_path: Path) -> None:
    shipped = CostTable.read(COSTS)
    cost_table.write_tables(tmp_path / "tables.json", {28: shipped, 32: shipped})
    tables_read = cost_table.read_tables(tmp_path / "tables.json")
    assert list(tables_read) == [28, 32]
    assert tables_read[32].to_dict() == shipped.to_dict()


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"base": [1, 2]}'])
def test_a_damaged_table_says_how_to_restore_it(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "table.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(DataError, match="write it anew"):
        CostTable.read(path)
