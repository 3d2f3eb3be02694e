"""Rules for spaces, supernets, tasks and meters, and their application to a supernet.

>>> from engine.contracts import check_supernet
>>> assert check_supernet(MySupernet()) == []
"""

from engine.contracts.rules import Finding, Outcome
from engine.contracts.suites import check_supernet, outcomes

__all__ = ["Finding", "Outcome", "check_supernet", "outcomes"]
