"""The chart of a decision between three sub-networks of a front."""

from engine.analysis.charts.decision import decision_info
from tests.engine.records import evaluation

FRONT = [
    evaluation(acc, macs, number=number)
    for number, (acc, macs) in enumerate([(86.0, 3e6), (90.0, 4e6), (90.6, 9e6)], 1)
]
DOMINATED = evaluation(85.0, 8e6, number=7)


def info(**changes):
    """The chart with a limit, a suggestion and a shortlist, but for `changes`."""
    given = {
        "run": "run", "front": FRONT, "others": [DOMINATED], "remaining": {1, 2},
        "axes": ("macs", "acc"), "objectives": {"acc", "macs"}, "limits": {"macs": 5e6},
        "marks": {2: "knee, weights"}, "shortlist": [7, 2], "budget": 10,
    }  # fmt: skip
    return decision_info(**{**given, **changes})
