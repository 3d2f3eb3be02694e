"""Entries that are longer than any that a results file has."""

import pytest

from engine.errors import ConfigError
from engine.runs.results_csv import ResultsFile
from engine.runs.supernet_proposal import identify_supernet
from tests.engine.runs.importing.results_files import SUPERNET, csv_text, row
from tests.engine.runs.test_results_import import imported, some_configs


@pytest.mark.parametrize("place", [0, 2, 4], ids=["config", "latency", "accuracy"])
def test_a_row_with_an_entry_that_is_too_long_is_refused_and_the_others_are_read(place):
    rows = [row(config) for config in some_configs(4)]
    rows[1][place] = "9" * 200_000
    found = imported(rows)
    assert (found.report.distinct, found.report.refused) == (3, 1)
    assert found.report.refusals[0].sentence == (
        "1 row refused, line 3: the row has an entry of 200,000 characters, more than any is read "
        "with. Repair or remove the line."
    )
    assert identify_supernet(ResultsFile.read(csv_text(rows), "results.csv")) == SUPERNET.name


def test_a_quotation_mark_without_its_counterpart_is_named_however_long_the_rest_is():
    lines = csv_text([row(config) for config in some_configs(4)], separator=";").splitlines()
    text = "\r\n".join([*lines[:3], '"' + lines[3], *lines[4:] * 2000])
    with pytest.raises(ConfigError, match="quotation mark in line 4 has no counterpart"):
        ResultsFile.read(text, "results.csv")
