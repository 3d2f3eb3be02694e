"""What the benchmark of int8 tells of the numbers that were measured."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import int8
from engine.supernets.registry import DEFAULT, load


def _row(acc, acc_int8, macs):
    return {"acc": acc, "acc_int8": acc_int8, "macs": macs}


def test_a_front_that_int8_orders_otherwise_is_told():
    rows = [_row(90.0, 90.1, 2e6), _row(91.0, 90.0, 3e6), _row(92.0, 92.1, 4e6)]
    told = int8.ranking(rows, load(DEFAULT))
    assert (told["front_in_fp32"], told["front_in_int8"], told["in_both"]) == (3, 2, 2)
    assert told["int8_change"]["lowest"] == -1.0
    assert told["int8_change"]["highest"] == pytest.approx(0.1)
    assert told["order"]["kendall_tau"] == pytest.approx(1 / 3)
    assert told["hypervolume_kept"] == pytest.approx(1.0)


def test_searches_are_valued_by_accuracy_in_int8(monkeypatch):
    found = {
        "acc": [_row(91.0, 90.5, 2e6), _row(92.0, 91.0, 4e6)],
        "acc_int8": [_row(91.0, 90.5, 2e6), _row(91.8, 91.9, 4e6)],
    }

    def run_search(config, folder, progress):
        evaluations = [
            SimpleNamespace(ok=True, metrics=row) for row in found[config.dynas.metrics[0]]
        ]
        return SimpleNamespace(history=SimpleNamespace(evaluations=evaluations))

    monkeypatch.setattr(int8, "run_search", run_search)
    told = int8.searched(0, 20, Path(), load(DEFAULT))
    assert told["hypervolume_kept"]["int8"] == pytest.approx(1.0)
    assert told["hypervolume_kept"]["fp32"] < 1.0
    assert told["front_in_fp32"] == found["acc"]
    assert told["front_in_int8"] == found["acc_int8"]
