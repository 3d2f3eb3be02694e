from functools import partial

import numpy as np
import pytest

from engine.config import NASConfig
from engine.runs.columns import ColumnStore
from engine.runs.filter_expression import parse_filter
from engine.runs.service import RunService
from engine.supernets import registry
from tests.engine.runs.fakes import InstantEvaluator


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Twelve evaluations, the fifth and the tenth of which failed."""
    service = RunService(tmp_path_factory.mktemp("data"), partial(InstantEvaluator, fail_every=5))
    config = NASConfig(dynas={"population": 4, "num_evals": 12, "workers": 1})
    run = service.start(config)
    service.wait(run, timeout=120)
    yield service.history(run)
    service.close()


@pytest.fixture
def columns(history):
    space = registry.load(history.supernet_name).space
    return ColumnStore(space, len(history.objectives)).update(history)


def test_columns_say_what_the_log_says(history, columns):
    assert len(columns) == len(history.evaluations)
    for i, evaluation in enumerate(history.evaluations):
        assert columns.ok[i] == evaluation.ok
        assert columns.metrics["macs"][i] == evaluation.metrics["macs"]
        assert np.isnan(columns.metrics["acc"][i]) == (not evaluation.ok)
    assert set(columns.number[columns.front(len(columns))]) == set(history.front_numbers)


def test_genes_have_their_values_and_none_where_they_are_off(history, columns):
    named = columns.by_name(len(columns))
    depths = [evaluation.config["d"][0] for evaluation in history.evaluations]
    assert named["d1"].tolist() == depths
    shallow = named["d1"] < 3
    assert (np.isnan(named["ks3"]) == shallow).all()


def test_the_first_ones_are_as_if_no_other_had_followed(history, columns):
    earlier = columns.first(6)
    assert len(earlier) == 6
    assert (earlier.front(6) == columns.front(6)[:6]).all()


def test_it_can_be_filtered_by_every_name(columns):
    named = columns.by_name(5)
    for name in named:
        mask = parse_filter(f"({name} == {name}) or not (1 < 2)", list(named)).mask(named)
        assert len(mask) == 5
