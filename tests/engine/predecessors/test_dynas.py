"""Searches with the arguments of DyNAS-T's class."""

import pytest

from dynas_studio import DyNAS
from engine.errors import ConfigError
from engine.predecessors.dynas import configuration
from engine.python_api.front import Front
from engine.supernets.registry import DEFAULT

W10 = "ofa_mbv3_d234_e346_k357_w1.0"


def agent(**arguments):
    return DyNAS(
        **{
            "supernet": W10,
            "results_path": "results.csv",
            "optimization_metrics": ["accuracy_top1", "macs"],
            "measurements": ["accuracy_top1", "macs", "params"],
            **arguments,
        }
    )


def test_the_arguments_reach_the_configuration():
    config = agent(
        search_tactic="evolutionary", num_evals=60, dataset_path="/images", seed=7, population=30,
        search_algo="age", supernet_ckpt_path="/weights.pth", device="cuda:1", test_fraction=0.5,
        eval_batch_size=32,
    ).config  # fmt: skip
    assert (config.approach, config.search.search_algorithm, config.seed) == (
        "evolutionary", "age", 7,
    )  # fmt: skip
    dynas = config.dynas
    assert (dynas.supernet, dynas.metrics, dynas.record) == (
        W10, ["acc", "macs"], ["acc", "macs", "params"],
    )  # fmt: skip
    assert (dynas.num_evals, dynas.population, dynas.batch_size) == (60, 30, 32)
    assert (dynas.results_csv_path, dynas.device, dynas.test_fraction) == (
        "results.csv", "cuda:1", 0.5,
    )  # fmt: skip
    assert dynas.supernet_options == {"weights_path": "/weights.pth"}
    assert dynas.dataset_path == "/images"


def test_the_defaults_are_those_of_dynas_t():
    config = agent().config
    assert (config.approach, config.seed) == ("dynas", 42)
    assert (config.dynas.num_evals, config.dynas.population) == (250, 50)
    assert config.dynas.batch_size == 128
    assert config.search.search_algorithm is None


def test_latency_is_timed_by_one_worker_with_the_batch_size():
    config = agent(measurements=["accuracy_top1", "latency"], batch_size=16).config
    assert config.dynas.workers == 1
    assert config.dynas.latency_batch == config.dynas.batch_size == 16
    assert agent(batch_size=16).config.dynas.meter_options == {}


def test_arguments_without_effect_are_named_in_one_warning():
    with pytest.warns(UserWarning, match="ignored") as warned:
        agent(distributed=True, dataloader_workers=4, verbose=False)
    (warning,) = warned
    assert "dataloader_workers is ignored: " in str(warning.message)
    assert "distributed is ignored: " in str(warning.message)
    assert "verbose" not in str(warning.message)
    assert warning.filename == __file__


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"supernet": "inc_quantization_ofa_resnet50"}, "acc_int8, lat_int8 and size_int8"),
        ({"search_tactic": "grad"}, "dynas.search_tactic: must be 'dynas'"),
        ({"optimization_metrics": ["bleu"]}, "dynas.optimization_metrics: There is no metric"),
        ({"num_eval": 3}, "Did you mean num_evals?"),
        ({"search_algo": "ga"}, "'ga' does not search for 2 objectives"),
        ({"metric_eval_fns": {"f1": len}}, "Give them to NAS"),
    ],
)
def test_a_wrong_argument_is_one_sentence(arguments, sentence):
    with pytest.raises(ConfigError) as refused:
        agent(**arguments)
    assert sentence in str(refused.value)


def test_it_searches_and_writes_the_results(instant, tmp_path):
    path = tmp_path / "results.csv"
    front = agent(
        supernet=DEFAULT, results_path=str(path), num_evals=8, population=4, data_dir=tmp_path
    ).search(progress=False)
    assert isinstance(front, Front)
    assert len(front) > 0
    heading, *rows = path.read_text().splitlines()
    assert heading == "Sub-network,Date,Model Parameters,Latency (ms),MACs,Top-1 Acc (%)"
    assert len(rows) == 8


def test_a_backend_of_torch_distributed_is_ignored():
    arguments = {"supernet": DEFAULT, "optimization_metrics": ["acc", "macs"], "backend": "gloo"}
    config, notice = configuration(arguments)
    assert "backend is ignored: the processes of a search do not use torch.distributed" in notice
    assert config.dynas.meter_options == {}
