"""What a search writes as results can be imported, and be the warm start of another search."""

import csv

import pytest

from engine.config import NASConfig
from engine.export.table import run_csv
from engine.results_formats import RESULTS_FORMATS
from engine.runs.results_csv import ResultsFile, read_results
from engine.runs.results_rows import FullRows
from engine.runs.results_writer import ResultsWriter
from engine.runs.service import RunService
from engine.supernets.registry import DEFAULT, load
from tests.command import in_process
from tests.engine.conftest import install as install
from tests.engine.records import evaluation
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import finished

METRICS = (
    "acc", "acc_int8", "lat", "lat_int8", "peak_memory", "macs", "params", "size", "size_int8",
)  # fmt: skip
SEARCH = {
    "metrics": ["acc", "lat", "macs"],
    "constraints": ["peak_memory <= 1000"],
    "record": ["params", "size", "acc_int8", "lat_int8", "size_int8"],
    "population": 4,
    "num_evals": 9,
    "workers": 1,
}


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path / "data", lambda s, w: InstantEvaluator(s, w, fail_every=4))
    yield service
    service.close()


def written_by(service, path, name, **changes):
    """A search with two failed evaluations, and the text of its results file."""
    search = {**SEARCH, "results_csv_path": str(path), "results_csv_format": name, **changes}
    history = finished(service, NASConfig(approach="random", dynas=search))
    return history, path.read_text()


def values(evaluations, names):
    return [{name: e.metrics[name] for name in names} for e in evaluations]


@pytest.mark.parametrize("door", ["full", "run CSV"])
def test_every_metric_of_a_full_file_and_of_a_run_csv_is_read_back(service, tmp_path, door):
    history, text = written_by(service, tmp_path / "results.csv", "full")
    results = ResultsFile.read(text if door == "full" else run_csv(history), "r.csv").for_supernet(
        load(DEFAULT)
    )
    successful = [e for e in history.evaluations if e.ok]
    assert len(successful) == 7
    assert [e.config for e in results.evaluations] == [e.config for e in successful]
    assert values(results.evaluations, METRICS) == values(successful, METRICS)
    assert [e.finished for e in results.evaluations] == pytest.approx(
        [e.finished for e in successful], abs=1e-5
    )
    assert (results.report.failed, results.report.refused, results.report.notes) == (2, 0, ())
    assert results.report.confirmed == 7


