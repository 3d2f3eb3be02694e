"""Whole scripts and files of Neural Compressor's NAS, on the built-in supernet."""

import re

import pytest

from dynas_studio import NAS, DyNASConfig, NASConfig
from engine.errors import ConfigError
from engine.supernets.registry import DEFAULT


def searched(config, folder):
    config.dynas.population = 8
    config.dynas.num_evals = 12
    config.dynas.results_csv_path = str(folder / "search_results.csv")
    config.dynas.batch_size = 64
    front = NAS(config, folder).search(progress=False)
    rows = (folder / "search_results.csv").read_text().splitlines()
    assert len(rows) == 13
    return front


@pytest.mark.parametrize("algorithm", ["nsga2", "age"])
def test_the_notebook_of_versions_1_13_and_2_0(instant, tmp_path, algorithm):
    config = NASConfig(approach="dynas", search_algorithm=algorithm)
    config.dynas.supernet = DEFAULT
    config.seed = 42
    config.dynas.metrics = ["acc", "macs"]
    assert len(searched(config, tmp_path)) > 0


def test_the_notebook_of_version_2_6(instant, tmp_path):
    config = NASConfig(approach="dynas", search_algorithm="nsga2")
    config.dynas.supernet = DEFAULT
    config.nas.search.seed = 42
    config.dynas.metrics = ["accuracy_top1", "macs"]
    front = searched(config, tmp_path)
    assert front.best("accuracy_top1").number in {e.number for e in front}
    assert front.history.config.seed == 42


def test_the_distributed_script_of_version_2_6(instant, tmp_path):
    config = NASConfig(approach="dynas", search_algorithm="nsga2")
    config.dynas.supernet = DEFAULT
    config.nas.search.seed = 61
    config.dynas.metrics = ["accuracy_top1", "macs"]
    with pytest.warns(UserWarning, match="distributed is ignored: a search runs on this machine"):
        config.dynas.distributed = True
    assert len(searched(config, tmp_path)) > 0


def test_the_notebook_that_times_latency(instant, tmp_path):
    config = NASConfig(approach="dynas", search_algorithm="nsga2")
    config.dynas.supernet = DEFAULT
    config.nas.search.seed = 42
    config.dynas.metrics = ["accuracy_top1", "latency"]
    config.dynas.eval_batch_size = 64
    front = searched(config, tmp_path)
    with (tmp_path / "search_results.csv").open() as file:
        assert len(file.readline().split(",")) == 6, "the notebook renames six columns"
    assert front.history.config.dynas.workers == 1
    assert {"acc", "lat"} <= front[0].metrics.keys()


@pytest.mark.parametrize(
    ("supernet", "remedy"),
    [("transformer_lt_wmt_en_de", "a supernet of your own"),
     ("bert_base_sst2", "a supernet of your own"),
     ("inc_quantization_ofa_resnet50", "acc_int8, lat_int8 and size_int8")],
)  # fmt: skip
def test_a_notebook_of_a_network_that_is_not_here_stops_at_its_supernet(supernet, remedy):
    config = NASConfig(approach="dynas", search_algorithm="nsga2")
    with pytest.raises(ConfigError, match=remedy):
        config.dynas.supernet = supernet


def test_the_interface_of_version_2(instant, tmp_path):
    settings = DyNASConfig(supernet=DEFAULT, metrics=["acc", "macs"], num_workers=None)
    config = NASConfig(approach="dynas", search_algorithm="nsga2", seed=42, dynas=settings)
    assert len(searched(config, tmp_path)) > 0


def test_three_objectives_with_latency_as_in_the_published_tests():
    config = NASConfig(approach="dynas", search_algorithm="age")
    config.dynas.supernet = "ofa_mbv3_d234_e346_k357_w1.2"
    config.seed = 42
    config.dynas.metrics = ["acc", "macs", "lat"]
    config.check()
    assert config.dynas.workers == 1


@pytest.mark.parametrize(
    ("part", "instead"),
    [("supernet_manager", "load_supernet"), ("runner_validate", "measure"),
     ("validation_interface", "results_csv_path"), ("acc_predictor", "plot_predictor_quality"),
     ("init_for_search", "search()"), ("best_model_archs", "nas.run.front()")],
)  # fmt: skip
def test_a_part_of_the_published_agent_is_refused_with_what_to_use_instead(tmp_path, part, instead):
    agent = NAS(NASConfig("dynas"), tmp_path)
    with pytest.raises(AttributeError, match=f"NAS has no {part}, .*{re.escape(instead)}"):
        getattr(agent, part)
    assert not hasattr(agent, part)


def test_a_misspelt_attribute_of_the_agent_is_an_ordinary_error(tmp_path):
    with pytest.raises(AttributeError, match="'NAS' object has no attribute 'serch'"):
        NAS(NASConfig("dynas"), tmp_path).serch  # noqa: B018


FILE = """
version: 1.0
model:
  name: imagenet_nas
  framework: pytorch
nas:
  approach: DyNAS
  search:
    search_algorithm: nsga2
    seed: 42
  dynas:
    supernet: {supernet}
    metrics: ['acc', 'macs']
    population: 8
    num_evals: 12
    results_csv_path: './search_results.csv'
    num_workers: 20
    distributed: false
"""


def test_a_file_with_other_sections_is_read_with_one_warning(instant, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "search.yaml"
    path.write_text(FILE.format(supernet=DEFAULT))
    with pytest.warns(UserWarning, match="ignored") as warned:
        agent = NAS(path, tmp_path)
    (warning,) = warned
    assert "'version', 'model'" in str(warning.message)
    assert "num_workers is ignored" in str(warning.message)
    assert len(agent.search(progress=False)) > 0
    assert (tmp_path / "search_results.csv").is_file()


def test_a_file_of_resnet_is_valid(tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text(FILE.format(supernet="ofa_resnet50"))
    parsed = NASConfig.read_file(path)
    assert (parsed.config.dynas.supernet, parsed.config.seed) == ("ofa_resnet50", 42)
