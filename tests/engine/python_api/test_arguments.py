"""Whatever a script passes, what it gets is a result or an error in one sentence."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import data_dir
from engine.config import NASConfig
from engine.errors import ConfigError, DynasError, LogError
from engine.meters.own_metrics import OwnMetric
from engine.python_api.comparing import compare
from engine.python_api.importing import import_results
from engine.python_api.measuring import measure
from engine.python_api.nas import NAS
from engine.python_api.run import Run
from engine.python_api.run_list import runs
from engine.python_api.services import close_services
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator

HOSTILE = st.one_of(
    st.sampled_from(
        [None, True, False, math.nan, math.inf, -1, 0, 10**400, 1.5, b"acc", "", " ", "\0",
         "\ud800", "~nobody-here/x", "../..", ".", "a/b", "x" * 5000, [], {}, (), object(),
         np.zeros(3),
         np.array([]), np.float64("nan"), np.int64(-3), Path("\0"), Path(), int, print, {"acc": 1},
         ["acc", 5], "acc", "macs <= 5", "macs <=", "smallest", 2j, lambda run: False]
    ),
    st.text(max_size=20), st.integers(), st.floats(), st.lists(st.integers(), max_size=3),
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run, whose measurements took no time; calls only read it."""
    dynas = {"population": 4, "num_evals": 6, "workers": 1}
    nas = NAS(NASConfig(approach="random", dynas=dynas), tmp_path_factory.mktemp("shared"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunService.__init__, "__defaults__", (InstantEvaluator, lambda config: None))
        nas.search(progress=False)
        yield nas.run
        close_services()


CALLS = {
    "Run": lambda run, value: Run(value, run.data_dir),
    "Run in": lambda run, value: Run(run.id, value),
    "runs": lambda run, value: runs(value),
    "front": lambda run, value: run.front(value),
    "best": lambda run, value: run.best(value),
    "best where": lambda run, value: run.best("acc", value),
    "front best": lambda run, value: run.front().best(value, value),
    "subnetwork": lambda run, value: run.subnetwork(value),
    "share workers": lambda run, value: run.set_share(value),
    "share priority": lambda run, value: run.set_share(priority=value),
    "pause": lambda run, value: run.pause(),
    "resume": lambda run, value: run.resume(value),
    "resume callbacks": lambda run, value: run.resume(on_evaluation=value, stop_when=value),
    "stop": lambda run, value: run.stop(value),
    "wait": lambda run, value: run.wait(value),
    "run export": lambda run, value: run.export("/dev/null/run.csv", value),
    "run export to": lambda run, value: run.export(value, "nothing"),
    "front export": lambda run, value: run.front().export("/dev/null/front", value),
    "front export to": lambda run, value: run.front().export(value, "nothing"),
    "sub-network export": lambda run, value: run.subnetwork(1).export(value, "nothing"),
    "sub-network parts": lambda run, value: run.subnetwork(1).export("/dev/null/network", value),
    "plot": lambda run, value: run.front().plot(value, value),
    "compare": lambda run, value: compare(value),
    "compare apart": lambda run, value: compare([run], apart=value),
    "compare one": lambda run, value: compare([run, value]),
    "comparison plot": lambda run, value: compare([run]).plot(value),
    "measure": lambda run, value: measure(value, ["macs"]),
    "measure metrics": lambda run, value: measure("smallest", value),
    "measure supernet": lambda run, value: measure("smallest", ["macs"], supernet=value),
    "measure settings": lambda run, value: measure("smallest", ["macs"], settings=value),
    "NAS": lambda run, value: NAS(value),
    "NAS in": lambda run, value: NAS(run.config, value),
    "NAS metrics": lambda run, value: NAS(run.config, run.data_dir, metrics=value).offer(),
    "NAS metric": lambda run, value: NAS(run.config, run.data_dir, metrics={"own": value}).offer(),
    "NAS metric name": lambda run, value: offer_choices(metrics=value),
    "NAS search_space": lambda run, value: offer_choices(search_space=value),
    "NAS choices": lambda run, value: offer_choices(search_space={"a": value}),
    "NAS evaluate": lambda run, value: offer_choices(evaluate=value),
    "NAS model_builder": lambda run, value: offer_choices(evaluate=None, model_builder=value),
    "NAS train_func": lambda run, value: offer_choices(train_func=value),
    "NAS eval_func": lambda run, value: offer_choices(eval_func=value),
    "own metric": lambda run, value: OwnMetric(value, value, value, value, value, value, value),
    "search name": lambda run, value: NAS("/dev/null/missing.yaml").start(value),
    "start callbacks": lambda run, value: NAS(run.config).start(
        on_evaluation=value if not callable(value) else 5, stop_when=5
    ),
    "import": lambda run, value: import_results(value),
    "import config": lambda run, value: import_results("/dev/null", config=value),
    "import supernet": lambda run, value: import_results("/dev/null", supernet=value),
}


def offer_choices(**arguments):
    """Prepare a search of choices whose objective is named, so that no function is called."""
    config = NASConfig()
    config.dynas.metrics = ["score"]
    given = {"search_space": {"a": [1, 2]}, "evaluate": len, **arguments}
    NAS(config, data_dir.current().path, **given).offer()


WRONG_ARGUMENTS = [
    ("metrics", [len], "metrics: give a mapping of names to functions"),
    ("metrics", len, "metrics: give a mapping"),
    ("metrics", "acc", "metrics: give a mapping"),
    ("metrics", None, "metrics: give a mapping"),
    ("metrics", np.zeros(3), "metrics: give a mapping"),
    ("metrics", {3: len}, "a name in metrics: give a text, not 3"),
    ("search_space", [1, 2], "search_space: give a mapping"),
    ("search_space", "a", "search_space: give a mapping"),
    ("evaluate", 5, "evaluate: give a function"),
    ("model_builder", "build", "model_builder: give a function"),
    ("train_func", [], "train_func: give a function"),
    ("eval_func", {}, "eval_func: give a function"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG_ARGUMENTS)
def test_what_nas_is_given_is_checked_as_argument_and_as_attribute(name, value, sentence, tmp_path):
    with pytest.raises(ConfigError, match=sentence):
        NAS(NASConfig(), tmp_path, **{name: value})
    nas = NAS(NASConfig(), tmp_path)
    setattr(nas, name, value)
    with pytest.raises(ConfigError, match=sentence):
        nas.start()


def test_an_empty_mapping_of_choices_is_not_ignored(tmp_path):
    with pytest.raises(ConfigError, match="search_space: The search space is"):
        NAS(NASConfig(), tmp_path, search_space={}, evaluate=len).offer()


def refusal(call, run, value):
    """The message with which a call is refused; None if it is not."""
    try:
        call(run, value)
    except DynasError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=HOSTILE)
def test_a_wrong_argument_is_a_dynas_error(name, value, run, tmp_path):
    with data_dir.using(data_dir.DataFolder.at(tmp_path)):
        sentence = refusal(CALLS[name], run, value)
    assert sentence is None or 10 < len(sentence.encode().strip()) < 3000


@pytest.mark.parametrize("value", ["rename", "extend"])
@pytest.mark.parametrize("wrong", ["", None, 5.5, -1, True, "\t", [3]])
def test_a_change_is_refused_for_what_it_cannot_be(run, value, wrong):
    with pytest.raises(DynasError, match="give a"):
        getattr(run, value)(wrong)


@pytest.mark.parametrize("wrong", [5, "", "a\0b", True, ["x"], b"x"])
def test_a_data_folder_that_is_no_path_is_a_log_error(run, wrong):
    for call in (runs, lambda folder: Run(run.id, folder), lambda folder: NAS(run.config, folder)):
        with pytest.raises(LogError, match="The data folder"):
            call(wrong)
