"""How often logs are read: once, whatever asks for their runs."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.log import evaluation_log
from engine.log.decoding import evaluation_of
from engine.log.evaluation_log import DiskLog
from engine.runs import run_index
from engine.runs.history import RunHistory
from engine.runs.lease import Lease
from engine.runs.run_index import RunIndex
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished, wait_for


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def run(service):
    """The id of a run of eight evaluations."""
    return finished(service, config(8)).id


def log_of(service, run):
    return service.data_dir / "runs" / run / "log"


@pytest.fixture
def whole_reads(monkeypatch):
    """The ids of the logs that were read from their beginning, in order."""
    ids = []

    class Counted(RunHistory):
        def __init__(self, run_id, *rest, **named):
            ids.append(run_id)
            super().__init__(run_id, *rest, **named)

    monkeypatch.setattr(run_index, "RunHistory", Counted)
    return ids


@pytest.mark.parametrize("settled", [False, True])
def test_a_live_run_of_another_process_is_read_from_its_beginning_once(
    service, run, whole_reads, settled
):
    log, lease = DiskLog(log_of(service, run)), Lease(service.data_dir / "runs" / run)
    lease.acquire()
    log.append_event("state", {"state": "running", "message": ""})
    reader = RunIndex(service.folder)
    with ThreadPoolExecutor(4) as threads:
        for _ in range(3):
            log.append(log.read()[-1])
            if settled:
                wait_for(lambda: log.stamp().is_settled)
            list(threads.map(reader.summary, [run] * 8))
            assert reader.summary(run).evaluations == len(log.read())
            assert len(reader.history(run).evaluations) == len(log.read())
    lease.release()
    log.close()
    assert whole_reads == [run]


def test_what_is_written_while_a_run_is_listed_makes_no_second_reading(
    service, run, whole_reads, monkeypatch
):
    log, lease = DiskLog(log_of(service, run)), Lease(service.data_dir / "runs" / run)
    lease.acquire()
    log.append_event("state", {"state": "running", "message": ""})
    wait_for(lambda: log.stamp().is_settled)
    reader = RunIndex(service.folder)
    read_summary = reader._read_summary

    def read_late(run_id):
        monkeypatch.setattr(reader, "_read_summary", read_summary)
        log.append(log.read()[-1])
        return read_summary(run_id)

    monkeypatch.setattr(reader, "_read_summary", read_late)
    assert reader.summary(run).evaluations == len(log.read())
    assert reader.summary(run).evaluations == len(log.read())
    lease.release()
    log.close()
    assert whole_reads == [run]


@pytest.mark.parametrize("settled", [False, True])
def test_the_records_of_a_live_run_are_decoded_once(service, run, monkeypatch, settled):
    log, lease = DiskLog(log_of(service, run)), Lease(service.data_dir / "runs" / run)
    lease.acquire()
    log.append_event("state", {"state": "running", "message": ""})
    if settled:
        wait_for(lambda: log.stamp().is_settled)
    decoded = []
    monkeypatch.setattr(
        evaluation_log,
        "evaluation_of",
        lambda data, number: decoded.append(number) or evaluation_of(data, number),
    )
    reader = RunIndex(service.folder)
    reader.summary(run)
    assert len(reader.history(run).evaluations) == 8
    lease.release()
    log.close()
    assert decoded == list(range(1, 9))


def test_a_run_without_a_stored_summary_is_read_once_for_the_list_and_its_page(
    service, run, whole_reads, monkeypatch
):
    monkeypatch.setattr(DiskLog, "_summary_record", lambda _self, _snapshot: {})
    reader = RunIndex(service.folder)
    assert reader.summary(run).evaluations == len(reader.history(run).evaluations) == 8
    assert whole_reads == [run]
