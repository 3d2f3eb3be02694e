"""The command `dynast` with the flags of DyNAS-T's command."""

import csv
import io

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.predecessors.dynas import configuration
from engine.predecessors.dynast_arguments import read
from engine.published_settings import IGNORED
from engine.supernets.registry import DEFAULT

W10, RESNET = "ofa_mbv3_d234_e346_k357_w1.0", "ofa_resnet50"
THREE = ["accuracy_top1", "macs", "params"]


def configured(*arguments) -> NASConfig:
    return configuration(read(arguments, "dynast"))[0]


@pytest.mark.parametrize(
    ("supernet", "metrics", "tactic", "algorithm", "budget"),
    [
        (W10, THREE[:1], "evolutionary", "ga", 250),
        ("ofa_mbv3_d234_e346_k357_w1.2", THREE[:1], "linas", "ga", 250),
        (W10, THREE[:2], "evolutionary", "nsga2", 250),
        (RESNET, [THREE[0], THREE[2]], "evolutionary", "age", 500),
        (RESNET, THREE, "evolutionary", "unsga3", 500),
        (W10, THREE, "linas", "unsga3", 500),
    ],
)
def test_the_published_searches_are_valid(supernet, metrics, tactic, algorithm, budget):
    config = configured(
        "--supernet", supernet, "--optimization_metrics", *metrics, "--measurements", *THREE,
        "--results_path", "results.csv", "--search_tactic", tactic, "--num_evals", str(budget),
        "--search_algo", algorithm,
    )  # fmt: skip
    config.check()
    assert (config.dynas.supernet, config.dynas.num_evals) == (supernet, budget)
    assert config.dynas.metrics == ["acc", *metrics[1:]]
    assert config.approach == ("dynas" if tactic == "linas" else tactic)
    assert config.search_algorithm == algorithm


def test_the_published_search_of_a_quantised_network_is_refused_with_the_metrics_in_int8():
    arguments = ["--results_path", "r.csv", "--supernet", "inc_quantization_ofa_resnet50",
                 "--measurements", "latency", "accuracy_top1", "--seed", "42"]  # fmt: skip
    with pytest.raises(ConfigError, match="lat_int8"):
        configured(*arguments)


@pytest.mark.parametrize(
    ("share", "options"), [("1.0", {}), ("1", {}), ("0.005", {"test_fraction": 0.005})]
)
def test_a_share_of_all_images_is_no_option_that_a_supernet_must_have(share, options):
    config = configured("--results_path", "r.csv", "--test_fraction", share)
    assert config.dynas.task_options == options


def test_without_flags_the_defaults_of_dynas_t_hold():
    config = configured("--results_path=results.csv")
    assert (config.dynas.supernet, config.dynas.metrics) == (W10, ["acc", "macs"])
    assert config.dynas.record == ["acc", "macs", "params", "lat"]
    assert (config.dynas.workers, config.dynas.latency_batch, config.seed) == (1, 128, 42)


def test_a_search_prints_its_front_and_names_flags_without_effect(command, tmp_path):
    path = tmp_path / "results.csv"
    status, out, err = command(
        "dynast", "--supernet", DEFAULT, "--optimization_metrics", "accuracy_top1", "macs",
        "--measurements", *THREE, "--results_path", str(path), "--num_evals", "8",
        "--population", "4", "-d", "cpu", "-v", "--distributed",
    )  # fmt: skip
    assert status == 0
    assert {"acc", "macs", "params"} <= next(csv.DictReader(io.StringIO(out))).keys()
    assert "verbose is ignored" in err
    assert "distributed is ignored" in err
    assert len(path.read_text().splitlines()) == 9
    assert "8/8" in command("runs")[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--num_evals", "3"], "--results_path is missing"),
        (["--results_paht", "r.csv"], "Did you mean --results_path?"),
        (["--results_path", "r.csv", "--seed"], "--seed: expected one argument"),
    ],
)
def test_a_wrong_flag_is_one_sentence_of_the_command_line(command, arguments, sentence):
    status, out, err = command("dynast", *arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert "dynast --help" in err
    assert len(err.splitlines()) == 1


def test_a_wrong_value_is_one_sentence(command):
    status, _, err = command("dynast", "--results_path", "r.csv", "--num_evals", "many")
    assert status == 1
    assert err == "dynas.num_evals: must be a whole number, not 'many'.\n"


def test_the_help_lists_every_flag_and_says_which_have_no_effect(command):
    status, out, _ = command("dynast", "--help")
    assert status == 0
    for flag in ("--supernet", "--measurements", "-d", "-v", "--local_rank", "--data-dir"):
        assert flag in out
    assert out.count("no effect: ") == len(IGNORED) - 2  # the others are no flags of the command
