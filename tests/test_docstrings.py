"""The examples in the docstrings of public names are run, each in a data folder of its own.

They may use every public name, and what a reader would have by then: a `config`, a `nas`, a
finished `run` with its `front`, and a `long_run`. Measurements take no time.
"""

import doctest
import shutil
from pathlib import Path

import pytest

import dynas_studio
from engine import data_dir
from engine.python_api.services import close_services
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator, plan_quickly

CALLED_BY_SCRIPTS = {
    "NAS", "NASConfig", "Front", "ParetoSet", "Run", "runs", "load_run", "import_results",
    "compare", "Comparison", "measure", "load_supernet", "best_subnetwork", "ChosenSubNetwork",
    "DataFolder",
    "EvaluationSettings", "metric", "metric_sources", "count_costs", "DynasError",
    "series_of", "grown_series", "usual_baseline", "efficiency_sentences",
    *(name for name in dynas_studio.__all__ if name.startswith("plot_")),
}  # fmt: skip
"""The names that a script for searches uses; each has an example."""

SHORT = {"num_evals": 12, "population": 4, "workers": 1}
LONG = {"num_evals": 80, "population": 40, "workers": 1}


def examples(name: str) -> list[doctest.DocTest]:
    """The examples of a public name and of its methods; aliases of foreign types have none here."""
    public = getattr(dynas_studio, name)
    if not str(getattr(public, "__module__", "")).startswith(("engine.", "dynas_studio")):
        return []
    tests = doctest.DocTestFinder().find(public, name, module=False)
    return [test for test in tests if test.examples]


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
        "run": run, "front": run.front(), "long_run": long_run,
    }  # fmt: skip


def assert_passes(test: doctest.DocTest, names: dict[str, object]) -> None:
    test.globs = names.copy()
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert not results.failed, "".join(report)


def test_every_name_that_scripts_call_has_an_example():
    assert not [name for name in CALLED_BY_SCRIPTS if not examples(name)]


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
