import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import DamagedLogError, RunError
from engine.log.evaluation_log import DiskLog
from engine.runs.lease import Lease
from engine.runs.run_index import RunIndex
from engine.runs.service import RunService
from tests.engine.log.tampering import DAMAGES, WRONG_FIELDS, put, rewrite, tamper
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished, wait_for

FORMAT_1 = Path(__file__).resolve().parents[2] / "data" / "logs" / "format-1"


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def run(service):
    """The id of a run of eight evaluations."""
    return finished(service, config(8)).id


def again(service):
    """Another server of the same folder."""
    return RunService(service.data_dir, InstantEvaluator)


def log_of(service, run):
    return service.data_dir / "runs" / run / "log"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_is_listed_with_its_reason_and_hides_no_other(service, run, damage):
    other = finished(service, config(3)).id
    DAMAGES[damage](log_of(service, run))
    readable, unreadable = again(service).survey()
    assert [s.id for s in readable] == [other]
    assert [(r.id, r.state) for r in unreadable] == [(run, "damaged")]
    assert run in unreadable[0].reason


@pytest.mark.parametrize("damage", WRONG_FIELDS)
@pytest.mark.parametrize("looked_at", [False, True], ids=["a new server", "a server that knows it"])
def test_the_list_and_the_check_agree_on_records_with_wrong_fields(service, run, damage, looked_at):
    server = service if looked_at else again(service)
    if looked_at:
        wait_for(lambda: service._index.log(run).stamp().is_settled)
        assert [s.id for s in service.list()] == [run]
        assert len(service.history(run).evaluations) == 8
    WRONG_FIELDS[damage](log_of(service, run))
    readable, unreadable = server.survey()
    assert readable == []
    assert [(r.state, r.repairable) for r in unreadable] == [("damaged", True)]
    assert server.damaged.find(run).reason == unreadable[0].reason
    assert again(service).damaged.find(run).state == "damaged"


def test_the_check_reads_anew_what_was_read_before(service, run):
    assert service.damaged.find(run) is None
    WRONG_FIELDS["a field of another type"](log_of(service, run))
    assert service.damaged.find(run).state == "damaged"


def test_a_label_hides_no_record_with_wrong_fields(service, run):
    service.history(run)
    WRONG_FIELDS["a field of another type"](log_of(service, run))
    service.label(run, tags=["kept"])
    assert [r.state for r in again(service).unreadable()] == ["damaged"]


def test_a_sub_network_of_another_space_is_lost_by_a_repair(service, run):
    WRONG_FIELDS["a genotype of another length"](log_of(service, run))
    other = again(service)
    repaired = other.damaged.repair(run)
    assert (repaired.evaluations, repaired.lost) == (7, ("evaluation 7",))
    assert [s.id for s in other.list()] == [run]


def test_of_a_supernet_that_has_another_space_by_now_a_run_is_shown_as_it_was(service, run):
    for number in range(1, 9):
        rewrite(f"evaluation-{number}", genotype=[0, 0])(log_of(service, run))
    assert [s.evaluations for s in again(service).list()] == [8]


def test_a_folder_without_a_log_is_damaged_and_a_file_is_none_of_the_runs(service):
    (service.data_dir / "runs" / "empty").mkdir()
    (service.data_dir / "runs" / "notes.txt").write_text("mine")
    readable, unreadable = service.survey()
    assert readable == []
    assert [(r.id, r.repairable) for r in unreadable] == [("empty", False)]
    assert [p.name for p in (service.data_dir / "runs" / "empty").iterdir()] == []


def test_repair_keeps_every_readable_record_in_order_and_the_original_in_the_trash(service, run):
    before = service.history(run).evaluations
    service.label(run, shortlist=[8, 7, 1], tags=["kept"])
    put("evaluation-7", "{}")(log_of(service, run))
    other = again(service)
    repaired = other.damaged.repair(run)
    assert (repaired.evaluations, repaired.lost) == (7, ("evaluation 7",))
    history = other.history(run)
    result = [e for e in before if e.number != 7]
    assert [e.metrics for e in history.evaluations] == [e.metrics for e in result]
    assert [e.number for e in history.evaluations] == list(range(1, 8))
    assert other.labels(run).shortlist == (7, 1)
    assert other.labels(run).tags == ("kept",)
    assert history.events[-1].data == {"lost": ["evaluation 7"]}
    (entry,) = other.trash.entries()
    assert (entry.folder / "log" / "cache.db").exists()
    other.extend(run, 3)
    other.wait(run, 60)
    assert len(other.history(run).evaluations) >= 8


def test_after_a_repair_the_same_sub_networks_are_tried_again(service, run):
    again_in_8 = {"numbers": [7, 8], "after": 8, "num_evals": 10}
    log = DiskLog.open(log_of(service, run))
    log.append_event("retry", again_in_8)
    log.close()
    put("evaluation-7", "{}")(log_of(service, run))
    other = again(service)
    other.damaged.repair(run)
    (retry,) = (e for e in other.history(run).events if e.kind == "retry")
    assert retry.data == {"numbers": [7], "after": 7, "num_evals": 10}


def test_a_run_that_can_be_read_or_is_written_is_not_repaired(service, run):
    with pytest.raises(RunError, match="nothing to repair"):
        service.damaged.repair(run)
    put("evaluation-7", "{}")(log_of(service, run))
    writing = Lease(service.data_dir / "runs" / run)
    writing.acquire()
    with pytest.raises(RunError, match="being written"):
        again(service).damaged.repair(run)
    writing.release()
    assert service.trash.entries() == []


