"""Workers that lack a resource are not used, and say so; the others count what they have."""

import pytest

from engine.cluster.base import ClusterState, ClusterWorker
from engine.cluster.worker_resources import with_resources
from engine.cluster_kinds import DaskOptions
from engine.errors import ConfigError
from engine.options import read_options


def worker(**resources):
    return ClusterWorker("tcp://10.0.0.5:1", "one", "node-1", slots=4, resources=resources)


def test_without_needs_nothing_changes():
    state = ClusterState((worker(),))
    assert with_resources(state, {}) is state


def test_slots_are_as_many_as_there_are_resources_for():
    state = with_resources(ClusterState((worker(GPU=2.0), worker(GPU=8.0))), {"GPU": 1.0})
    assert [one.slots for one in state.workers] == [2, 4]


def test_a_worker_without_enough_of_a_resource_is_not_used():
    state = with_resources(ClusterState((worker(), worker(GPU=0.5))), {"GPU": 1.0})
    assert [one.problem for one in state.workers] == [
        'It has no resource GPU. Start it with --resources "GPU=1".',
        'It has 0.5 GPU of 1. Start it with --resources "GPU=1".',
    ]
    assert state.slots == 0
    assert "no resource GPU" in state.waiting_reason


def test_a_resource_of_which_nothing_is_taken_is_refused():
    with pytest.raises(ConfigError, match="'GPU' must be more than 0, not -1"):
        read_options(DaskOptions, {"resources": {"GPU": -1}}, "cluster_options")
