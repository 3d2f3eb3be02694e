"""The rules for meters."""

import json
from collections.abc import Iterator, Sequence

from engine import plug_ins
from engine.contracts.rules import CheckedSupernet, rule
from engine.errors import DynasError
from engine.meters import pipeline, registry
from engine.metrics import metric


def _metric_names(subject: CheckedSupernet) -> Sequence[str]:
    """The metrics of a supernet, without those in int8: not every network can be quantised."""
    names = registry.sources(subject.supernet, subject.settings)
    return [name for name in names if registry.meter_of(name) is not registry.INT8]


@rule("meters", "every metric that is listed is measured, and is a possible number")
def _metrics_are_measured(subject: CheckedSupernet) -> Iterator[str]:
    supernet, settings = subject.supernet, subject.settings
    for genotype in subject.genotypes[: None if subject.thorough else 1]:
        config = supernet.space.to_config(genotype)
        for name in _metric_names(subject):
            try:
                values = pipeline.measure(supernet, config, [name], settings)
            except DynasError as error:
                yield f"{name} of {subject.describe(genotype)} is not measured: {error}"
                continue
            if name not in values:
                yield (
                    f"The meter '{registry.meter_of(name).name}' lists {name}, but gives no number "
                    "for it. Return it from measure, or leave it out of sources."
                )
            elif problem := metric(name).refusal(values[name]):
                yield f"{name} of {subject.describe(genotype)} {problem}."


@rule("meters", "what decides a number is plain data, the same each time")
def _determinants_are_plain(subject: CheckedSupernet) -> Iterator[str]:
    supernet, settings = subject.supernet, subject.settings
    fingerprint, genotype = supernet.fingerprint(settings), subject.ends[0]
    for name in _metric_names(subject):
        arguments = supernet.name, fingerprint, genotype, settings
        determinants = registry.determinants(name, *arguments)
        try:
            text = json.dumps(determinants, sort_keys=True)
        except (TypeError, ValueError) as error:
            yield (
                f"determinants of {name} cannot be written as JSON ({error}). Return texts, "
                "numbers, lists and mappings."
            )
            continue
        if text != json.dumps(registry.determinants(name, *arguments), sort_keys=True):
            yield f"determinants of {name} differ from call to call, so no number is used again."


@rule("meters", "every meter that can be used says why it measures nothing, where it does not")
def _refusals_are_given(subject: CheckedSupernet) -> Iterator[str]:
    for meter in registry.all_meters():
        refusal = meter.refusal(subject.supernet, subject.settings)
        sources = meter.sources(subject.supernet, subject.settings)
        if refusal and sources:
            yield f"The meter '{meter.name}' refuses ({refusal}), but lists {', '.join(sources)}."
        if (
            not refusal
            and not sources
            and meter.name in plug_ins.find_entry_points(plug_ins.METERS)
        ):
            yield f"The meter '{meter.name}' measures nothing and gives no reason: define refusal."


RULES = (_metrics_are_measured, _determinants_are_plain, _refusals_are_given)
