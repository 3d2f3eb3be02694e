"""`Run` and `runs`: what a script sees of a run and does with it, whichever process drives it."""

import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ConfigError, LogError, RunError
from engine.export.table import run_csv
from engine.python_api.front import Front
from engine.python_api.run import Run
from engine.python_api.run_list import runs
from engine.runs.columns import run_columns
from tests.engine.runs.test_service import wait_for

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(searches):
    nas = searches()
    nas.search(progress=False, name="a <b>")
    return nas.run


def test_it_is_what_the_search_made(run, data_folder):
    assert (run.name, run.state, run.message) == ("a <b>", "finished", "")
    assert (run.data_dir, run.budget) == (data_folder, 12)
    assert run.config.dynas.num_evals == 12
    assert run.hypervolume.shape == (12,)
    assert (np.diff(run.hypervolume) >= 0).all()


def test_a_change_of_its_configuration_changes_no_run(run):
    run.config.dynas.num_evals = 3
    assert run.config.dynas.num_evals == 12


def test_its_evaluations_are_a_table_of_all_with_failures_and_sources(searches, measured_by):
    measured_by(fail_every=5)
    nas = searches()
    nas.search(progress=False)
    table = nas.run.evaluations
    assert list(table.index) == list(range(1, 13))
    assert list(table.index[table.status == "failed"]) == [5, 10]
    assert table.loc[5, "reason"] == "acc is not a finite number"
    assert np.isnan(table.loc[5, "acc"])
    assert table.loc[1, ["acc_source", "macs_source"]].tolist() == ["measured", "exact"]
    assert table.loc[5, ["acc_source", "macs_source"]].tolist() == ["", "exact"]
    assert set(table.index[table.front]) == nas.run.history.front_numbers
    assert table.loc[1, "config"] == nas.run.history.evaluations[0].config


@pytest.mark.parametrize("metrics", [["acc", "macs"], ["acc", "lat"], ["params", "acc", "macs"]])
def test_the_table_has_the_columns_of_the_csv(searches, metrics):
    nas = searches(metrics=metrics)
    nas.search(progress=False)
    header = run_csv(nas.run.history).splitlines()[0].split(",")
    table = nas.run.evaluations
    assert ["evaluation", *table.columns] == header
    assert [name for name in table.columns if name in metrics] == metrics
    assert ("timed_on" in table.columns) == ("lat" in metrics)


def test_a_run_without_evaluations_has_an_empty_table_with_its_columns(searches, measured_by):
    closed = threading.Event()
    measured_by(gate=closed)
    run = searches().start()
    assert run.evaluations.empty
    assert {"status", "reason", "config"} <= set(run.evaluations.columns)
    assert len(run.front()) == 0
    assert "Empty" in repr(run.front())
    closed.set()
    run.wait()


def test_its_front_after_each_evaluation_is_what_the_front_was(run):
    columns = run_columns(run.history)
    for at in range(13):
        front = run.front(at=at)
        expected = set(columns.number[columns.front(at)][:at])
        assert {e.number for e in front} == expected
        macs = [e.metrics["macs"] for e in front]
        assert macs == sorted(macs)
    assert run.front(at=12) == run.front() == Front(run.history)
    with pytest.raises(ConfigError, match=r"at: give a whole number from 0 to 12, not 13\."):
        run.front(at=13)


def test_its_baselines_are_measured_once_and_are_no_evaluations(run):
    baselines = run.baselines()
    assert [network.kind for network in baselines.networks] == ["uniform"] * 10 + ["largest"]
    assert run.baselines() == baselines
    assert len(run.evaluations) == run.budget


def test_it_is_paused_resumed_and_stopped(searches, measured_by):
    gate, submitted = threading.Event(), threading.Event()
    measured_by(gate=gate, submitted=submitted)
    run = searches().start("gated")
    assert submitted.wait(60)
    with pytest.raises(RunError, match="is running: it cannot go first now"):
        run.go_first()
    run.set_share("all", priority=np.int64(2))
    assert (run.history.share.workers, run.history.share.priority) == (None, 2)
    run.set_share(1)
    run.pause()
    wait_for(lambda: run.state == "pausing")
    gate.set()
    wait_for(lambda: run.state == "paused")
    assert run.wait(timeout=0) is False
    count = len(run.evaluations)
    run.resume()
    wait_for(lambda: len(run.evaluations) > count)
    assert run.wait(timeout=60) is True
    assert run.state == "finished"
    with pytest.raises(RunError, match="is finished: it cannot stop now"):
        run.stop()
    with pytest.raises(RunError, match=r"is finished: it cannot stop now\.$"):
        run.stop(now=True)


