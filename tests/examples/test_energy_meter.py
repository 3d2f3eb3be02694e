"""The example of a meter: its numbers, its option, and why it measures nothing where it cannot."""

import itertools

import pytest

from engine import load_supernet
from engine.config import NASConfig
from engine.errors import ConfigError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry
from engine.meters.pipeline import measure
from engine.options import fields


@pytest.fixture
def zones(example, tmp_path, monkeypatch):
    """Counters of two processor packages, which hold 0 and 900 of at most 1,000 microjoules."""
    from energy_meter import counter

    for number, value in enumerate((0, 900)):
        zone = tmp_path / f"intel-rapl:{number}"
        zone.mkdir()
        (zone / "energy_uj").write_text(f"{value}\n")
        (zone / "max_energy_range_uj").write_text("1000\n")
    monkeypatch.setattr(counter, "POWERCAP", tmp_path)
    return tmp_path


@pytest.fixture
def meter(example):
    (found,) = (item for item in registry.all_meters() if item.name == "energy")
    return found


def settings(**options):
    return EvaluationSettings(meters={"energy": options})


def test_a_counter_that_was_full_goes_on_at_zero(zones):
    from energy_meter.counter import find_counter

    counter = find_counter()
    assert counter.read() == [0, 900]
    assert counter.joules([0, 900], [30, 950]) == pytest.approx(80e-6)
    assert counter.joules([0, 900], [30, 100]) == pytest.approx(230e-6)


def test_where_a_machine_has_no_counter_that_is_said(meter, tmp_path, monkeypatch):
    from energy_meter import counter

    monkeypatch.setattr(counter, "POWERCAP", tmp_path / "none")
    supernet = load_supernet("digits_transformer")
    assert "shows no energy counter" in meter.refusal(supernet, settings())
    assert "energy" not in registry.sources(supernet, settings())
    with pytest.raises(EvaluationError, match="energy"):
        measure(supernet, supernet.space.to_config(supernet.space.smallest), ["energy"], settings())


def test_a_counter_that_cannot_be_read_is_named(meter, zones):
    supernet = load_supernet("digits_transformer")
    assert not meter.refusal(supernet, settings())
    (zones / "intel-rapl:0" / "energy_uj").write_text("nothing")
    assert "intel-rapl:0/energy_uj cannot be read" in meter.refusal(supernet, settings())
    assert "set device to cpu" in meter.refusal(supernet, EvaluationSettings(device="cuda"))


def test_energy_is_measured_for_an_input(zones, meter, monkeypatch):
    from energy_meter.counter import Counter

    ticks = itertools.count(0, 500)
    monkeypatch.setattr(Counter, "read", lambda counter: [next(ticks)])
    monkeypatch.setattr(Counter, "joules", lambda counter, before, after: after[0] - before[0])
    supernet = load_supernet("digits_transformer")
    assert registry.sources(supernet, settings())["energy"] == "measured"
    config = supernet.space.to_config(supernet.space.smallest)
    found = measure(supernet, config, ["energy", "macs"], settings(seconds=0.05))
    assert 0 < found["energy"] < 500_000  # mJ in all, of several passes


def test_its_options_are_declared_and_stand_in_the_configuration(meter, zones):
    assert [(item.name, item.kind) for item in fields(meter.Options)] == [
        ("seconds", "number"),
        ("batch", "whole number"),
    ]
    text = (
        "nas: {dynas: {supernet: digits_transformer, metrics: [log_loss, energy], workers: 1,"
        " meter_options: {energy: {seconds: 2.5}}}}"
    )
    config = NASConfig.from_yaml(text)
    assert meter.options(config.settings).seconds == 2.5
    assert NASConfig.from_yaml(config.to_yaml()).settings == config.settings
    with pytest.raises(ConfigError, match="seconds"):
        meter.options(settings(seconds=0))


def test_it_is_measured_alone_and_its_number_holds_for_this_machine(meter):
    assert registry.machine_metrics(["energy", "macs"], settings()) == ["energy"]
    arguments = "digits_transformer", "fingerprint", [0], settings(seconds=2.0)
    found = registry.determinants("energy", *arguments)
    assert found["machine"]
    assert found["options"] == {"seconds": 2.0}
