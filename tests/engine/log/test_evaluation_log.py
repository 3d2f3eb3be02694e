import pickle
import sqlite3
import stat
import subprocess
import sys

import pytest

from engine.errors import LogError
from engine.log.cache import EvaluationCache
from engine.log.evaluation_log import DiskLog
from tests.engine.records import evaluation


@pytest.fixture
def log(tmp_path):
    log = DiskLog(tmp_path / "log")
    yield log
    log.close()


def test_numbers_count_from_one_without_gaps(log):
    numbers = [log.append(evaluation(acc=a)).number for a in (90.0, 91.0, 92.0)]
    assert numbers == [1, 2, 3]
    assert [e.metrics["acc"] for e in log.read(after=1)] == [91.0, 92.0]


def test_a_record_comes_back_equal(log):
    stored = log.append(evaluation(predicted={"acc": 90.5}, reused=True))
    assert log.read() == [stored]


def test_events_are_kept_apart(log):
    log.append(evaluation())
    event = log.append_event("renamed", {"name": "x"})
    assert (event.number, log.events(), log.read()[0].number) == (1, [event], 1)


def test_another_reader_sees_what_was_appended(log, tmp_path):
    reader = DiskLog(tmp_path / "log")
    log.append(evaluation())
    assert len(reader.read()) == 1
    reader.close()


def test_an_acknowledged_record_survives_kill_9(tmp_path):
    script = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from engine.log.evaluation_log import DiskLog\n"
        "from tests.engine.records import evaluation\n"
        "log = DiskLog(Path(sys.argv[1]))\n"
        "for _ in range(7): log.append(evaluation())\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "log")], check=False)
    assert done.returncode == -9
    log = DiskLog(tmp_path / "log")
    assert len(log.read()) == 7
    log.close()


def test_nothing_is_evicted(log):
    for _ in range(300):
        log.append(evaluation(reason="x" * 10_000))
    assert len(log.read()) == 300


def test_a_pickled_row_is_refused_not_run(log, tmp_path):
    log.append(evaluation())
    log.close()
    with sqlite3.connect(tmp_path / "log" / "cache.db") as database:
        database.execute(
            "UPDATE Cache SET value = ?, mode = 4 WHERE key = 'evaluation-1'",
            (pickle.dumps(print),),
        )
    database.close()
    with pytest.raises(LogError, match="not JSON"):
        DiskLog(tmp_path / "log").read()


def test_only_the_owner_can_read(log, tmp_path):
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match="cannot be opened"):
        DiskLog(tmp_path / "file" / "log")


def test_cache_tells_numbers_apart_by_everything_that_determines_them(tmp_path):
    cache = EvaluationCache(tmp_path)
    cache.put({"metric": "acc", "genotype": [1]}, 91.5)
    assert cache.get({"genotype": [1], "metric": "acc"}) == 91.5
    assert cache.get({"genotype": [2], "metric": "acc"}) is None
    cache.close()
