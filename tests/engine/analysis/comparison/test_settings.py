import pytest

from engine.analysis.comparison.series import series_of
from engine.analysis.comparison.settings import _text, differences
from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.runs.history import RunHistory
from tests.comparable_runs import FAST


def test_an_imported_run_has_neither_searched_nor_measured(make, tmp_path):
    log = DiskLog(tmp_path / "imported")
    created = {"config": NASConfig().to_dict(), "name": "a file", "num_evals": 0}
    log.append_event("created", created)
    series = series_of([make("a", FAST), RunHistory("imported", log)])
    rows = {row.name: row.values for row in differences(series)}
    assert rows["approach"] == ("random", "imported")
    assert rows["quality from"] == ("measured", "imported")
    log.append_event("extended", {"num_evals": 5})
    series = series_of([make("b", FAST), RunHistory("imported", log)])
    assert {row.name: row.values for row in differences(series)}["approach"] == ("random", "dynas")


def test_only_what_differs_differs(make):
    series = series_of([make("a", FAST, "dynas", population=10), make("b", FAST, population=20),
                        make("b", FAST, population=20, seed=4)])  # fmt: skip
    rows = {row.name: row.values for row in differences(series) if row.differs}
    assert rows == {
        "approach": ("dynas", "random"),
        "dynas.population": ("10", "20"),
        "search.seed": ("0", "0, 4"),
    }
    everything = {row.name for row in differences(series)}
    assert {"dynas.supernet", "dynas.num_evals", "stop.cycles"} <= everything


@pytest.mark.parametrize(
    ("value", "values"),
    [
        (None, "–"),
        (["acc", "macs"], "acc, macs"),
        ((71.938, 77.238), "71.938, 77.238"),
        ({"slope": 1.044873099563688, "rows": 530}, "slope 1.04487, rows 530"),
        (0.1, "0.1"),
        (True, "True"),
    ],
)
def test_a_setting_is_told_in_words_and_short_numbers(value, values):
    assert _text(value) == values


def test_the_budget_is_that_which_was_set(make):
    computed = make("c", FAST, "computed", computed=90, num_evals=100_000)
    rows = {row.name: row.values for row in differences(series_of([computed, make("a", FAST)]))}
    assert rows["dynas.num_evals"] == ("100000", "250")
