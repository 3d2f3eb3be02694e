"""The answer to a goal in words: an entry for each sub-network or changed limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.analysis.disturbed_latencies import disturbance_mark
from engine.analysis.equal_within_noise import equality_text
from engine.analysis.goal import Answer, Goal, Variant
from engine.analysis.number_text import value_of
from engine.analysis.value_differences import difference_text
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import is_within_noise, noise
from engine.metrics import Metric


@dataclass(frozen=True)
class AnswerEntry:
    """A line of an answer: `title` in front, then the sub-network, if any, and `text`.

    `warning` says that other programs disturbed a latency of `text`; empty if none did.
    """

    title: str
    text: str
    evaluation: Evaluation | None = None
    warning: str = ""


def marks_with_answer(answer: Answer, marks: Mapping[int, str]) -> dict[int, str]:
    """The labels of a chart by number, with those of the answer before those in `marks`."""
    merged = {number: mark.split(", ") for number, mark in marks.items()}
    marked = ((answer.leaner, "equal"), (answer.runner_up, "runner-up"), (answer.best, "best"))
    for evaluation, mark in marked:
        if evaluation is not None:
            merged[evaluation.number] = [mark, *merged.get(evaluation.number, [])]
    return {number: ", ".join(dict.fromkeys(texts)) for number, texts in merged.items()}


def answer_entries(answer: Answer, names: Sequence[str] = ()) -> list[AnswerEntry]:
    """The best, its runner-up and equal, what more or half of a limit gives; empty without a best.

    Values of the goal's metrics are given, and of the metrics `names`.
    """
    best, metric = answer.best, answer.goal.metric
    if best is None:
        return []
    entries = [subnetwork_entry("Best", answer.goal, best, names)]
    if answer.runner_up is not None:
        change = _change_text(metric, best, answer.runner_up)
        entries.append(
            subnetwork_entry("Runner-up", answer.goal, answer.runner_up, names, f": {change}")
        )
    if (leaner := answer.leaner) is not None:
        remark = f": {equality_text(best, leaner, answer.weighed)}."
        entries.append(subnetwork_entry("Equal within noise", answer.goal, leaner, names, remark))
    return entries + [_variant_entry(answer, best, variant, names) for variant in answer.variants]


def subnetwork_entry(
    title: str, goal: Goal, evaluation: Evaluation, names: Sequence[str] = (), remark: str = ""
) -> AnswerEntry:
    """The line of a sub-network: its values, then `remark`."""
    text = values_text(goal, evaluation, names) + remark
    warning = disturbance_mark(evaluation, [*goal.metric_names, *names])
    return AnswerEntry(title, text, evaluation, warning)


def values_text(goal: Goal, evaluation: Evaluation, names: Sequence[str] = ()) -> str:
    """The values of the goal's metrics, then of `names`: `90.57 % ± 0.41 · 5.20 M MACs`."""
    shown = [*goal.metric_names, *names]
    return " · ".join(value_of(name, evaluation) for name in dict.fromkeys(shown))


def _change_text(metric: Metric, best: Evaluation, other: Evaluation) -> str:
    """How much better or worse the other is in the metric."""
    difference = other.metrics[metric.name] - best.metrics[metric.name]
    if is_within_noise(metric, difference, noise(metric.name, best, other)):
        equal = "as good" if difference == 0 else "equal within noise"
        return f"{equal} in {metric.label}"
    verdict = "better" if metric.sign * difference < 0 else "worse"
    return f"{difference_text(metric, difference)} {verdict}"


def _variant_entry(
    answer: Answer, best: Evaluation, variant: Variant, names: Sequence[str]
) -> AnswerEntry:
    metric, found = answer.goal.metric, variant.best
    title = variant_title(variant)
    remark = (
        ""
        if variant.searched
        else (" The search itself kept to a stricter constraint, so it has hardly looked there.")
    )
    if found is None:
        return AnswerEntry(title, f"No {answer.known_as} keeps to that.{remark}")
    if found.number == best.number:
        gain = "Buys nothing" if variant.kind == "more" else "Costs nothing"
        return AnswerEntry(title, f"{gain}: #{best.number} stays the best.{remark}")
    change = _change_text(metric, best, found)
    return subnetwork_entry(title, answer.goal, found, names, f": {change}.{remark}")


def variant_title(variant: Variant) -> str:
    """Such as `10 % more MACs (≤ 330 M)` or `Half the Latency (≤ 10 ms)`."""
    limit = variant.limit
    bound = limit.label.removeprefix(f"{limit.metric.label} ")
    if limit.at_least:
        change = "10 % looser" if variant.kind == "more" else "Twice as strict"
        return f"{change}: {limit.label}"
    change = "10 % more" if variant.kind == "more" else "Half the"
    return f"{change} {limit.metric.label} ({bound})"
