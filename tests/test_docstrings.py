"""The examples in the docstrings of public names are run, each in a data folder of its own.

They may use every public name and `Path`, and what a reader would have by then: a `config`, a
`nas`, a finished `run` with its `front`, a `long_run`, a `task` and a `supernet` of their own.
Measurements take no time.
"""

import doctest
import shutil
from pathlib import Path

import pytest
import torch
from torch import nn

import dynas_studio
from dynas_studio import ACC, Config, Gene, LoaderTask, SearchSpace, SlicedSupernet
from engine import data_dir
from engine.python_api.services import close_services
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator, plan_quickly

ALIASES = {"Config", "Genotypes", "ParetoSet", "ACC", "__version__"}
"""Names of types of other libraries, of the same class twice, and of what has no docstring."""

SHORT = {"num_evals": 12, "population": 4, "workers": 1}
LONG = {"num_evals": 80, "population": 40, "workers": 1}


def examples(name: str) -> list[doctest.DocTest]:
    """The examples of a public name and of its methods; aliases of foreign types have none here."""
    public = getattr(dynas_studio, name)
    if not str(getattr(public, "__module__", "")).startswith(("engine.", "dynas_studio")):
        return []
    tests = doctest.DocTestFinder().find(public, name, module=False)
    return [test for test in tests if test.examples]


class Perceptron(SlicedSupernet):
    """Four features, a hidden layer and three classes."""

    name, space = "perceptron", SearchSpace((Gene("width", (8, 16)),))
    task = LoaderTask(
        [ACC],
        lambda outputs, targets: {
            "acc": 100 * (outputs[0].argmax(1) == targets[0]).float().mean().item()
        },
        lambda count: torch.zeros(count, 4),
        lambda: [(torch.eye(4), torch.zeros(4, dtype=torch.long))],
    )

    def __init__(self, folder: Path) -> None:
        self.weights = folder / "perceptron.pt"
        torch.manual_seed(0)
        torch.save(self.network({"width": [16]}).state_dict(), self.weights)

    def network(self, config: Config) -> nn.Module:
        (width,) = config["width"]
        return nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 3))


@pytest.fixture(scope="module", autouse=True)
def _measurements_take_no_time():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunService.__init__, "__defaults__", (InstantEvaluator, lambda config: None))
        plan_quickly(patch.setattr)
        yield
        close_services()


@pytest.fixture(scope="module")
def made_runs(tmp_path_factory):
    """Two data folders with a finished run each: one of twelve evaluations, one of eighty."""
    folders = []
    for name, dynas, approach in (("short", SHORT, "dynas"), ("long", LONG, "random")):
        folder = tmp_path_factory.mktemp(name)
        config = dynas_studio.NASConfig(approach=approach, dynas=dynas)
        dynas_studio.NAS(config, folder).search(progress=False)
        folders.append(folder)
    close_services()
    return folders


@pytest.fixture
def reader(made_runs, tmp_path, monkeypatch):
    """The names that examples may use, in a folder that is the working directory as well."""
    short, long = made_runs
    shutil.copytree(short, tmp_path / "data")
    monkeypatch.setenv(data_dir.VARIABLE, str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    names = {name: getattr(dynas_studio, name) for name in dynas_studio.__all__}
    config = dynas_studio.NASConfig(dynas=SHORT)
    (run,), (long_run,) = dynas_studio.runs(), dynas_studio.runs(long)
    return names | {
        "config": config, "nas": dynas_studio.NAS(config),
        "run": run, "front": run.front(), "long_run": long_run, "Path": Path,
        "task": Perceptron.task, "supernet": Perceptron(tmp_path),
    }  # fmt: skip


def assert_passes(test: doctest.DocTest, names: dict[str, object]) -> None:
    test.globs = names.copy()
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert not results.failed, "".join(report)


def test_every_public_name_has_an_example():
    assert not [name for name in dynas_studio.__all__ if not examples(name) and name not in ALIASES]


@pytest.mark.filterwarnings("ignore:results.csv:UserWarning")
@pytest.mark.filterwarnings("ignore:The MACs of 12 rows agree:UserWarning")
@pytest.mark.parametrize("name", [name for name in dynas_studio.__all__ if examples(name)])
def test_the_examples_of_a_name_are_true(name, reader):
    for test in examples(name):
        assert_passes(test, reader)


@pytest.mark.parametrize("module", ["dynas_studio", "engine"])
def test_the_examples_of_a_package_are_true(module, reader):
    package = __import__(module)
    parser = doctest.DocTestParser()
    test = parser.get_doctest(package.__doc__ or "", {}, module, package.__file__, 0)
    assert test.examples
    assert_passes(test, reader)
    assert Path("front.html").stat().st_size > 1000
