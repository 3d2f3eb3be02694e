"""Which measured values a run reuses: those of its own kind of machine."""

from dataclasses import replace

import numpy as np
import pytest

from engine.config import NASConfig
from engine.evaluation.measurement import Measurement
from engine.log.cache import EvaluationCache
from engine.meters.machine import MachineKind, kind_of_this_machine
from engine.runs.cached_measurements import CachedMeasurements
from engine.supernets import registry

CONFIG = NASConfig(dynas={"metrics": ["acc", "lat"], "workers": 1})


@pytest.fixture
def measurements(tmp_path):
    """Makes the view of a run on one cache, which measures on a kind of machine; None is here."""
    cache = EvaluationCache(tmp_path / "cache")
    supernet = registry.load(CONFIG.dynas.supernet)

    def make(machine):
        view = CachedMeasurements(cache, CONFIG, supernet)
        view.machine = machine
        return view

    yield make
    cache.close()


def test_a_latency_is_reused_on_machines_of_its_kind_alone(measurements):
    here = kind_of_this_machine(CONFIG.all_metrics, CONFIG.settings)
    other = _with_another_processor(here)
    genotype = registry.load(CONFIG.dynas.supernet).space.smallest
    timed = Measurement({"acc": 80.0, "lat": 3.0}, 1.0, "here", {"host": "gpu01", "threads": 2})
    measurements(other).store(genotype, replace(timed, values={"acc": 80.0, "lat": 9.0}))
    assert measurements(None).find(genotype) is None
    measurements(None).store(genotype, timed)
    assert measurements(None).find(genotype).values["lat"] == 3.0
    assert measurements(here).find(genotype).values["lat"] == 3.0  # a worker on this machine
    assert measurements(here).find(genotype).conditions["host"] == "gpu01"
    assert measurements(other).find(genotype).values == {"acc": 80.0, "lat": 9.0}
    third = _with_another_processor(other)
    assert measurements(third).find(genotype) is None


def test_quality_is_reused_from_every_machine(measurements):
    config = CONFIG.model_copy(deep=True)
    here = kind_of_this_machine(["acc"], config.settings)
    assert here.determinants == {}
    genotype = np.array(registry.load(config.dynas.supernet).space.largest)
    measurements(None).store(genotype, Measurement({"acc": 80.0}, 1.0, "here"))
    view = measurements(_with_another_processor(kind_of_this_machine(["lat"], config.settings)))
    view.measured_metrics = ["acc"]
    assert view.find(genotype).values == {"acc": 80.0}


def _with_another_processor(kind):
    lat = kind.determinants["lat"]
    device, processor, *rest = lat["machine"]
    return MachineKind({"lat": {**lat, "machine": [device, f"not {processor}", *rest]}}, {})
