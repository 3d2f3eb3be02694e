"""What every meter must do with a supernet."""

import json
from collections.abc import Iterator, Sequence

from engine import plug_ins
from engine.contracts.rules import CheckedSupernet, rule
from engine.errors import DynasError
from engine.meters import pipeline, registry
from engine.metrics import metric


def _names(examined: CheckedSupernet) -> Sequence[str]:
    return list(registry.sources(examined.supernet, examined.settings))


@rule("meters", "every metric that is listed is measured, and is a possible number")
def _measured(examined: CheckedSupernet) -> Iterator[str]:
    supernet, settings = examined.supernet, examined.settings
    for genotype in examined.genotypes[: None if examined.thorough else 1]:
        config = supernet.space.to_config(genotype)
        for name in _names(examined):
            try:
                found = pipeline.measure(supernet, config, [name], settings)
            except DynasError as error:
                yield f"{name} of {examined.name(genotype)} is not measured: {error}"
                continue
            if name not in found:
                yield (
                    f"The meter '{registry.meter_of(name).name}' lists {name}, but gives no number "
                    "for it. Return it from measure, or leave it out of sources."
                )
            elif why := metric(name).refusal(found[name]):
                yield f"{name} of {examined.name(genotype)} {why}."


@rule("meters", "what decides a number is plain data, the same each time")
def _determinants(examined: CheckedSupernet) -> Iterator[str]:
    supernet, settings = examined.supernet, examined.settings
    fingerprint, genotype = supernet.fingerprint(settings), examined.ends[0]
    for name in _names(examined):
        given = supernet.name, fingerprint, genotype, settings
        found = registry.determinants(name, *given)
        try:
            text = json.dumps(found, sort_keys=True)
        except (TypeError, ValueError) as error:
            yield (
                f"determinants of {name} cannot be written as JSON ({error}). Return texts, "
                "numbers, lists and mappings."
            )
            continue
        if text != json.dumps(registry.determinants(name, *given), sort_keys=True):
            yield f"determinants of {name} differ from call to call, so no number is used again."


@rule("meters", "every meter that can be used says why it measures nothing, where it does not")
def _usable(examined: CheckedSupernet) -> Iterator[str]:
    for meter in registry.all_meters():
        refusal = meter.refusal(examined.supernet, examined.settings)
        listed = meter.sources(examined.supernet, examined.settings)
        if refusal and listed:
            yield f"The meter '{meter.name}' refuses ({refusal}), but lists {', '.join(listed)}."
        if not refusal and not listed and meter.name in plug_ins.offered(plug_ins.METERS):
            yield f"The meter '{meter.name}' measures nothing and says no reason: define refusal."


RULES = (_measured, _determinants, _usable)
