"""Rules for spaces, supernets, tasks, meters, evaluators and clusters, and their application.

>>> from engine.contracts import check_supernet
>>> assert check_supernet(MySupernet()) == []
"""

from engine.contracts.clusters import check_cluster, check_evaluator
from engine.contracts.rules import Finding, Outcome
from engine.contracts.suites import check_supernet, outcomes

__all__ = [
    "Finding",
    "Outcome",
    "check_cluster",
    "check_evaluator",
    "check_supernet",
    "outcomes",
]
