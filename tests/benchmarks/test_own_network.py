"""Budgets are kept by every way, and the table compares the advised way with the others."""

from pathlib import Path

import pytest
import torch
from torch import nn

from benchmarks import own_network_cells
from benchmarks.own_network import groups
from benchmarks.own_network_cells import (
    WITHIN_NOISE,
    Cell,
    advice_losses,
    advice_table,
    keep,
    kept_values,
    table,
)
from benchmarks.own_network_models import ORIGINALS
from benchmarks.own_network_peer import recalibrate
from benchmarks.own_network_ways import Result, sizes_result, supernet_results, targets
from engine.training.elastic.request import TrainingRequest
from tests.documents.page_blocks import ROOT
from tests.engine.training.elastic.tiny import FILE


def tiny_request(way: str, shares: tuple[float, ...] = ()) -> TrainingRequest:
    return TrainingRequest.model_validate(
        {
            "way": way, "name": "measured", "model": str(FILE), "settings": {"divisor": 4},
            "shares": shares, "epochs": 1, "device": "cpu",
        }
    )  # fmt: skip


def test_targets_are_spread_evenly_between_the_smallest_and_the_largest() -> None:
    assert targets(3) == pytest.approx((0.15, 0.475, 0.8))
    assert targets(1) == pytest.approx((0.475,))


@pytest.mark.parametrize("way", ["prune", "chain"])
def test_sizes_share_the_budget_and_come_with_the_smallest_first(way: str, tmp_path: Path) -> None:
    few, many = (
        sizes_result(tiny_request(way, (0.3, 0.8)), tmp_path / str(budget), budget)
        for budget in (4, 40)
    )
    assert few.macs == many.macs
    assert few.macs[0] < few.macs[1]
    assert sum(few.steps) < sum(many.steps)
    assert len(few.accuracies) == 2


def test_one_supernet_serves_all_numbers_of_targets(tmp_path: Path) -> None:
    results = supernet_results(tiny_request("train"), tmp_path, 80, (1, 3))
    assert [len(results[count].macs) for count in (1, 3)] == [1, 3]
    assert results[1].steps == results[3].steps
    assert results[3].choosing > 0


def test_cells_of_a_supernet_are_measured_together_and_one_size_needs_no_chain() -> None:
    ways = {
        (cells[0].way, tuple(cell.count for cell in cells))
        for cells in groups(["resnet"], ["prune", "chain", "train"], (1, 3), [1], [0])
    }
    assert ways == {("train", (1, 3)), ("prune", (1,)), ("prune", (3,)), ("chain", (3,))}


def test_statistics_are_recomputed_before_fastnas_scores_a_width() -> None:
    norm = nn.BatchNorm2d(2, momentum=0.3)
    batches = [torch.full((4, 2, 3, 3), value) for value in (2.0, 6.0)]
    recalibrate(nn.Sequential(norm), batches)
    assert norm.running_mean.tolist() == [4.0, 4.0]
    assert norm.running_var.tolist() == [0.0, 0.0]
    assert (norm.momentum, norm.training) == (0.3, False)


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three ways to two sizes, in a folder of results; nothing else is measured."""
    monkeypatch.setattr(own_network_cells, "FOLDER", tmp_path)
    monkeypatch.setattr(own_network_cells, "KEPT", tmp_path / "kept.jsonl")
    for way, accuracies in (("prune", (80, 90)), ("chain", (82, 90)), ("fastnas", (70, 88))):
        Cell("resnet", way, 2, 1, 0).write(Result((0.2, 0.8), accuracies, (5, 5)), 1.0)
    return tmp_path


def test_the_tables_show_what_was_measured_and_how_good_the_advice_was(measured: Path) -> None:
    text = table("resnet", counts=[2, 3])
    assert text.splitlines()[2:] == [
        "| 1 x T0 | `prune` | 85.0 / 80.0 | – |",
        "| | `chain` | 86.0 / 82.0 | – |",
        "| | FastNAS | 79.0 / 70.0 | – |",
    ]
    advised = "`prune`, -1.0 to the others, +6.0 to FastNAS"
    assert advice_table(["resnet", "vit"], [2]).splitlines()[2:] == [
        f"| resnet | 1 x T0 | {advised} |"
    ]


def test_kept_measurements_are_read_where_none_was_made(measured: Path) -> None:
    before = table("resnet", counts=[2])
    assert keep() == 3
    for path in measured.glob("*.json"):
        path.unlink()
    assert table("resnet", counts=[2]) == before
    Cell("resnet", "prune", 2, 1, 0).write(Result((0.2, 0.8), (90, 90), (5, 5)), 1.0)
    assert "| `prune` | 90.0 / 90.0 |" in table("resnet", counts=[2])
    assert keep() == 3


@pytest.fixture
def only_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the measurements of the repository are read."""
    monkeypatch.setattr(own_network_cells, "FOLDER", tmp_path)


@pytest.mark.usefixtures("only_kept")
def test_the_documentation_shows_the_kept_measurements() -> None:
    page = (ROOT / "docs" / "any-network.md").read_text()
    networks = list(dict.fromkeys(cell.network for cell in kept_values()))
    assert networks
    for network in networks:
        assert table(network) in page
    assert advice_table([name for name in ORIGINALS if name in networks]) in page


@pytest.mark.usefixtures("only_kept")
def test_the_advised_way_was_the_best_or_within_noise_of_it() -> None:
    losses = advice_losses()
    assert losses
    assert {key: loss for key, loss in losses.items() if loss > WITHIN_NOISE} == {}
