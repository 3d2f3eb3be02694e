import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.results_formats import RESULTS_FORMATS


def test_the_published_formats_have_the_published_columns():
    assert RESULTS_FORMATS["neural_compressor"].headings == (
        "Sub-network", "Date", "Latency (ms)", "MACs", "Top-1 Acc (%)",
    )  # fmt: skip
    assert RESULTS_FORMATS["dynast"].headings == (
        "Sub-network", "Date", "Model Parameters", "Latency (ms)", "MACs", "Top-1 Acc (%)",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("neural_compressor", {"acc", "macs", "lat"}),
        ("dynast", {"acc", "macs", "lat", "params"}),
        ("full", {"acc", "macs", "lat", "params", "size"}),
    ],
)
def test_a_format_says_which_metrics_it_contains(name, written):
    metrics = ("acc", "macs", "lat", "params", "size")
    assert {m for m in metrics if RESULTS_FORMATS[name].has_column(m)} == written


def test_a_configuration_takes_one_of_the_formats_and_begins_with_that_of_neural_compressor():
    config = NASConfig()
    assert config.dynas.results_csv_format == "neural_compressor"
    config.dynas.results_csv_format = "full"
    assert NASConfig.from_yaml(config.to_yaml()).dynas.results_csv_format == "full"
    with pytest.raises(ConfigError, match=r"results_csv_format.*'neural_compressor', 'dynast'"):
        config.dynas.results_csv_format = "excel"


@pytest.mark.parametrize(
    ("metrics", "name"),
    [(["acc", "lat"], "neural_compressor"), (["accuracy_top1", "latency"], "dynast")],
)
def test_the_columns_left_out_are_those_of_the_program_that_names_objectives_so(metrics, name):
    dynas = {"metrics": metrics, "results_csv_path": "results.csv"}
    first, last = NASConfig(), NASConfig()
    first.dynas.results_csv_path, first.dynas.metrics = "results.csv", metrics
    last.dynas.metrics, last.dynas.results_csv_path = metrics, "results.csv"
    for config in (NASConfig(dynas=dynas), first, last, NASConfig.from_dict({"dynas": dynas})):
        assert config.dynas.results_csv_format == name
        assert NASConfig.from_yaml(config.to_yaml()).dynas.results_csv_format == name
        config.dynas.metrics = ["acc", "macs"]
        assert config.dynas.results_csv_format == "neural_compressor"
        config.dynas.results_csv_format = "full"
        config.dynas.metrics = metrics
        assert config.dynas.results_csv_format == "full"
