import numpy as np
import pytest

from engine.errors import ConfigError
from engine.runs.importing.cells import read_numbers
from engine.runs.importing.table import read_table
from tests.engine.runs.importing.results_files import csv_text, row


def numbers(rows, separator=","):
    found = read_numbers(read_table(csv_text(rows, separator=separator), "results.csv"))
    return {column.column.metric: column for column in found}


@pytest.mark.parametrize(
    "text", ["good", "nan", "inf", "-inf", "1_000", "0x10", "٣", "1.2.3", "1e999"]
)
def test_what_is_no_number_is_refused_with_heading_and_value(text):
    acc = numbers([row(), row(acc=text)])["acc"]
    assert list(acc.unreadable) == [1]
    assert acc.unreadable[1].startswith("Top-1 Acc (%) is ")
    assert "no number" in acc.unreadable[1]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"acc": "-5"}, "Top-1 Acc (%) is -5.0, below the lowest possible value of 0 %"),
        ({"acc": "1e300"}, "Top-1 Acc (%) is 1e+300, beyond 1e+30"),
        ({"acc": "100.5"}, "Top-1 Acc (%) is 100.5, above the highest possible value of 100 %"),
        ({"lat": "-0.5"}, "Latency (ms) is -0.5, below the lowest possible value of 0 ms"),
        ({"stated_macs": "-1"}, "MACs is -1.0, below the lowest possible value of 0 MACs"),
    ],
)
def test_a_number_that_the_metric_cannot_have_is_refused(cells, message):
    found = numbers([row(), row(**cells), row()])
    problems = [problem for column in found.values() for problem in column.impossible.values()]
    assert len(problems) == 1
    assert problems[0].startswith(message)


def test_zero_is_what_other_programs_write_for_not_measured():
    lat = numbers([row(lat="0"), row(lat="0.0"), row(lat="2")])["lat"]
    assert np.isnan(lat.values[:2]).all()
    assert (lat.zeros, lat.values[2]) == (2, 2.0)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_commas_are_decimal_points_where_nothing_else_is_possible(separator):
    found = numbers([row(acc="89,5", lat="1"), row(acc="76,412", lat="1,25")], separator)
    assert found["acc"].values.tolist() == [89.5, 76.412]
    assert found["lat"].values.tolist() == [1.0, 1.25]


def test_three_digits_behind_a_comma_are_no_thousands_of_percent():
    assert numbers([row(acc="76,412", lat="1")], ";")["acc"].values.tolist() == [76.412]


@pytest.mark.parametrize(
    "cells",
    [{"acc": "", "lat": "1,250"}, {"acc": "89.5", "lat": "1,25"}, {"acc": "1,234,5", "lat": "1,5"}],
)
def test_commas_that_could_be_thousands_are_refused_with_their_line(cells):
    with pytest.raises(ConfigError, match=r"results.csv, line 2: .* decimal points or separate"):
        numbers([row(**cells)], ";")


def test_with_commas_between_columns_a_comma_is_in_no_number():
    assert "no number" in numbers([row(acc="89,5")])["acc"].unreadable[0]


@pytest.mark.parametrize(
    ("accuracies", "is_fraction"), [("0.76 0.8", True), ("0.76 80", False), ("0 0", False)]
)
def test_shares_given_for_percent_are_noticed(accuracies, is_fraction):
    found = numbers([row(acc=text) for text in accuracies.split()])
    assert found["acc"].is_fraction == is_fraction
