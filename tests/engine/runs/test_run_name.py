"""Names of runs that were given none."""

import pytest

from engine.config import NASConfig
from engine.runs.run_name import run_name
from engine.runs.service import RunService
from engine.supernets import registry
from tests.engine.runs.fakes import InstantEvaluator


def name_of(**settings):
    config = NASConfig.from_dict({"nas": settings})
    return run_name(config, registry.load(config.dynas.supernet))


def dynas(supernet="ofa_mbv3_d234_e346_k357_w1.0", **settings):
    return {"dynas": {"supernet": supernet, **settings}}


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (dynas(), "MobileNetV3 w1.0 · accuracy × MACs"),
        (dynas(constraints=["macs <= 300M"]), "MobileNetV3 w1.0 · accuracy × MACs ≤ 300 M"),
        (
            dynas("ofa_resnet50", metrics=["acc", "lat"], constraints=["params <= 20M", "acc>70"]),
            "ResNet50 · accuracy > 70 % × latency, parameters ≤ 20 M",
        ),
        (
            dynas(constraints=["macs <= 300M", "macs >= 200M"]),
            "MobileNetV3 w1.0 · accuracy × MACs ≤ 300 M and ≥ 200 M",
        ),
        (
            {**dynas("ofa_resnet50_r128-224"), "approach": "random", "search": {"seed": 3}},
            "ResNet50, 128-224 px · accuracy × MACs, random, seed 3",
        ),
    ],
)
def test_a_run_is_called_for_what_it_does(settings, name):
    assert name_of(**settings) == name


def test_the_name_is_as_short_as_one_that_a_user_may_give():
    limits = [f"{metric} <= {number}M" for metric in ("macs", "params") for number in range(1, 20)]
    name = name_of(**dynas(constraints=limits))
    assert 70 < len(name) <= 80
    assert name.endswith("…")


def test_a_run_of_the_service_is_called_so_unless_it_is_given_a_name(tmp_path):
    config = NASConfig(dynas={"population": 4, "num_evals": 4, "workers": 1})
    service = RunService(tmp_path, InstantEvaluator)
    try:
        named, unnamed = service.start(config, "mine"), service.start(config)
        names = {summary.id: summary.name for summary in service.list()}
    finally:
        service.close()
    assert names[named] == "mine"
    assert names[unnamed] == run_name(config, registry.load(config.dynas.supernet))
