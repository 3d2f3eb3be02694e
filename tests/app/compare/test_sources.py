import pytest

from app.compare import compared_runs
from tests.sourced_run import sourced_history


@pytest.mark.parametrize("as_summaries", [True, False])
def test_runs_with_different_sources_are_not_suggested(data_dir, as_summaries):
    runs = [
        sourced_history(data_dir, name, [{"acc": source}] * length, 90.0)
        for name, source, length in (
            ("one", "published predictor", 4), ("two", "imported", 5), ("three", "imported", 6),
        )
    ]  # fmt: skip
    runs_or_summaries = [run.summary() for run in runs] if as_summaries else runs
    assert [tokens for _, tokens in compared_runs.suggestions(runs_or_summaries)] == [
        ["two", "three"]
    ]
