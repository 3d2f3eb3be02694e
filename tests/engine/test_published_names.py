"""Names of metrics and supernets that Neural Compressor and DyNAS-T published."""

import pytest

from engine import published_names
from engine.bound_text import metric_called
from engine.config import NASConfig
from engine.constraints import parse_constraints
from engine.errors import ConfigError
from engine.metrics import METRICS, find_metric, metric
from engine.overrides import with_assignments
from engine.python_api.front import Front
from engine.runs.filter_text import plain_text
from engine.runs.importing.columns import read_columns
from engine.runs.loading import load_run


@pytest.mark.parametrize(("published", "present"), published_names.METRICS.items())
def test_a_metric_is_known_by_its_published_name(published, present):
    assert metric(published) is METRICS[present]
    assert metric_called(published.upper()) is METRICS[present]
    assert find_metric(published) is None


def test_a_configuration_holds_the_names_of_this_product():
    config = NASConfig()
    config.dynas.metrics = ["accuracy_top1", "latency"]
    config.dynas.record = ["accuracy_top5", "model_size"]
    config.dynas.constraints = ["accuracy_top1 >= 75", "model_size <= 20 MB"]
    assert config.dynas.metrics == ["acc", "lat"]
    assert config.dynas.record == ["acc_top5", "size"]
    assert config.dynas.constraints == ["acc >= 75", "size <= 20"]
    given = with_assignments(NASConfig(), ["metrics=[accuracy_top1, model_size]"])
    assert given.dynas.metrics == ["acc", "size"]
    assert NASConfig.from_yaml("nas: {dynas: {metrics: [accuracy_top1, macs]}}").dynas.metrics == [
        "acc", "macs",
    ]  # fmt: skip


def test_a_metric_by_both_names_is_named_twice():
    with pytest.raises(ConfigError, match="a metric is named twice"):
        NASConfig().dynas.metrics = ["acc", "accuracy_top1"]


def test_bounds_and_filters_take_the_published_names():
    (bound,) = parse_constraints("latency <= 20 ms")
    assert str(bound) == "lat <= 20"
    text = plain_text("accuracy_top1 > 75 and model_size < 3 MB", ["acc", "size"])
    assert text == "acc > 75.0 and size < 3.0"


def test_a_results_file_may_have_the_published_names_as_headings():
    columns = read_columns(["config", "accuracy_top1", "latency", "model_size"], "file.csv")
    assert [column.metric for column in columns.metrics] == ["acc", "lat", "size"]


def test_the_best_of_a_front_is_asked_for_by_the_published_name(finished_run, tmp_path):
    front = Front(load_run(finished_run, tmp_path))
    best = front.best("accuracy_top1", where="macs <= 100G")
    assert best.metrics["acc"] == max(e.metrics["acc"] for e in front)


@pytest.mark.parametrize("name", published_names.SUPERNETS)
def test_a_supernet_that_is_not_here_is_refused_at_assignment_with_another(name):
    reason = published_names.SUPERNETS[name]
    config = NASConfig()
    with pytest.raises(ConfigError) as at_assignment:
        config.dynas.supernet = name
    with pytest.raises(ConfigError) as in_a_file:
        NASConfig.from_yaml(f"nas:\n  dynas:\n    supernet: {name}")
    with pytest.raises(ConfigError) as on_the_command_line:
        with_assignments(NASConfig(), [f"supernet={name}"])
    for refused in (at_assignment, in_a_file, on_the_command_line):
        assert reason in str(refused.value)
    assert str(in_a_file.value).startswith("Line 3, column 5, dynas.supernet: ")
    assert config == NASConfig()


def test_quantised_resnet_is_refused_with_the_metrics_in_int8():
    with pytest.raises(ConfigError, match="ofa_resnet50 with the metrics in int8: acc_int8"):
        NASConfig().dynas.supernet = "inc_quantization_ofa_resnet50"
    assert {"acc_int8", "lat_int8", "size_int8"} <= set(METRICS)
