"""The tracker against a count from scratch after every point."""

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.pareto.front import FrontTracker, non_dominated

REFERENCE = np.array([1.0, 30.0, -80.0, 4e6])
IDEAL = np.array([0.0, 10.0, -90.0, 1e6])
GRID = [*np.linspace(-0.25, 1.25, 7), np.nan, np.inf, -np.inf]  # ties; a third is out of the box


def unit_points(number, objectives):
    shape = st.tuples(st.integers(0, number), st.just(objectives))
    grid = arrays(np.float64, shape, elements=st.sampled_from(GRID))
    anywhere = arrays(np.float64, shape, elements=st.floats(-0.2, 1.2))
    return grid | anywhere


def recounted(points, reference, ideal):
    """Members and share of the box, without any state."""
    members = np.flatnonzero(non_dominated(points))
    if not len(members):
        return [], 0.0
    inside = np.maximum(points[members], ideal)
    share = moocore.hypervolume(inside, ref=reference) / np.prod(reference - ideal)
    return members.tolist(), share


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
@given(data=st.data())
@settings(max_examples=60)
def test_agrees_with_a_count_from_scratch(objectives, data):
    reference, ideal = REFERENCE[:objectives], IDEAL[:objectives]
    points = data.draw(unit_points(25, objectives)) * (reference - ideal) + ideal
    size = len(points)
    feasible = data.draw(arrays(np.bool_, size, elements=st.sampled_from([True, True, False])))
    tracker = FrontTracker(reference, ideal)
    for n, (point, allowed) in enumerate(zip(points, feasible, strict=True), start=1):
        seen = np.where(feasible[:n, None], points[:n], np.nan)
        members, share = recounted(seen, reference, ideal)
        assert tracker.add(point, feasible=bool(allowed)) == pytest.approx(share, abs=1e-9)
        assert tracker.members == members


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
@given(data=st.data())
@settings(max_examples=40)
def test_never_falls_and_tells_when_the_front_changes(objectives, data):
    tracker = FrontTracker(np.ones(objectives), np.zeros(objectives))
    for point in data.draw(unit_points(25, objectives)):
        before, members, joined = tracker.hypervolume, tracker.members, tracker.joined_count
        assert before <= tracker.add(point) <= 1.0
        assert (tracker.members != members) == (tracker.joined_count != joined)


@given(arrays(np.float64, (12, 3), elements=st.sampled_from(GRID)), st.randoms())
@settings(max_examples=40)
def test_the_order_of_arrival_does_not_matter_to_the_end(points, random):
    shuffled = random.sample(list(points), len(points))
    ends = []
    for order in (points, shuffled):
        tracker = FrontTracker(np.ones(3), np.zeros(3))
        for point in order:
            tracker.add(point)
        ends.append((tracker.hypervolume, {tuple(order[i]) for i in tracker.members}))
    assert ends[0][0] == pytest.approx(ends[1][0], abs=1e-12)
    assert ends[0][1] == ends[1][1]


def convex_front(number, objectives):
    """Points none of which dominates another."""
    random = np.abs(np.random.default_rng(0).normal(size=(number, objectives)))
    return 1.0 - random / np.linalg.norm(random, axis=1, keepdims=True)


@pytest.mark.parametrize(("objectives", "number"), [(2, 20_000), (3, 1_000), (4, 1_000)])
def test_sums_do_not_drift_on_a_front_that_holds_every_point(objectives, number):
    points = convex_front(number, objectives)
    tracker = FrontTracker(np.ones(objectives), np.zeros(objectives))
    for point in points:
        tracker.add(point)
    assert tracker.members == list(range(number))
    assert tracker.hypervolume == pytest.approx(moocore.hypervolume(points, ref=1.0), abs=1e-9)


@pytest.mark.parametrize("objectives", [2, 3])
def test_one_point_can_take_the_place_of_many(objectives):
    tracker = FrontTracker(np.ones(objectives), np.zeros(objectives))
    for point in convex_front(50, objectives) * 0.4 + 0.5:
        tracker.add(point)
    assert len(tracker.members) == 50
    assert tracker.add(np.full(objectives, 0.25)) == pytest.approx(0.75**objectives)
    assert tracker.members == [50]


def test_a_point_outside_the_box_is_on_the_front_but_adds_nothing():
    tracker = FrontTracker(np.ones(2), np.zeros(2))
    assert tracker.add(np.array([-1.0, 1.5])) == 0.0
    assert tracker.add(np.array([-0.5, 0.5])) == 0.5
    assert tracker.members == [0, 1]


@pytest.mark.parametrize("reference", [[1.0, 0.0], [1.0, -1.0], [0.0, 0.0]])
def test_a_box_without_extent_has_a_front_and_no_hypervolume(reference):
    tracker = FrontTracker(np.array(reference), np.zeros(2))
    assert [tracker.add(np.array(p)) for p in ([0.5, 0.5], [-1.0, -1.0], [0.0, 0.0])] == [0.0] * 3
    assert tracker.members == [1]


@pytest.mark.parametrize(
    ("reference", "ideal"),
    [([1.0, 1.0], [0.0]), ([[1.0]], [[0.0]]), ([np.nan], [0.0]), ([np.inf], [0.0])],
)
def test_what_spans_no_box_is_refused(reference, ideal):
    with pytest.raises(ValueError, match="no box from"):
        FrontTracker(np.array(reference), np.array(ideal))