def test_without_the_record_of_what_was_searched_there_is_no_repair_but_an_export(service, run):
    put("event-1", "{}")(log_of(service, run))
    other = again(service)
    with pytest.raises(Exception, match="Export what is readable, then move the run to the trash"):
        other.damaged.repair(run)
    recovered = other.damaged.recover(run)
    assert (len(recovered.evaluations), recovered.lost) == (8, ("event 1",))
    assert [p.name for p in (service.data_dir / "runs").iterdir()] == [run]


def test_a_damaged_run_can_be_deleted_and_brought_back(service, run):
    put("evaluation-7", "{}")(log_of(service, run))
    other = again(service)
    other.delete(run)
    assert other.survey() == ([], [])
    other.restore(run)
    assert [r.id for r in other.unreadable()] == [run]


def test_a_look_at_many_runs_keeps_few_histories_and_no_file_open(service, run, monkeypatch):
    monkeypatch.setattr("engine.runs.run_index._MAX_HISTORIES", 3)
    for n in range(6):
        shutil.copytree(service.data_dir / "runs" / run, service.data_dir / "runs" / f"copy-{n}")
    index = RunIndex(service.folder)
    opened = set(Path("/proc/self/fd").iterdir())
    for run_id in index.ids():
        assert index.summary(run_id).evaluations == 8
        assert len(index.history(run_id).evaluations) == 8
    assert len(index._histories) == 3
    assert len(set(Path("/proc/self/fd").iterdir()) - opened) <= 1  # that of the look itself


def test_a_run_is_read_again_only_when_its_log_has_changed(service, run, monkeypatch):
    index = again(service)._index
    wait_for(lambda: index.log(run).stamp().is_settled)
    first = index.summary(run)
    read = []
    monkeypatch.setattr(RunIndex, "_read", lambda self, run_id, log: read.append(run_id))
    assert index.summary(run) == first
    assert read == []
    monkeypatch.undo()
    service.rename(run, "another")
    assert index.summary(run).name == "another"
    assert index.labels(run).tags == ()


def test_the_summary_that_a_log_keeps_is_what_its_records_say(service, run):
    service.label(run, tags=["kept"], shortlist=[2, 1])
    index_of_summaries = again(service)._index
    log = index_of_summaries.log(run)
    assert log.stored_summary() is not None
    summary, labels = index_of_summaries.summary(run), index_of_summaries.labels(run)
    tamper(log_of(service, run), "DELETE FROM Cache WHERE key = 'summary'")
    index_of_records = again(service)._index
    assert log.stored_summary() is None
    assert (index_of_records.summary(run), index_of_records.labels(run)) == (summary, labels)


def test_a_summary_of_fewer_records_counts_for_nothing(service, run):
    log = service._index.log(run)
    log.append_event("renamed", {"name": "by somebody else"})
    log.close()
    assert log.stored_summary() is None
    assert again(service).summary(run).name == "by somebody else"


def test_a_damaged_summary_damages_no_run(service, run):
    put("summary", '{"of": [1, 1]}')(log_of(service, run))
    assert again(service).summary(run).evaluations == 8


def test_a_history_that_makes_no_sense_is_refused_not_half_kept(service, run):
    put("event-1", json.dumps({"number": 1, "time": 1.0, "kind": "note", "data": {"text": ""}}))(
        log_of(service, run)
    )
    other = again(service)
    for _ in range(2):
        with pytest.raises(DamagedLogError):
            other.history(run)


def test_lock_files_are_for_the_owner_alone(service, run):
    lock = service.data_dir / "runs" / run / "writer.lock"
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


LIST = r"""
import re, resource, sys, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]), int(sys.argv[2])))
from engine.log.evaluation_log import DiskLog
from engine.runs.history import RunHistory
from engine.runs.service import RunService
service = RunService(Path(sys.argv[1]))
start = time.process_time()
readable, unreadable = service.survey()
first = time.process_time() - start
start = time.process_time()
service.survey()
following = time.process_time() - start
status = Path("/proc/self/status").read_text()  # ru_maxrss begins with that of the parent
peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
start = time.process_time()
for folder in sorted(Path(sys.argv[1], "runs").iterdir()):
    RunHistory(folder.name, DiskLog.open(folder / "log"))
read = time.process_time() - start
print(len(readable), len(unreadable), first / read, following / read, peak)
"""


def listed(folder, runs, files):
    """What it takes to list so many runs, and to list them again, with so many open files.

    Processor time as a share of that of reading every log, which is as long on a busy machine as
    the lists are, and MiB.
    """
    for n in range(runs):
        shutil.copytree(
            FORMAT_1 / ("finished", "extended")[n % 2], folder / "runs" / f"{n}" / "log"
        )
    done = subprocess.run(
        [sys.executable, "-c", LIST, str(folder), str(files)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    readable, unreadable, first, following, peak = map(float, done.stdout.split())
    assert (readable, unreadable) == (runs, 0)
    return first, following, peak


def test_more_runs_than_files_can_be_open_are_all_listed(tmp_path):
    listed(tmp_path, 100, 40)


@pytest.mark.slow
def test_2000_runs_are_listed_with_256_open_files_quickly_and_in_little_memory(tmp_path):
    first, following, peak = listed(tmp_path, 2000, 256)
    assert first < 1.8  # each log is opened, read as a whole, and closed
    assert following < 0.2
    assert peak < 300
