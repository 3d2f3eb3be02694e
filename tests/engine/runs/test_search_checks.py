import re

import pytest

from engine.config import NASConfig
from engine.runs.search_checks import search_warnings
from engine.supernets.registry import DEFAULT, load


def warnings_of(**dynas):
    return search_warnings(NASConfig(dynas=dynas), load(DEFAULT))


@pytest.mark.parametrize(
    ("dynas", "named"),
    [
        ({"metrics": ["acc", "size"]}, "size: .* 'neural_compressor' has no column for it"),
        ({"metrics": ["acc", "params"]}, "params: .* has no column for it"),
        ({"constraints": ["params <= 90k"]}, "params: .* has no column for it"),
        (
            {"metrics": ["acc", "size"], "record": ["acc_int8", "size_int8"]},
            "size, acc_int8 and size_int8: .* has no column for them",
        ),
        (
            {"metrics": ["acc", "params"], "record": ["size"], "results_csv_format": "dynast"},
            "size: .* 'dynast' has no column for it",
        ),
    ],
)
def test_metrics_without_a_column_in_the_results_file_are_named(dynas, named):
    (sentence,) = warnings_of(results_csv_path="results.csv", **dynas)
    assert re.search(f"will not contain {named}", sentence)
    assert sentence.endswith("Set results_csv_format to 'full' to have every metric in the file.")


@pytest.mark.parametrize(
    "dynas",
    [
        {"results_csv_path": "results.csv"},
        {"results_csv_path": "results.csv", "metrics": ["acc", "lat", "macs"], "workers": 1},
        {
            "results_csv_path": "results.csv",
            "metrics": ["acc", "size"],
            "results_csv_format": "full",
        },
        {"metrics": ["acc", "size"]},
    ],
)
def test_a_search_whose_metrics_are_all_written_has_no_warning(dynas):
    assert warnings_of(**dynas) == []


def test_settings_without_effect_are_among_the_warnings():
    (sentence,) = warnings_of(results_csv_format="full")
    assert sentence.startswith("results_csv_format has no effect: results_csv_path is not given")
