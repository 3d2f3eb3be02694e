"""Baselines on the axes of a chart, and the sentence that compares the front with them."""

import numpy as np
import pytest

from engine.analysis.charts.axes import ORDER, Axis, axis_for
from engine.analysis.charts.baselines import baselines_info
from engine.metrics import metric
from engine.runs.baselines.record import Baseline, Baselines
from engine.runs.loading import load_run
from tests.long_log import write_long_log


@pytest.fixture
def history(data_folder):
    return load_run(write_long_log(data_folder, 60))


@pytest.fixture
def axes():
    def of(*names):
        return [axis_for(ORDER if n == ORDER.name else metric(n), [1e7]) for n in names]

    return of


def made(quality=lambda macs: 50 + macs / 1e6, **original_quality):
    """Uniform scaling with that quality at MACs from 1 M to 15 M, all measured but the third."""
    sources = {"acc": "measured", "macs": "exact"}
    networks = [
        Baseline(
            kind="largest" if macs == 15e6 else "uniform",
            metrics={"acc": quality(macs), "macs": macs} if macs != 3e6 else {},
            sources=sources,
            reason="" if macs != 3e6 else "It failed.",
        )
        for macs in np.arange(1e6, 16e6, 1e6).tolist()
    ]
    record = Baselines(supernet="a supernet", networks=tuple(networks))
    return record.with_original(original_quality, {"macs": 15e6}, "measured before")


def test_measured_networks_are_drawn_in_the_units_of_the_axes(history, axes):
    info = baselines_info(history, made(), *axes("macs", "acc"))
    assert [point.x for point in info.uniform] == [1, 2, *range(4, 16)]
    assert info.uniform[0].y == 51
    assert info.uniform[0].hover == "Uniform scaling<br>Top-1 accuracy 51.00 % · MACs 1.00 M MACs"
    assert (info.original.x, info.original.y) == (15, 65)
    assert "the largest sub-network" in info.original.hover


def test_an_original_network_has_its_own_quality_and_says_where_it_is_from(history, axes):
    info = baselines_info(history, made(acc=93.5), *axes("macs", "acc"))
    assert (info.original.x, info.original.y) == (15, 93.5)
    assert info.original.hover.endswith("<br>measured before")
    assert info.uniform[-1].y == 65


def test_the_front_is_compared_with_uniform_scaling_at_equal_cost(history, axes):
    gains = [e.metrics["acc"] - 50 - e.metrics["macs"] / 1e6 for e in history.front()]
    info = baselines_info(history, made(), *axes("macs", "acc"))
    assert info.sentence == (
        f"At equal MACs the front is {np.median(gains):.2f} points above uniform scaling "
        "(median over its range)."
    )
    assert baselines_info(history, made(), *axes("acc", "macs")).sentence == info.sentence
    better = baselines_info(history, made(lambda macs: 99.0), *axes("macs", "acc"))
    assert " points below uniform scaling" in better.sentence


@pytest.mark.parametrize("names", [("macs", "params"), (ORDER.name, "acc"), ("macs", "macs")])
def test_axes_without_a_quality_and_a_cost_are_not_compared(history, axes, names):
    assert baselines_info(history, made(), *axes(*names)).sentence == ""


def test_a_front_out_of_the_range_of_uniform_scaling_is_not_compared(history, axes):
    record = made()
    few = record.model_copy(update={"networks": record.networks[:2]})
    assert baselines_info(history, few, *axes("macs", "acc")).sentence == ""


def test_nothing_is_drawn_over_a_metric_that_was_not_measured(history, axes):
    x, y = axes("params", "acc")
    info = baselines_info(history, made(), Axis(x.metric, x.scale), y)
    assert (info.uniform, info.original) == ((), None)