def test_a_stopped_one_is_resumed_and_a_finished_one_is_extended(searches, measured_by):
    closed = threading.Event()
    measured_by(gate=closed)
    run = searches().start()
    wait_for(lambda: run.state == "running")
    run.stop(now=True)
    assert run.wait(timeout=60)
    assert run.state == "stopped"
    closed.set()
    run.resume()
    run.wait()
    assert (run.state, len(run.evaluations)) == ("finished", 12)
    run.extend(3)
    run.wait()
    assert (run.state, len(run.evaluations), run.budget) == ("finished", 15, 15)


def test_failed_evaluations_are_repeated(searches, measured_by):
    measured_by(fail_every=6)
    nas = searches()
    nas.search(progress=False)
    nas.run.resume(retry_failed=True)
    nas.run.wait()
    table = nas.run.evaluations
    assert len(table) == 14
    assert (table.status == "failed").sum() >= 2


def test_a_new_name_and_a_deletion_show_at_once(run):
    same = Run(run.id)
    same.rename("other")
    assert run.name == "other"
    same.delete()
    assert runs() == []
    assert repr(run) == f"<Run {run.id}: deleted>"
    assert "deleted" in run._repr_html_()
    with pytest.raises(RunError, match=r"There is no run .* It may have been deleted"):
        _ = run.state
    with pytest.raises(RunError, match="There is no run"):
        Run(run.id)


def test_it_is_the_same_by_its_id_and_folder(run, tmp_path):
    assert Run(run.id) == run == pickle.loads(pickle.dumps(run))  # noqa: S301
    assert len({Run(run.id), run}) == 1
    assert run != run.id
    with pytest.raises(RunError, match="There is no run"):
        Run(run.id, tmp_path)
    assert not (tmp_path / "runs").exists()


def test_it_shows_itself_on_one_line_and_as_a_table_without_markup_of_its_name(run):
    text = repr(run)
    assert text.startswith(
        f"<Run {run.id}: 'a <b>', finished, evaluations 12 of 12, hypervolume 0."
    )
    assert "a &lt;b&gt;" in run._repr_html_()
    assert "<b>" not in run._repr_html_()


def test_runs_are_listed_newest_first_and_unreadable_ones_last(searches, data_folder):
    made = []
    for _ in range(3):
        nas = searches(num_evals=2)
        nas.search(progress=False)
        made.append(nas.run)
    log = data_folder / "runs" / made[1].id / "log"
    for file in log.iterdir():
        file.write_bytes(b"damaged")
    found = runs()
    assert found == [made[2], made[0], made[1]]
    assert found[2].state == "damaged"
    assert "cannot be read" in found[2].message
    assert found[2].name == made[1].id
    assert "damaged" in repr(found[2])
    assert found[2].wait(timeout=5)
    for name in ("evaluations", "hypervolume", "config", "history"):
        with pytest.raises(LogError):
            getattr(found[2], name)
    found[2].delete()
    assert len(runs()) == 2


def test_a_folder_without_runs_stays_as_it_is(tmp_path):
    assert runs(tmp_path / "none") == []
    assert not (tmp_path / "none").exists()


def test_it_is_exported_as_a_table_and_as_the_records_of_its_log(run, tmp_path):
    table = run.export(tmp_path / "new" / "run.csv")
    assert table.read_bytes().decode() == run_csv(run.history)
    records = run.export(tmp_path / "run.dat", format="JSON")
    assert f'"run_id": "{run.id}"' in records.read_text()
    with pytest.raises(ConfigError, match=r"Choose one from csv, json"):
        run.export(tmp_path / "run.xlsx")


def test_a_run_of_another_process_is_watched_and_steered(data_folder):
    command = [sys.executable, "-m", "tests.engine.runs.driver", str(data_folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        run = Run(process.stdout.readline().strip())
        wait_for(lambda: len(run.evaluations) > 1)
        run.pause()
        wait_for(lambda: run.state == "paused")
        with pytest.raises(RunError, match="Another process drives the run"):
            run.resume(stop_when=lambda run: True)
        run.resume()
        wait_for(lambda: run.state == "running")
        assert run.wait(timeout=0) is False
        run.stop()
        assert run.wait(timeout=60) is True
        assert run.state == "stopped"
    finally:
        process.kill()
        process.communicate()
