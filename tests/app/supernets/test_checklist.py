import pytest

from app.supernets.checklist import ChecklistRow, needs_text, next_step, ready_sources
from engine.supernets.registry import DEFAULT, load

W10, PROXYLESS = "ofa_mbv3_d234_e346_k357_w1.0", "ofa_proxyless_d234_e346_k357_w1.3"


def rows(*marks, name=W10):
    return [
        ChecklistRow(requirement, mark, "")
        for requirement, mark in zip(load(name).requirements(), marks, strict=True)
    ]


@pytest.mark.parametrize(
    ("marks", "is_tested", "kind", "label"),
    [
        (("missing", "missing", "missing"), False, "download", "Download the weights"),
        (("unchecked", "missing", "checked"), False, "path", "Give the path of the images"),
        (("broken", "checked", "missing"), False, "path", "Give the path of the weights"),
        (("unchecked", "unchecked", "missing"), False, "check", "Check weights and images"),
        (("checked", "unchecked", "missing"), False, "check", "Check images"),
        (("checked", "checked", "missing"), False, "test", "Test one random sub-network"),
        (("checked", "checked", "missing"), True, "search", "New search"),
    ],
)
def test_the_next_step_brings_measured_accuracy_nearer(marks, is_tested, kind, label):
    step = next_step(rows(*marks), is_tested)
    assert (step.kind, step.label) == (kind, label)


def test_what_ships_and_is_broken_is_checked_again_once_it_was_restored():
    step = next_step(rows("broken", "checked", name=DEFAULT), False)
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
