"""What repeated measurements of a front say, in words."""

from collections import Counter
from collections.abc import Mapping

from engine.analysis.number_text import error_text, metric_value
from engine.count_text import count_text
from engine.evaluation.record import Evaluation
from engine.runs.confirmations import Standing
from engine.runs.history import RunHistory

_PLACES: Mapping[Standing, str] = {
    "stays": "on the front stay there",
    "drops out within noise": "drop out within noise",
    "drops out": "drop out",
    "joins": "join it",
}
"""What sub-networks do, by their standing."""


def confirmed_text(
    history: RunHistory, evaluation: Evaluation, name: str, with_count: bool = True
) -> str:
    """Such as `confirmed 90.31 % ± 0.41 (3 times)`; empty for what was not measured again."""
    confirmed = history.confirmations.confirmed(name, evaluation)
    if confirmed is None:
        return ""
    value = f"{metric_value(name, confirmed.value)} {error_text(confirmed.error)}".rstrip()
    times = "once" if confirmed.repeats == 1 else f"{confirmed.repeats} times"
    return f"confirmed {value} ({times})" if with_count else f"confirmed {value}"


def confirmation_text(history: RunHistory) -> str:
    """What was measured again beside the budget, and what became of the front; may be empty."""
    confirmations = history.confirmations
    count, seconds = len(confirmations), round(confirmations.seconds)
    if not count:
        return ""
    standings = Counter(history.standings().values())
    counts = (f"{standings[name]} {words}" for name, words in _PLACES.items() if standings[name])
    places = ", ".join(counts) or "none of the front is among them"
    sub_networks = count_text(len(confirmations.numbers), "sub-network")
    failed = sum(map(len, confirmations.failed.values()))
    return (
        f"Confirmation beside the budget: {count_text(count, 'measurement')} of {seconds:,} s, "
        f"{sub_networks}, of which by their means {places}."
        + (f" {failed:,} of these measurements failed." if failed else "")
    )
