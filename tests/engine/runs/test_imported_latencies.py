import csv
import json
import shutil

import numpy as np
import pytest

from engine.constraints import parse_constraints
from engine.errors import DataError
from engine.export.subnetwork import to_dict
from engine.export.table import run_csv
from engine.metrics import metric
from engine.runs.columns import ColumnStore
from engine.runs.filter_expression import parse_filter
from engine.runs.imported_latencies import read_latencies
from engine.runs.repair import _renumber
from engine.runs.service import RunService
from engine.supernets.registry import DEFAULT, load
from tests.engine.meters.test_subnetwork_latencies import row, text
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished

NAME = "lat_pi5_onnxruntime_4t"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder with a run of six sub-networks."""
    folder = tmp_path_factory.mktemp("data")
    service = RunService(folder, InstantEvaluator)
    finished(service, config(6, metrics=["acc", "lat"]))
    service.close()
    return folder


@pytest.fixture
def service(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "data")
    service = RunService(tmp_path / "data", InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def history(service):
    return service.history(service.list()[0].id)


def of(history, number, **changes):
    return row(config=json.dumps(dict(history.evaluations[number - 1].config)), **changes)


def imported(service, history, *rows, machine=""):
    read = read_latencies(text(*rows), "pi.csv", history, machine)
    service.import_latencies(history.id, read)
    history.refresh()
    return read


def test_a_latency_is_a_metric_of_its_own_that_says_it_was_imported(service, history):
    columns = ColumnStore(load(DEFAULT).space, 2)
    columns.update(history)
    measured = dict(history.evaluations[1].metrics)
    imported(service, history, of(history, 2), of(history, 3, lat=7))
    evaluation = history.evaluations[1]
    assert dict(evaluation.metrics) == {**measured, NAME: 3.5}
    assert (evaluation.sources[NAME], evaluation.sources["lat"]) == ("imported", "measured")
    assert history.metric(NAME).label == "Latency on pi5 (ORT 4t), imported"
    assert NAME not in history.evaluations[0].metrics
    values = columns.update(history).by_name(6)[NAME].tolist()
    assert values[1:3] == [3.5, 7.0]
    assert [value == value for value in values] == [False, True, True, False, False, False]
    rows = list(csv.DictReader(run_csv(history).splitlines()))
    assert (rows[1][NAME], rows[1][f"{NAME}_source"], rows[0][NAME]) == ("3.5", "imported", "")
    assert rows[1][f"{NAME}_timed_on"] == (
        "Board (pi5), 4 threads, fp32, batch 1, ONNX Runtime 1.22.0"
    )
    exported = to_dict(history.config, evaluation)["metrics"][NAME]
    assert exported["timed_on"]["host"] == "pi5"


def test_latencies_are_there_after_a_restart_and_change_nothing_else(service, history):
    front, hypervolume = history.front_numbers, history.hypervolume.tolist()
    imported(service, history, of(history, 1))
    again = RunService(service.data_dir, InstantEvaluator)
    reread = again.history(history.id)
    again.close()
    assert reread.evaluations[0].metrics[NAME] == 3.5
    assert (reread.front_numbers, reread.hypervolume.tolist()) == (front, hypervolume)
    assert [e.to_json() for e in reread.evaluations[1:]] == [
        e.to_json() for e in history.evaluations[1:]
    ]
    assert metric(NAME).unit == "ms"


def test_what_became_of_each_row_is_said(service, history):
    space = load(DEFAULT).space
    known = {e.genotype for e in history.evaluations}
    samples = space.sample(10, np.random.default_rng(3))
    unknown = next(g for g in samples if tuple(map(int, g)) not in known)
    rows = [
        of(history, 1), of(history, 1, lat=4), of(history, 2, supernet="other"), row(config="{"),
        row(config=json.dumps(space.to_config(unknown))), of(history, 2, lat="x"),
    ]  # fmt: skip
    read = imported(service, history, *rows)
    assert read.sentences == (
        f"1 sub-network with {NAME}: timed on Board (pi5), 4 threads, fp32, batch 1, ONNX Runtime "
        "1.22.0.",
        "Line 3: the sub-network was there before, and its last row counts.",
        "Line 7 is left out: its lat is 'x', which is not a number.",
        f"Line 4 is left out: it is of other, and this run searched {DEFAULT}.",
        "Line 5 is left out: its config '{' is no configuration in JSON.",
        "Line 6 is left out: its sub-network was not measured by this run.",
    )
    assert history.evaluations[0].metrics[NAME] == 4.0


def test_a_later_import_replaces_and_says_so(service, history):
    imported(service, history, of(history, 1), of(history, 2))
    read = imported(service, history, of(history, 1, lat=9, runtime_version="1.23.0"))
    assert ", 1 of them in place of an earlier value: " in read.sentences[0]
    assert history.evaluations[0].metrics[NAME] == 9.0
    assert history.evaluations[0].imported_conditions[NAME]["runtime_version"] == "1.23.0"
    assert history.evaluations[1].metrics[NAME] == 3.5


def test_machines_and_settings_do_not_share_a_metric(service, history):
    others = [
        {"host": "pi4"}, {"threads": 1}, {"batch": 8}, {"precision": "int8"},
        {"runtime": "openvino"},
    ]  # fmt: skip
    imported(service, history, *(of(history, 1, lat=n + 1, **c) for n, c in enumerate(others)))
    names = [name for name in history.evaluations[0].metrics if name.startswith("lat_")]
    assert names == [
        "lat_pi4_onnxruntime_4t", "lat_pi5_onnxruntime_1t", "lat_pi5_onnxruntime_4t_b8",
        "lat_pi5_onnxruntime_4t_int8", "lat_pi5_openvino_4t",
    ]  # fmt: skip


def test_two_devices_of_one_name_are_told_apart(service, history):
    imported(service, history, of(history, 1))
    other = of(history, 2, device="Other board")
    read = read_latencies(text(other), "pi.csv", history)
    assert not read.latencies
    assert "give the machine another name" in read.sentences[-1]
    imported(service, history, other, machine="Pi-B")
    assert history.evaluations[1].metrics["lat_pi_b_onnxruntime_4t"] == 3.5


@pytest.mark.parametrize(
    "hosts",
    [
        ("gpu-server-rack-12-node-01", "gpu-server-rack-12-node-02"),
        ("日本", "中国"),
        ("pi 5", "pi-5", "pi_5", "pi.5"),
    ],
)
def test_hosts_that_differ_do_not_share_a_metric(service, history, hosts):
    imported(service, history, *(of(history, 1, host=h, lat=n) for n, h in enumerate(hosts, 2)))
    named = {n: v for n, v in history.evaluations[0].metrics.items() if n.startswith("lat_")}
    assert sorted(named.values()) == [n for n, _ in enumerate(hosts, 2)]
    assert all(name.isidentifier() and name.isascii() for name in named)
    assert len({metric(name).label for name in named}) == len(hosts)
    again = read_latencies(text(of(history, 2, host=hosts[-1])), "b.csv", history)
    assert list(again.metrics) == list(named)[-1:]


def test_a_label_of_a_machine_can_be_in_a_bound_and_in_a_filter(service, history):
    imported(service, history, of(history, 1, host="salt-and-pepper", runtime="a, b"))
    (name,) = (name for name in history.evaluations[0].metrics if name.startswith("lat_"))
    for label in (metric(name).label, history.metric(name).label):
        bounds = parse_constraints(f"{label} <= 1 ms and acc > 3, {label} > 0.5")
        assert [str(bound) for bound in bounds] == [f"{name} <= 1", "acc > 3", f"{name} > 0.5"]
        assert parse_filter(f"{label} <= 1 ms, acc > 3", [name, "acc"]).names == (name, "acc")


def test_mixed_versions_and_hosts_and_disturbed_rows_are_said(service, history):
    first = of(history, 1, disturbed=0.5)
    read = imported(service, history, first, of(history, 2, runtime_version="1.23.0"))
    assert read.sentences[1:] == (
        f"1 latency of {NAME} was timed beside other programs: it may be less on a quiet machine.",
        f"{NAME} mixes versions of the runtime (1.22.0, 1.23.0): to keep them apart, import each "
        "from a file of its own, under another name of the machine.",
    )
    other = of(history, 3, host="pi6")
    read = read_latencies(text(other), "pi.csv", history, "pi5")
    assert any(f"{NAME} mixes hosts (pi5, pi6)" in sentence for sentence in read.sentences)


def test_a_name_that_another_column_has_is_not_taken(service, history):
    unknown = dict.fromkeys(("runtime", "threads", "precision", "device"), "")
    read = read_latencies(text(of(history, 1, host="spread", **unknown)), "pi.csv", history)
    assert list(read.metrics) == ["lat_spread_machine"]


def test_nothing_is_written_for_a_file_without_a_usable_row(service, history):
    events = len(history.events)
    read = imported(service, history, row(supernet="other"))
    assert (read.sentences[0], len(history.events)) == ("No row of pi.csv is used.", events)
    with pytest.raises(DataError, match="has no row"):
        read_latencies(text(), "pi.csv", history)


def test_a_search_that_begins_with_the_run_takes_no_imported_latency(service, history):
    imported(service, history, of(history, 1))
    again = finished(service, config(3, metrics=["acc", "lat"], warm_start=history.id))
    assert again.warm_start_count == 6
    assert not any(NAME in e.metrics or NAME in e.sources for e in again.evaluations)


def test_a_repair_that_loses_an_evaluation_leaves_latencies_with_their_sub_networks(
    service, history
):
    imported(service, history, of(history, 1), of(history, 3, lat=7))
    (event,) = [event for event in history.events if event.kind == "latencies"]
    kept = _renumber(event, history.evaluations[1:]).data["latencies"]
    assert [(latency["evaluation"], latency["value"]) for latency in kept] == [(2, 7.0)]
