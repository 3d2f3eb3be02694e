import numpy as np
import pytest

from engine.pareto.improvement import hypervolume_improvement
from engine.search import acquisition
from engine.search.acquisition import select_batch

FRONT = np.array([[0.0, 1.0], [1.0, 0.0]])


def certain(candidates):
    return np.array(candidates)[None]


def test_the_largest_gain_comes_first_and_nothing_twice():
    assert select_batch(FRONT, certain([[0.9, 0.9], [0.4, 0.4], [0.5, 0.2]]), 5) == [2, 1, 0]


def test_no_candidates_no_batch():
    assert select_batch(FRONT, np.empty((4, 0, 2)), 3) == []


def test_a_copy_of_a_chosen_candidate_is_worth_nothing_more():
    assert select_batch(FRONT, certain([[0.3, 0.3], [0.3, 0.3], [0.8, 0.1]]), 2) == [0, 2]


def test_an_uncertain_candidate_is_worth_what_it_may_turn_out_to_be():
    draws = np.array([[[0.5, 0.5], [1.3, 0.5]], [[0.5, 0.5], [-0.3, 0.5]]])
    assert select_batch(FRONT, draws, 1) == [1]


def test_draws_that_move_together_are_not_both_taken():
    same = [[0.2, 0.5], [0.9, 0.5], [0.2, 0.5]]
    draws = np.stack([[[x, y], [x + 0.01, y], [1.1 - x, y]] for x, y in same])
    assert select_batch(FRONT, draws, 2) == [0, 2]


@pytest.mark.parametrize("objectives", [1, 3, 4])
def test_as_good_as_computing_every_gain_anew(objectives):
    rng = np.random.default_rng(objectives)
    measured_points, draws = rng.random((20, objectives)), rng.random((6, 60, objectives))
    low, span = measured_points.min(axis=0), np.ptp(measured_points, axis=0)
    reference = np.full(objectives, 1.1)
    fronts = [(measured_points - low) / span for _ in draws]
    expected = []
    for _ in range(8):
        gains = np.mean(
            [
                hypervolume_improvement(f, (d - low) / span, reference)
                for f, d in zip(fronts, draws, strict=True)
            ],
            axis=0,
        )
        gains[expected] = -1
        best = int(np.argmax(gains))
        expected.append(best)
        fronts = [
            np.vstack([f, (d[best] - low) / span]) for f, d in zip(fronts, draws, strict=True)
        ]
    assert select_batch(measured_points, draws, 8) == expected


def test_what_misses_a_constraint_in_every_draw_is_taken_last():
    draws = certain([[np.inf, np.inf], [0.9, 0.05], [0.4, 0.4]])
    assert select_batch(FRONT, draws, 3) == [2, 1, 0]


@pytest.mark.parametrize("objectives", [2, 3])
def test_leaving_out_what_is_dominated_changes_no_batch(objectives, monkeypatch):
    rng = np.random.default_rng(3)
    measured_points, draws = rng.random((20, objectives)), rng.random((6, 90, objectives)) - 0.3
    batch = select_batch(measured_points, draws, 30, pending=30)
    monkeypatch.setattr(acquisition, "_leading", lambda fronts, reference: fronts)
    assert select_batch(measured_points, draws, 30, pending=30) == batch
