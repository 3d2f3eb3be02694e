"""The benchmark of racing: who may join a front after a look, and what a budget reaches."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.racing import PARTS, Found, Looks, Race, main
from benchmarks.suite_landscapes import landscape
from engine.search.strategy import Proposal


@pytest.fixture(scope="module")
def where():
    return landscape("measured")


def _evaluation(where, accuracy, macs, predicted):
    proposal = Proposal(where.problem.space.largest, 1, {"acc": predicted})
    made = where.evaluate(1, proposal, np.random.default_rng(0))
    return replace(made, metrics={"acc": accuracy, "macs": macs})


@pytest.fixture
def race(where):
    """A front of one at 90 % and ten million MACs; predictions and looks are off by 0.1."""
    race = Race(where)
    for step in range(10):
        error = 0.1 if step % 2 else -0.1
        race.tell(88.0 + error, _evaluation(where, 90.0, 10e6, predicted=90.0 - error))
    return race


@pytest.mark.parametrize(
    ("look", "macs", "may_join"),
    [(88.5, 10e6, True), (87.5, 10e6, False), (87.5, 9e6, True), (87.97, 10e6, True)],
)
def test_who_may_join_the_front(where, race, look, macs, may_join):
    """The looks are two points low, which is learnt; what is just below may be better."""
    candidate = _evaluation(where, 0.0, macs, predicted=look + 2.0)
    assert race.may_join(look, candidate) == may_join


def test_everybody_may_join_while_the_errors_are_unknown(where):
    assert Race(where).may_join(0.0, _evaluation(where, 0.0, 10e6, predicted=0.0))


def test_a_look_costs_its_images_and_those_of_the_calibration(where):
    looks, (part, total) = Looks.on(where), PARTS["measured"]
    assert looks.cost == (2_000 + part) / (2_000 + total)
    assert 0 < looks.own < looks.common < 1


def test_the_share_that_a_budget_reaches():
    found = Found([0.5, 0.7], [1.0, 2.5])
    assert [found.at(budget) for budget in (0.5, 1.0, 2.0, 2.5, 9.0)] == [0.0, 0.5, 0.5, 0.7, 0.7]


def test_short_searches_of_each_kind_are_compared(tmp_path, capsys):
    main(
        [
            "--landscapes",
            "measured",
            "--seeds",
            "2",
            "--evaluations",
            "50",
            "--results",
            str(tmp_path),
        ]
    )
    table = capsys.readouterr().out
    assert "measured" in table
    for kind in ("all images", "race", "two searches"):
        assert f"\n{kind}" in table
    with pytest.raises(SystemExit):
        main(["--landscapes", "elsewhere"])
    assert "There are no looks at 'elsewhere'" in capsys.readouterr().err
