import numpy as np
import pytest

from app.explore.columns import all_columns
from app.explore.table import PAGE_ROWS, default_columns, sorted_numbers, table_info


@pytest.fixture
def columns(history):
    return all_columns(history.id, history)


def all_rows(columns):
    return np.ones(len(columns), dtype=bool)


def test_missing_values_come_last_in_both_directions(history, columns):
    failed_numbers = {e.number for e in history.evaluations if not e.ok}
    for descending in (False, True):
        numbers = sorted_numbers(columns, all_rows(columns), "acc", descending).tolist()
        assert set(numbers[-len(failed_numbers) :]) == failed_numbers
        values = columns.metrics["acc"][np.array(numbers[: -len(failed_numbers)]) - 1]
        assert (np.diff(values) * (-1 if descending else 1) >= 0).all()


def test_cells_are_formatted_with_units(columns):
    info = table_info(
        columns, all_rows(columns), ("acc", "macs", "front", "ks3"), "number", False, 1
    )
    first = info.cells[0]
    assert first[0] == "#1"
    assert first[1].endswith(" %")
    assert first[2].endswith(" M")
    assert {cells[3] for cells in info.cells} == {"yes", ""}
    assert "off" in {cells[4] for cells in info.cells}


def test_a_page_beyond_the_end_is_the_last_page(columns):
    assert table_info(columns, all_rows(columns), ("acc",), "number", False, 99).page == 1


def test_the_page_of_a_number_is_found(monkeypatch, columns):
    monkeypatch.setattr("app.explore.table.PAGE_ROWS", 5)
    info = table_info(columns, all_rows(columns), ("acc",), "number", False, 1, find=8)
    assert (info.page, info.page_count, info.numbers) == (2, 3, (6, 7, 8, 9, 10))
    assert PAGE_ROWS > 5


def test_the_first_columns_are_metrics_and_depths(columns):
    assert default_columns(columns, ["acc", "macs"])[:2] == ["acc", "macs"]
    assert "d1" in default_columns(columns, ["acc"])