def test_a_full_file_says_of_each_evaluation_what_the_log_says(service, tmp_path):
    history, _ = written_by(service, tmp_path / "results.csv", "full")
    with (tmp_path / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for e, row in zip(history.evaluations, rows, strict=True):
        assert (int(row["evaluation"]), int(row["cycle"])) == (e.number, e.cycle)
        assert (row["status"], row["reason"]) == (e.status, e.reason)
        assert {n: float(row[n]) for n in METRICS if row[n]} == dict(e.metrics)
        assert {n: row[f"{n}_source"] for n in METRICS if row[n]} == dict(e.sources)
        assert float(row["seconds"]) == pytest.approx(e.seconds, abs=1e-3)
        assert bool(row["timed_on"]) == e.ok


@pytest.mark.parametrize("name", ["neural_compressor", "dynast"])
def test_the_published_columns_are_read_back(service, tmp_path, name):
    history, text = written_by(service, tmp_path / "results.csv", name)
    (header, *rows) = csv.reader(text.splitlines())
    assert tuple(header) == RESULTS_FORMATS[name].headings
    successful = [e for e in history.evaluations if e.ok]
    assert len(rows) == len(successful)
    known = read_results(text, load(DEFAULT), "results.csv")
    # size follows from the sub-network, parameters too where the file has no column for them
    kept = ("acc", "lat", "macs", "params", "size")
    assert values(known, kept) == values(successful, kept)


@pytest.mark.parametrize("name", ["neural_compressor", "dynast", "full"])
def test_what_was_not_measured_stays_unmeasured(service, tmp_path, name):
    search = {"metrics": ["acc", "macs"], "constraints": [], "record": ["params"]}
    _, text = written_by(service, tmp_path / "results.csv", name, **search)
    results = ResultsFile.read(text, "results.csv").for_supernet(load(DEFAULT))
    assert results.metrics == ["acc", "macs", "params", "size"]
    zeros = "Latency (ms) is 0 in 7 rows, which means that it was not measured."
    assert results.report.notes == (() if name == "full" else (zeros,))


@pytest.mark.parametrize("name", ["neural_compressor", "dynast", "full"])
def test_each_format_is_the_warm_start_of_another_search(service, tmp_path, name):
    first, _ = written_by(service, tmp_path / "first.csv", name)
    search = {
        "metrics": ["acc", "macs"], "constraints": [], "num_evals": 3,
        "warm_start": str(tmp_path / "first.csv"),
    }  # fmt: skip
    second, text = written_by(service, tmp_path / "second.csv", name, **search)
    successful = [e for e in first.evaluations if e.ok]
    assert values(second.evaluations[:7], ["acc"]) == values(successful, ["acc"])
    again = read_results(text, load(DEFAULT), "second.csv")
    assert len(again) == 10
    assert {e.sources["acc"] for e in again} == {"imported"}


def test_a_resumed_search_continues_its_full_file_with_a_warm_start(service, tmp_path):
    written_by(service, tmp_path / "first.csv", "full")
    warm_start = {"warm_start": str(tmp_path / "first.csv"), "num_evals": 2}
    history, text = written_by(service, tmp_path / "second.csv", "full", **warm_start)
    service.extend(history.id, 2)
    service.wait(history.id, 60)
    longer = (tmp_path / "second.csv").read_text()
    assert longer.startswith(text)
    assert len(longer.splitlines()) == 1 + 7 + 4
    assert not (tmp_path / "second.1.csv").exists()


def test_top_5_accuracy_of_an_imagenet_supernet_is_read_back(tmp_path):
    supernet = load("ofa_mbv3_d234_e346_k357_w1.0")
    smallest = supernet.space.smallest
    exact = {n: float(v[0]) for n, v in supernet.exact_metrics(smallest[None]).items()}
    measured = {"acc": 71.125, "acc_top5": 90.5}
    sources = {**dict.fromkeys(measured, "measured"), **dict.fromkeys(exact, "exact")}
    e = evaluation(
        genotype=tuple(smallest), config=supernet.space.to_config(smallest),
        metrics={**measured, **exact}, sources=sources,
    )  # fmt: skip
    rows = FullRows({name: [source] for name, source in sources.items()}, has_conditions=False)
    ResultsWriter(tmp_path / "results.csv", rows, [e])
    (known,) = read_results((tmp_path / "results.csv").read_text(), supernet, "results.csv")
    assert known.metrics == e.metrics


def test_metrics_of_installed_packages_are_imported_from_a_full_file(
    install, service, tmp_path, monkeypatch, capsys
):
    install({"tiny": "tests.engine.offered:Tiny"}, {"energy": "tests.engine.offered:ENERGY"})
    engine = in_process(tmp_path / "data", monkeypatch, capsys)
    search = {
        "supernet": "tiny", "metrics": ["surprise", "energy"], "record": ["params"], "num_evals": 6,
    }  # fmt: skip
    history, _ = written_by(service, tmp_path / "results.csv", "full", **search)
    needed = [
        "--set", "dynas.metrics=[surprise, energy]",
        "--set", "dynas.constraints=[peak_memory <= 1000]",
    ]  # fmt: skip
    path = str(tmp_path / "results.csv")
    imported = engine("import", path, "--supernet", "tiny", *needed).split()[-1]
    known = service.history(imported).evaluations
    successful = [e for e in history.evaluations if e.ok]
    names = ("surprise", "energy", "peak_memory", "macs")
    assert values(known, names) == values(successful, names)
    assert (known[0].sources["surprise"], known[0].sources["energy"]) == ("imported", "exact")
