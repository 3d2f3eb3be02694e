import dataclasses
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.run_list.rows import (
    NEWEST_FIRST,
    Comparison,
    Query,
    RunRow,
    comparisons,
    filter_choices,
    matching_rows,
    next_order,
    run_row,
    valid_order,
)
from app.tables.runs import COLUMNS, row_data, standing_texts
from engine.metrics import metric
from engine.runs.run_labels import Labels
from engine.supernets import registry


def row(run="r", **changes):
    fields = {
        "id": run, "name": "First search", "state": "finished", "elsewhere": False, "waits": "",
        "approach": "one_shot", "supernet": "ofa_mbv3", "title": "Once-for-All",
        "objectives": "Top-1 accuracy, MACs",
        "count": "30 / 60", "unit": "evaluations", "progress": 0.5, "metric": metric("acc"),
        "best": 75.5, "limits": "MACs ≤ 300 M", "key": ("box",), "hypervolume": 0.4,
        "created": 1000.0,
        "labels": Labels(("paper",), "Read *again*\nlater"), "actions": frozenset({"delete"}),
    }  # fmt: skip
    return RunRow(**{**fields, **changes})


def test_a_row_holds_the_state_of_its_run(history):
    run_row_of_history = run_row(history.summary(), Labels())
    assert (
        run_row_of_history.state,
        run_row_of_history.count,
        run_row_of_history.progress,
    ) == ("finished", "12 / 12", 1.0)
    assert (run_row_of_history.supernet, run_row_of_history.title) == (
        registry.DEFAULT,
        "MobileNetV3 on Fashion-MNIST",
    )
    assert run_row_of_history.objectives == "Top-1 accuracy, MACs"
    assert run_row_of_history.hypervolume == history.summary().hypervolume
    assert not run_row_of_history.elsewhere
    front = history.front()
    assert run_row_of_history.best == max(e.metrics["acc"] for e in front)
    assert run_row_of_history.key


def test_an_imported_run_is_not_said_to_have_searched(history):
    imported = dataclasses.replace(history.summary(), imported=True)
    row = run_row(imported, Labels())
    assert (row.approach, row.state) == ("imported", "imported")
    assert run_row(history.summary(), Labels()).approach != "imported"


def test_a_live_run_that_nobody_here_drives_is_driven_elsewhere(history):
    summary = dataclasses.replace(history.summary(), state="running", is_run_by_this_process=False)
    assert run_row(summary, Labels()).elsewhere
    assert not run_row(
        dataclasses.replace(summary, is_run_by_this_process=True), Labels()
    ).elsewhere


@pytest.mark.parametrize(
    "words", ["first", "SEARCH first", "paper", "again", "mbv3 one_shot", "once-for", "macs", ""]
)
def test_every_word_is_looked_for_in_name_labels_and_configuration(words):
    assert matching_rows([row()], Query(words)) == [row()]
    assert matching_rows([row()], Query(f"{words} nowhere")) == []


def test_filters_go_together():
    rows = [
        row("a"),
        row("b", state="failed"),
        row("c", labels=Labels(("other",))),
        row("d", labels=Labels(archived=True)),
    ]

    def ids(**query):
        return sorted(r.id for r in matching_rows(rows, Query(**query)))

    assert ids() == ["a", "b", "c"]
    assert ids(archived=True) == ["d"]
    assert ids(states=("failed", "stopped")) == ["b"]
    assert ids(tags=("paper",), states=("finished",)) == ["a"]
    assert ids(supernets=("another",)) == []
    assert filter_choices(rows) == (["failed", "finished"], ["ofa_mbv3"], ["other", "paper"])


values = st.one_of(st.floats(0, 1), st.just(math.nan))
hypervolumes_and_times = st.lists(st.tuples(values, st.integers(0, 5)), max_size=20)


