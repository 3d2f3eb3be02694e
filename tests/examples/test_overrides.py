"""Options of installed packages on the command line, beside settings of the same name."""

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.meters import registry
from engine.overrides import with_assignments


def at(config, place):
    found = config.to_dict()["nas"]
    for step in place.split("."):
        found = found[step]
    return found


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("seconds", "stop.seconds"),
        ("stop.seconds", "stop.seconds"),
        ("batch", "dynas.meter_options.latency.batch"),
        ("latency.batch", "dynas.meter_options.latency.batch"),
        ("energy.seconds", "dynas.meter_options.energy.seconds"),
        ("meter_options.energy.seconds", "dynas.meter_options.energy.seconds"),
        ("dynas.meter_options.energy.seconds", "dynas.meter_options.energy.seconds"),
        ("energy.batch", "dynas.meter_options.energy.batch"),
    ],
)
def test_a_name_of_several_settings_is_that_of_the_one_nearest_to_the_engine(example, name, place):
    changed = with_assignments(NASConfig(), [f"{name}=8"])
    assert at(changed, place) == 8
    assert str(changed.to_dict()).count(": 8") == 1


def test_one_that_is_misspelt_is_told_the_whole_name(example):
    with pytest.raises(ConfigError, match=r"Did you mean energy\.seconds\?$"):
        with_assignments(NASConfig(), ["energy.secnds=8"])


def test_names_that_still_say_too_little_are_listed(example, monkeypatch):
    meters = registry.all_meters()
    monkeypatch.setattr(registry, "all_meters", lambda: meters)
    monkeypatch.setattr(registry, "BUILT_IN", ())
    with pytest.raises(ConfigError) as refused:
        with_assignments(NASConfig(), ["batch=8"])
    assert str(refused.value) == (
        "Several settings are called 'batch': latency.batch, energy.batch. Name one of them."
    )
