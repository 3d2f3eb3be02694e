"""`import_results`: a results CSV becomes a run, with a warning for what happened to its rows."""

import warnings

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError, DataError
from engine.python_api.importing import import_results
from engine.python_api.run_list import runs
from engine.supernets import registry


@pytest.fixture
def file(searches, tmp_path):
    """The CSV of a search whose first row is there twice."""
    path = tmp_path / "results.csv"
    searches(results_csv_path=str(path)).search(progress=False)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n")
    runs()[0].delete()
    return path


@pytest.mark.filterwarnings("ignore:The MACs of 13 rows agree:UserWarning")
@pytest.mark.filterwarnings("ignore:Latency .* was not measured:UserWarning")
def test_it_is_a_finished_run_that_can_be_extended(file):
    with pytest.warns(UserWarning, match="13 rows: 12 distinct, 1 repeated") as warned:
        run = import_results(file, name="theirs")
    assert warned[0].filename == __file__
    assert (run.name, run.state, len(run.evaluations)) == ("theirs", "finished", 12)
    assert run.config.dynas.supernet == registry.DEFAULT
    assert runs() == [run]
    run.extend(2)
    run.wait()
    assert len(run.evaluations) == 14


def test_a_config_says_how_it_goes_on(file):
    config = NASConfig(approach="random", dynas={"metrics": ["acc", "params"]})
    with warnings.catch_warnings(record=True):
        run = import_results(str(file), config=config, supernet=registry.DEFAULT)
    assert run.config.dynas.metrics == ["acc", "params"]
    assert config.dynas.model_fields_set == {"metrics"}
    assert run.name == "results.csv"


def test_a_file_that_holds_no_results_makes_no_run(file, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    for path in (wrong, tmp_path / "missing.csv", tmp_path):
        with pytest.raises(ConfigError):
            import_results(path)
    with pytest.raises(DataError, match="path: give a path, not 5"):
        import_results(5)
    with pytest.raises(ConfigError, match="There is no supernet 'nothing'"):
        import_results(file, supernet="nothing")
    assert runs() == []
