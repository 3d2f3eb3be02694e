"""The settings of a search as an object, as Neural Compressor 2 has them."""

import pytest

from dynas_studio import DyNASConfig
from engine.config import NASConfig
from engine.errors import ConfigError


def test_it_is_the_section_dynas_of_a_configuration():
    section = DyNASConfig(
        supernet="ofa_resnet50", metrics=["acc", "latency"], num_evals=20, dataset_path="/images",
        results_csv_path=None, eval_batch_size=32,
    )  # fmt: skip
    config = NASConfig("dynas", search_algorithm="nsga2", seed=3, dynas=section.config)
    config.check()
    dynas = config.dynas
    assert (dynas.supernet, dynas.metrics, dynas.workers) == ("ofa_resnet50", ["acc", "lat"], 1)
    assert (dynas.batch_size, dynas.num_evals, dynas.results_csv_path) == (32, 20, None)
    assert dynas.dataset_path == "/images"


def test_it_can_be_assigned_and_changed():
    config = NASConfig()
    config.dynas = DyNASConfig(metrics=["acc", "params"])
    config.dynas.metrics = ["acc", "lat"]
    assert config.dynas.workers == 1
    assert NASConfig.from_yaml(config.to_yaml()).to_dict() == config.to_dict()


def test_what_is_wrong_or_without_effect_is_said():
    with pytest.raises(ConfigError, match=r"num_eval: there is no such setting. Did you mean num"):
        DyNASConfig(num_eval=3)
    with pytest.warns(UserWarning, match="num_workers is ignored"):
        DyNASConfig(num_workers=20)
