import ast
import json

import pytest
import yaml

from engine.config import NASConfig
from engine.evaluation_settings import EvaluationSettings
from engine.export import subnetwork
from engine.metrics import METRICS
from engine.options import Options, option
from engine.space.choices import choice_space
from engine.supernets.choices.supernet import ChoiceSupernet, describe_supernet
from engine.supernets.registry import DEFAULT, load
from tests.engine.carrier import Carrier
from tests.engine.conftest import install as install
from tests.engine.offered import Surprise, Tiny
from tests.engine.records import evaluation

SPACE = load(DEFAULT).space
SMALLEST = evaluation(config=SPACE.to_config(SPACE.smallest), genotype=tuple(SPACE.smallest))


def test_the_python_lines_rebuild_the_sub_network():
    names = {}
    exec(subnetwork.to_python(NASConfig(), SMALLEST), names)
    assert sum(p.numel() for p in names["network"].parameters()) == 82_458


def test_the_python_lines_of_a_search_of_choices_are_its_config_and_why():
    space = choice_space({"width": [1, 2], "norm": ["batch", None], "kernel": [(3, 3)]})
    supernet = ChoiceSupernet(space, {METRICS["acc"]: "acc"})
    describe_supernet(supernet.log_entry()["choices"])
    config = {"width": 2, "norm": "batch", "kernel": [3, 3]}
    chosen = evaluation(config=config, genotype=tuple(space.encode(config)))
    names = {}
    text = subnetwork.to_python(NASConfig(dynas={"supernet": supernet.name}), chosen)
    exec(text, names)
    assert names["config"] == config
    assert "models are built by the script" in text


def test_the_python_lines_name_the_data_and_the_weights_that_were_measured_with():
    files = {"dataset_path": "my images", "weights_path": "my.pth"}
    config = NASConfig(dynas={"supernet": "ofa_mbv3_d234_e346_k357_w1.0", **files})
    text = subnetwork.to_python(config, SMALLEST)
    supernet, task = "{'weights_path': 'my.pth'}", "{'dataset_path': 'my images'}"
    assert f"EvaluationSettings(supernet={supernet}, task={task}))" in text
    compile(text, "exported", "exec")


@pytest.mark.parametrize("write", [subnetwork.to_json, subnetwork.to_yaml])
def test_numbers_carry_their_source(write):
    assert "measured" in write(NASConfig(), SMALLEST)


class Chances(Options):
    levels: tuple[int, ...] = option((1, 2), "Levels", "Of what.")
    shift: float = option(0.0, "Shift", "By how much.")


class Place(Options):
    corpus: str | None = option(None, "Corpus", "The texts.", path=True)
    lines: int = option(3, "Lines", "Of the corpus.")


class Placed(Surprise):
    Options = Place


class Chosen(Tiny):
    """Its networks depend on options that are no paths."""

    name, task, Options = "chosen", Placed(), Chances

    def extract(self, config, settings):
        module = Carrier(config)
        module.chances = Chances.model_validate(dict(settings.supernet))
        module.place = Place.model_validate(dict(settings.task))
        return module


TINY = evaluation(config={"width": [2], "shape": [1]}, genotype=(1, 0))
OPTIONS = {
    "supernet_options": {"levels": [4, 8], "shift": 0.0},
    "task_options": {"corpus": "my texts", "lines": 7},
}
EXPORTED_OPTIONS = {"supernet": {"levels": [4, 8]}, "task": {"corpus": "my texts", "lines": 7}}


@pytest.fixture
def chosen(install):
    install({"chosen": f"{__name__}:Chosen"}, {"energy": "tests.engine.offered:ENERGY"})
    return NASConfig(dynas={"supernet": "chosen", "metrics": ["surprise", "macs"], **OPTIONS})


def test_the_python_lines_rebuild_it_with_options_that_are_no_paths(chosen):
    names = {}
    exec(subnetwork.to_python(chosen, TINY), names)
    network = names["network"]
    assert network.chances == Chances(levels=(4, 8))
    assert network.place == Place(corpus="my texts", lines=7)


@pytest.mark.parametrize(
    ("write", "read"),
    [(subnetwork.to_json, json.loads), (subnetwork.to_yaml, yaml.safe_load)],
)
def test_options_that_are_not_the_defaults_are_told_and_taken_back(chosen, write, read):
    data = read(write(chosen, TINY))
    assert data["options"] == EXPORTED_OPTIONS
    settings = EvaluationSettings(**data["options"])
    network = load(data["supernet"]).subnetwork(data["config"], settings)
    assert network.chances.levels == (4, 8)


def test_without_options_nothing_is_said_of_them():
    assert "options" not in subnetwork.to_dict(NASConfig(), SMALLEST)
    assert "EvaluationSettings" not in subnetwork.to_python(NASConfig(), SMALLEST)


def test_of_a_predictor_the_choice_is_kept_too():
    options = {"accuracy_source": "published predictor", "calibrate": False}
    arguments = {"supernet": "ofa_mbv3_d234_e346_k357_w1.0", "supernet_options": options}
    tree = ast.parse(subnetwork.to_python(NASConfig(dynas=arguments), SMALLEST))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    (settings,) = (c for c in calls if getattr(c.func, "id", "") == "EvaluationSettings")
    assert {k.arg: ast.literal_eval(k.value) for k in settings.keywords} == {"supernet": options}