@given(
    hypervolumes_and_times,
    st.sampled_from([*COLUMNS, *(f"-{name}" for name in COLUMNS), "nonsense", ""]),
)
def test_every_order_keeps_all_rows_and_equal_ones_newest_first(drawn, order):
    rows = [row(str(i), hypervolume=h, created=float(c)) for i, (h, c) in enumerate(drawn)]
    ordered = matching_rows(rows, Query(order=order))
    assert sorted(r.id for r in ordered) == sorted(r.id for r in rows)
    if valid_order(order) == NEWEST_FIRST:
        assert [r.created for r in ordered] == sorted((r.created for r in rows), reverse=True)


def test_runs_without_a_hypervolume_are_the_lowest():
    rows = [row("none", hypervolume=math.nan), row("some", hypervolume=0.0)]
    assert [r.id for r in matching_rows(rows, Query(order="-hypervolume"))] == ["some", "none"]


def test_an_order_by_hypervolume_keeps_together_what_can_be_compared():
    rows = [
        row("best here", key=("a",), hypervolume=0.5),
        row("best there", key=("b",), hypervolume=0.9),
        row("worse here", key=("a",), hypervolume=0.2),
        row("worse there", key=("b",), hypervolume=0.3),
        row("alone", key=(), hypervolume=0.4),
    ]
    ids = [r.id for r in matching_rows(rows, Query(order="-hypervolume"))]
    assert ids == ["best there", "worse there", "best here", "worse here", "alone"]


def test_an_order_by_the_best_value_follows_the_direction_of_the_metric():
    rows = [row("none", best=math.nan), row("less", best=70.0), row("more", best=80.0)]
    assert [r.id for r in matching_rows(rows, Query(order="-best"))] == ["more", "less", "none"]
    rows = [row(value, metric=metric("macs"), best=float(value)) for value in ("3e8", "1e8")]
    assert [r.id for r in matching_rows(rows, Query(order="-best"))] == ["1e8", "3e8"]


def test_a_hypervolume_is_compared_with_those_of_equal_boxes_alone():
    rows = [row("a", hypervolume=0.4), row("b", hypervolume=0.8), row("c", key=("other",)),
            row("d", hypervolume=math.nan), row("e", key=(), hypervolume=0.9)]  # fmt: skip
    found = comparisons(rows)
    assert found == {("box",): Comparison(2, 0.8)}
    assert standing_texts(0.8, found["box",])[0] == "best of 2"
    assert standing_texts(0.4, found["box",])[0] == "50.0 % of best"
    assert standing_texts(0.4, None)[0] == ""


def test_a_second_click_on_a_title_turns_the_order():
    assert next_order(NEWEST_FIRST, "name") == "name"
    assert next_order("name", "name") == "-name"
    assert next_order("name", "hypervolume") == "-hypervolume"
    assert next_order("-hypervolume", "hypervolume") == "hypervolume"


def test_what_the_browser_gets_of_a_row():
    data = row_data(row(), "<svg/>", 1240.0, [("delete", "Delete")])
    assert (data["count"], data["progress"], data["age"]) == ("30 / 60", 50.0, "4 min ago")
    assert (data["hypervolume"], data["colour"], data["where"]) == ("0.4000", "blue", "")
    assert (data["best"], data["limits"]) == ("75.50 %", "MACs ≤ 300 M")
    assert data["bestHelp"] == "The best value of Top-1 accuracy within MACs ≤ 300 M"
    assert (data["summary"], data["note"]) == ("Read again", "Read *again*\nlater")
    assert (data["title"], data["supernet"], data["approach"]) == (
        "Once-for-All", "ofa_mbv3", "one shot",
    )  # fmt: skip
    assert data["menu"] == [["delete", "Delete"]]
    assert row_data(row(elsewhere=True), "", 0, [])["where"] == "driven by another process"
    assert row_data(row(waits="It waits."), "", 0, [])["waits"] == "It waits."


def test_two_hundred_rows_are_chosen_within_milliseconds():
    rows = [row(str(i), created=float(i)) for i in range(200)]
    start = time.perf_counter()
    assert len(matching_rows(rows, Query("first paper", order="-hypervolume"))) == 200
    assert time.perf_counter() - start < 0.1
