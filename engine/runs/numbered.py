"""The evaluation of a run that a user names by its number."""

from engine.errors import RunError
from engine.evaluation.record import Evaluation
from engine.quoting import quoted
from engine.runs.history import RunHistory


def numbered_evaluation(history: RunHistory, number: str | None) -> Evaluation:
    """The evaluation with a number as it was typed; raises RunError if there is none."""
    count = len(history.evaluations)
    if not count:
        raise RunError(f"Run '{history.name}' has no evaluations yet. Name one when it has.")
    there = f"Run '{history.name}' has evaluations 1 to {count}."
    if number is None:
        raise RunError(f"{there} Give the number of one, or --best acc.")
    if not (number.isascii() and number.isdecimal()):
        raise RunError(f"{there} Give the number of one, not {quoted(number, 40)}.")
    digits = number.lstrip("0")
    if len(digits) > len(str(count)) or not 1 <= int(digits or "0") <= count:
        raise RunError(there)
    return history.evaluations[int(digits) - 1]
