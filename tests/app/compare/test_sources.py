import pytest

from app.compare import picks
from tests.sourced_run import sourced_history


@pytest.mark.parametrize("summed_up", [True, False])
def test_runs_that_came_by_their_numbers_in_different_ways_are_not_suggested(data_dir, summed_up):
    runs = [
        sourced_history(data_dir, name, [{"acc": source}] * length)
        for name, source, length in (
            ("one", "published predictor", 4), ("two", "imported", 5), ("three", "imported", 6),
        )
    ]  # fmt: skip
    given = [run.summary() for run in runs] if summed_up else runs
    assert [tokens for _, tokens in picks.suggestions(given)] == [["two", "three"]]
