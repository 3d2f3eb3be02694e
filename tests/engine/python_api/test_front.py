"""`Front`: a sequence that shows, draws and exports the front of a run, and chooses from it."""

import json
import zipfile

import pytest

from engine.analysis.figures.plots import plot_front
from engine.errors import ConfigError, DataError, RunError
from engine.export import chosen as chosen_module
from engine.export.bundle.parts import BUNDLE_PARTS
from engine.export.bundle.request import BundleReport
from engine.python_api.front import Front, front_after
from engine.runs.results_csv import ResultsFile
from tests.comparable_runs import make as make
from tests.twelve_evaluations import history as history


@pytest.fixture
def front(history):
    return Front(history)


def test_it_is_a_sequence_whose_slices_are_fronts(front):
    assert list(front) == front.history.front()
    assert front[-1] == front.history.front()[-1]
    part = front[1:3]
    assert isinstance(part, Front)
    assert list(part) == list(front)[1:3]
    assert part.history is front.history
    with pytest.raises(IndexError):
        _ = front[len(front)]


def test_its_table_is_by_the_numbers_that_commands_take_and_can_be_imported(front, history):
    table = front.to_dataframe()
    assert table.index.name == "evaluation"
    assert list(table.index) == [e.number for e in front]
    read = ResultsFile.read(table.to_csv(), "front.csv").for_supernet(history.supernet)
    assert read.report.notes == ()
    for e, row, imported in zip(front, table.itertuples(), read.evaluations, strict=True):
        assert e.config == imported.config
        assert row.acc == e.metrics["acc"] == imported.metrics["acc"]


def test_fronts_are_equal_that_hold_the_same_evaluations_of_one_run(front, history, make):
    assert front == Front(history) == front[:]
    assert len({front, Front(history)}) == 1
    assert front != front[1:]
    assert front != list(front)
    assert Front(make("one", [(90.0, 6e6)])) != Front(make("two", [(90.0, 6e6)]))


def test_it_stays_as_it_was_while_the_run_goes_on(history):
    early = front_after(history, 3)
    assert max(e.number for e in early) <= 3
    assert early.history is history


def test_the_knee_is_the_point_of_the_largest_bend(make):
    bent = make("bent", [(90.0, 1e6), (94.0, 2e6), (95.0, 9e6)])
    assert Front(bent).knee().number == 2


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([(90.0, 1e6), (91.0, 2e6)], "it takes three sub-networks or more"),
        ([(90.0, 1e6), (90.1, 8e6), (94.0, 9e6)], "the front does not bend"),
    ],
)
def test_a_front_without_a_bend_says_so(make, points, sentence):
    front = Front(make("run", points))
    with pytest.raises(RunError, match=sentence):
        front.knee()


def test_a_front_of_one_objective_has_its_best_and_no_knee(make):
    front = Front(make("run", [(90.0, 1e6), (91.0, 2e6)], metrics=["acc"]))
    with pytest.raises(RunError, match=r"Take best\('acc'\) instead"):
        front.knee()
    assert front.best("acc").number == 2


def test_its_figure_is_that_of_the_run_as_it_was_then(front, history):
    assert front.plot("params", "acc") == plot_front(history, "params", "acc")
    early = front_after(history, 4)
    assert early.plot() == early[:1].plot() == plot_front(history, at=4)
    assert early.plot(at=None) == front.plot() != early.plot()


@pytest.mark.parametrize("name", ["front.csv", "front.json", "front.yaml", "front.yml", "f.zip"])
def test_the_suffix_is_the_format_of_a_file(front, tmp_path, name):
    path = front.export(tmp_path / name)
    assert path == tmp_path / name
    if name.endswith("json"):
        numbers = [e["evaluation"] for e in json.loads(path.read_text())["sub_networks"]]
        assert numbers == [e.number for e in front]
    elif name.endswith("csv"):
        assert len(path.read_text().splitlines()) == len(front) + 1
    elif name.endswith("zip"):
        assert zipfile.ZipFile(path).namelist()
    else:
        assert path.read_text().startswith("run: twelve")


def test_the_format_can_be_named_and_must_be_known(front, tmp_path):
    assert front[:1].export(tmp_path / "networks", format="CSV").is_file()
    with pytest.raises(ConfigError, match=r"'front\.txt' does not say the format"):
        front.export(tmp_path / "front.txt")
    with pytest.raises(ConfigError, match=r"There is no format 'tflite' here\. Choose one"):
        front.export(tmp_path / "front", format="tflite")


def test_nothing_is_overwritten(front, tmp_path):
    front.export(tmp_path / "front.csv")
    before = (tmp_path / "front.csv").read_bytes()
    with pytest.raises(DataError, match=r"exists already\. Nothing is overwritten"):
        front[:1].export(tmp_path / "front.csv")
    with pytest.raises(DataError, match=r"front\.csv exists already"):
        front.export(tmp_path / "front.csv" / "below.csv")
    assert (tmp_path / "front.csv").read_bytes() == before


@pytest.mark.parametrize(("format_name", "parts"), [(None, BUNDLE_PARTS), ("onnx", ("onnx",))])
def test_a_path_without_a_suffix_is_a_folder_with_a_bundle_of_each(
    front, tmp_path, monkeypatch, format_name, parts
):
    written = []

    def export_bundle(request, folder, progress, cancelled):
        written.append((folder, request.evaluation.number, request.parts))
        return BundleReport(folder, (), problems=("No OpenVINO here.",))

    monkeypatch.setattr(chosen_module, "export_bundle", export_bundle)
    two = front[:2]
    with pytest.warns(UserWarning, match=r"subnetwork-\d+: No OpenVINO here") as warned:
        two.export(tmp_path / "networks", format_name)
    assert warned[0].filename == __file__
    assert written == [
        (tmp_path / "networks" / f"subnetwork-{e.number}", e.number, parts) for e in two
    ]
