"""All rules, tried on a supernet one after the other."""

from collections.abc import Iterator
from dataclasses import asdict

from engine.contracts import meters, space, supernet, task
from engine.contracts.rules import CheckedSupernet, Finding, Outcome, Rule
from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import recall
from engine.quoting import error_text
from engine.supernets.base import Supernet

SUITES: tuple[Rule, ...] = (*space.RULES, *supernet.RULES, *task.RULES, *meters.RULES)


def check_supernet(
    supernet: Supernet, settings: EvaluationSettings | None = None, *, thorough: bool = False
) -> list[Finding]:
    """Everything that is wrong with a supernet, its space, its task and the meters; none is good.

    Takes seconds with a small network; `thorough` tries more sub-networks.
    """
    return [f for outcome in outcomes(supernet, settings, thorough) for f in outcome.findings]


def outcomes(
    supernet: Supernet, settings: EvaluationSettings | None = None, thorough: bool = False
) -> Iterator[Outcome]:
    """What comes of each rule, as soon as it is known.

    Where weights or data are missing, that is all that is found.
    """
    # In a package's own tests it may not be installed, so that its metrics are known nowhere else.
    recall({quality.name: asdict(quality) for quality in getattr(supernet.task, "metrics", ())})
    chosen = settings or EvaluationSettings()
    examined = CheckedSupernet(supernet.with_options(chosen), chosen, thorough)
    ready = _tried(_READY, examined)
    yield ready
    for one in (one for one in SUITES if thorough or not one.thorough):
        if one.of == "space" or not ready.findings:
            yield _tried(one, examined)


def _check_data(examined: CheckedSupernet) -> Iterator[str]:
    examined.supernet.check_data(examined.settings)
    yield from examined.supernet.missing_requirements(examined.settings)


_READY = Rule("supernet", "weights, data and options are there", _check_data)


def _tried(one: Rule, examined: CheckedSupernet) -> Outcome:
    """The rule's findings; one that cannot be tried, since something fails, is a finding too."""
    texts: list[str] = []
    try:
        texts.extend(one.check(examined))
    except DynasError as error:
        texts.append(str(error))
    except Exception as error:  # noqa: BLE001 - what is examined may fail in any way
        texts.append(f"Whether {one.title} cannot be told: {error_text(error)}.")
    findings = [Finding(one.of, one.title, text) for text in dict.fromkeys(texts)]
    return Outcome(one.of, one.title, findings)
