import os
import signal
import subprocess
import sys
import time

import pytest

from engine.errors import RunError
from engine.runs.lease import Lease
from engine.runs.service import RunService
from engine.runs.trash import RETENTION_DAYS
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


def test_a_deleted_run_is_gone_from_the_list_and_comes_back_whole(service):
    before = finished(service, config(5))
    service.rename(before.id, "mine")
    service.label(before.id, tags=["kept"])
    service.delete(before.id)
    assert service.list() == []
    with pytest.raises(RunError, match="no run"):
        service.history(before.id)
    (entry,) = service.trash.entries()
    assert (entry.run_id, entry.name()) == (before.id, "mine")
    service.restore(before.id)
    after = service.history(before.id)
    assert after.evaluations == before.evaluations
    assert after.name == "mine"
    assert service.labels(before.id).tags == ("kept",)
    assert service.trash.entries() == []


def test_a_restored_run_can_go_on(service):
    run_id = finished(service, config(4)).id
    service.delete(run_id)
    service.restore(run_id)
    service.extend(run_id, 2)
    service.wait(run_id, 60)
    assert len(service.history(run_id).evaluations) == 6


def test_what_is_not_in_the_trash_cannot_be_restored(service):
    with pytest.raises(RunError, match="no run 'nothing' in the trash"):
        service.restore("nothing")


def test_a_run_is_not_restored_over_another_of_its_id(service, tmp_path):
    run_id = finished(service, config(4)).id
    service.delete(run_id)
    (tmp_path / "runs" / run_id).mkdir()
    with pytest.raises(RunError, match="already"):
        service.restore(run_id)
    assert len(service.trash.entries()) == 1


def test_a_run_that_another_process_has_begun_to_drive_is_not_deleted(service, tmp_path):
    run_id = finished(service, config(4)).id
    other = Lease(tmp_path / "runs" / run_id)
    other.acquire()
    with pytest.raises(RunError, match="another process"):
        service.delete(run_id)
    other.release()
    assert service.history(run_id).state == "finished"
    service.delete(run_id)
    assert service.list() == []


def test_only_what_has_been_there_too_long_is_removed_at_start(service, tmp_path):
    old, new = finished(service, config(3)).id, finished(service, config(3)).id
    service.delete(old)
    service.delete(new)
    trash = tmp_path / "trash"
    long_ago = time.time() - (RETENTION_DAYS + 1) * 86_400
    (folder,) = trash.glob(f"*-{old}")
    folder.rename(trash / f"{long_ago:.6f}-{old}")
    (trash / "of-somebody-else").mkdir()
    assert [entry.run_id for entry in service.trash.entries()] == [new]
    again = RunService(tmp_path, InstantEvaluator)
    assert sorted(folder.name.partition("-")[2] for folder in trash.iterdir()) == sorted(
        [new, "somebody-else"]
    )
    again.restore(new)
    assert [summary.id for summary in again.list()] == [new]
    again.close()


def test_another_server_follows_a_deletion_and_its_undo(service, tmp_path):
    run_id = finished(service, config(4)).id
    other = RunService(tmp_path, InstantEvaluator)
    assert [summary.id for summary in other.list()] == [run_id]
    service.delete(run_id)
    assert other.list() == []
    other.restore(run_id)
    assert len(service.history(run_id).evaluations) == 4
    other.close()


CRASH = """
import sys
from pathlib import Path
from engine.runs import trash
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished

service = RunService(Path(sys.argv[1]), InstantEvaluator)
ids = [finished(service, config(3)).id for _ in range(2)]
service.delete(ids[0])
print(*ids, flush=True)

def stop_here(self, run):
    print("in between", flush=True)
    __import__("threading").Event().wait()

trash.Trash.put = stop_here
service.delete(ids[1])
"""


def test_killed_while_deleting_no_run_is_lost(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    deleted, half = process.stdout.readline().split()
    assert process.stdout.readline().strip() == "in between"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    service = RunService(tmp_path, InstantEvaluator)
    assert [summary.id for summary in service.list()] == [half]
    service.restore(deleted)
    assert {s.id: s.evaluations for s in service.list()} == {deleted: 3, half: 3}
    service.delete(half)
    service.close()
