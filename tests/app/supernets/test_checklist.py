import itertools

import pytest

from app.supernets.checklist import ChecklistRow, needs_text, next_steps, ready_sources
from engine.supernets.registry import DEFAULT, load

W10, PROXYLESS = "ofa_mbv3_d234_e346_k357_w1.0", "ofa_proxyless_d234_e346_k357_w1.3"


def rows(*marks, name=W10):
    return [
        ChecklistRow(requirement, mark, "")
        for requirement, mark in zip(load(name).requirements(), marks, strict=True)
    ]


@pytest.mark.parametrize(
    ("marks", "is_tested", "labels"),
    [
        (
            ("missing", "missing", "missing"),
            False,
            ["Download the published predictor", "Download the weights"],
        ),
        (
            ("unchecked", "missing", "checked"),
            False,
            ["New search by the predictor", "Give the path of the images"],
        ),
        (
            ("broken", "checked", "missing"),
            False,
            ["Download the published predictor", "Give the path of the weights"],
        ),
        (("unchecked", "unchecked", "missing"), False, ["New search", "Check weights and images"]),
        (("checked", "unchecked", "missing"), False, ["New search", "Check images"]),
        (("checked", "checked", "missing"), False, ["New search", "Test one random sub-network"]),
        (("checked", "checked", "missing"), True, ["New search"]),
        (("checked", "checked", "checked"), True, ["New search", "New search by the predictor"]),
    ],
)
def test_the_first_step_brings_a_search_soonest(marks, is_tested, labels):
    assert [step.label for step in next_steps(rows(*marks), is_tested)] == labels


@pytest.mark.parametrize("name", ["ofa_resnet50", PROXYLESS, W10, DEFAULT])
def test_a_search_is_first_where_and_only_where_a_source_is_complete(name):
    count = len(load(name).requirements())
    for marks in itertools.product(("missing", "broken", "unchecked", "checked"), repeat=count):
        checklist = rows(*marks, name=name)
        first, *others = next_steps(checklist, is_tested=False)
        ready = ready_sources(checklist)
        assert first.source == (ready[0] if ready else None)
        assert len({step.label for step in (first, *others)}) == 1 + len(others) <= 2


def test_what_ships_and_is_broken_is_checked_again_once_it_was_restored():
    (step,) = next_steps(rows("broken", "checked", name=DEFAULT), False)
    assert (step.kind, step.label, step.row.mark) == (
        "check", "Check the weights again", "broken"
    )  # fmt: skip


def test_a_source_is_ready_when_all_it_needs_is_there():
    assert ready_sources(rows("unchecked", "checked", "missing")) == ["measured"]
    assert ready_sources(rows("missing", "checked", "checked")) == ["published predictor"]
    assert ready_sources(rows("checked", "broken", "broken")) == []
    assert ready_sources(rows("missing", "missing", name=PROXYLESS)) == []


def test_what_is_to_be_supplied_is_named():
    assert needs_text(rows("missing", "missing", name=PROXYLESS)) == "needs weights and images"
    assert needs_text(rows("checked", "missing", "missing")) == (
        "needs images or the published predictor"
    )
