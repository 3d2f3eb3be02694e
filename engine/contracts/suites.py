"""The application of all rules to a supernet."""

from collections.abc import Iterator
from dataclasses import asdict

from engine.contracts import meters, space, supernet, task
from engine.contracts.rules import CheckedSupernet, Finding, Outcome, Rule, apply
from engine.evaluation_settings import EvaluationSettings
from engine.logged_metrics import restore_metrics
from engine.supernets.base import Supernet
from engine.tasks.int8_metrics import int8_metric

SUITES: tuple[Rule[CheckedSupernet], ...] = (
    *space.RULES,
    *supernet.RULES,
    *task.RULES,
    *meters.RULES,
)


def check_supernet(
    supernet: Supernet, settings: EvaluationSettings | None = None, *, thorough: bool = False
) -> list[Finding]:
    """All violations of a supernet, its space, its task and the meters; empty if there are none.

    Takes seconds with a small network; `thorough` tries more sub-networks.

    >>> print(*check_supernet(supernet))
    task: origin is empty. Say in a sentence on which data quality is measured.
    """
    return [f for outcome in outcomes(supernet, settings, thorough) for f in outcome.findings]


def outcomes(
    supernet: Supernet, settings: EvaluationSettings | None = None, thorough: bool = False
) -> Iterator[Outcome]:
    """The outcome of each rule, as soon as it is known.

    Without weights or data, only the rules for the space are applied.
    """
    # A package need not be installed in its own tests: its metrics are registered here.
    qualities = tuple(getattr(supernet.task, "metrics", ()))
    restore_metrics({m.name: asdict(m) for m in (*qualities, *map(int8_metric, qualities))})
    settings = settings or EvaluationSettings()
    subject = CheckedSupernet(supernet.with_options(settings), settings, thorough)
    data_outcome = apply(_DATA_IS_READY, subject)
    yield data_outcome
    for rule in (rule for rule in SUITES if thorough or not rule.thorough):
        if rule.of == "space" or not data_outcome.findings:
            yield apply(rule, subject)


def _check_data(subject: CheckedSupernet) -> Iterator[str]:
    subject.supernet.check_data(subject.settings)
    yield from subject.supernet.missing_requirements(subject.settings)


_DATA_IS_READY = Rule("supernet", "weights, data and options are there", _check_data)
