"""Names of metrics: unknown ones are refused when a search starts, in files when they are read."""

import pytest

from engine import NAS
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.meters.own_metrics import OwnMetric, offer_metrics


def offer_f1():
    offer_metrics({"f1": OwnMetric(lambda network: 0.5, highest=1.0)})


def test_a_metric_may_be_named_before_its_function_is_known():
    config = NASConfig()
    config.dynas.metrics = ["f1", "macs"]
    config.dynas.record = ["f2"]
    config.dynas.constraints = ["f1 >= 0.5", "MACs <= 300e6", "f2 > 1 and macs > 3"]
    with pytest.raises(ConfigError, match="There is no metric 'f1'"):
        config.check()
    assert config.dynas.constraints[1] == "macs <= 300e6"
    offer_metrics({name: lambda network: 0.5 for name in ("f1", "f2")})
    config.check()
    assert config.all_metrics == ["f1", "macs", "f2"]
    assert [str(constraint) for constraint in config.constraints][:1] == ["f1 >= 0.5"]


def test_a_file_for_functions_that_measure_may_have_published_names_as_well(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("dynas: {metrics: [accuracy_top1, f1], constraints: latency < 20}\n")
    config = NAS(path, tmp_path, metrics={"f1": lambda network: 0.5}).offer()
    config.check()
    assert (config.dynas.metrics, config.dynas.constraints) == (["acc", "f1"], ["lat < 20"])
    assert config.dynas.workers == 1
    choices = NAS(path, tmp_path, search_space={"a": [1, 2]}, evaluate=len).offer()
    assert choices.dynas.metrics == ["eval_accuracy_top1", "f1"]


def test_arguments_may_name_it_as_well():
    config = NASConfig(dynas={"metrics": ["f1", "lat"], "workers": 1})
    offer_f1()
    assert [objective.name for objective in config.objectives] == ["f1", "lat"]


@pytest.mark.parametrize(
    "text",
    ["metrics: [acc, nope]", "record: [nope]", "constraints: ['nope <= 3']"],
)
def test_a_file_that_names_an_unknown_metric_is_refused_with_its_line(text):
    with pytest.raises(ConfigError, match=r"Line 3, column .*There is no metric 'nope'"):
        NASConfig.from_yaml(f"nas:\n  dynas:\n    {text}\n")


@pytest.mark.parametrize("value", [["acc", "acc"], [], ["a", "b", "c", "d", "e"], "acc", [3]])
def test_what_is_wrong_in_any_case_is_refused_at_once(value):
    config = NASConfig()
    with pytest.raises(ConfigError):
        config.dynas.metrics = value
    assert config.dynas.metrics == ["acc", "macs"]


@pytest.mark.parametrize("bound", ["f1 = 3", "f1 >=", "acc >= many", "f1 <= 3,000"])
def test_a_bound_that_cannot_be_read_is_refused_at_once(bound):
    with pytest.raises(ConfigError):
        NASConfig().dynas.constraints = [bound]
