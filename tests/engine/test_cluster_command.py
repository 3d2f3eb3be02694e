"""The lines that `check-cluster` prints."""

from engine.cluster.base import ClusterState, idle_sentence
from engine.cluster_command import cluster_lines


def test_a_cluster_without_workers_says_so_where_the_others_list_theirs():
    state = ClusterState((), "http://node:8787/status", waiting_reason=idle_sentence(()))
    assert cluster_lines(state) == [
        "wrong  The cluster has no workers at the moment.",
        "total  0 measurements at a time on 0 of 0 workers",
        "page   http://node:8787/status",
    ]
