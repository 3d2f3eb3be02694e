import json
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


def tamper(folder, statement, *values):
    with sqlite3.connect(folder / "cache.db") as database:
        database.execute(statement, values)
    database.close()


def make_old(folder):
    """Leave a log as versions without checksums wrote it."""
    tamper(folder, "UPDATE Cache SET tag = NULL")
    tamper(folder, "DELETE FROM Cache WHERE key = 'version'")


def test_numbers_count_from_one_without_gaps(log):
    numbers = [log.append(evaluation(acc=a)).number for a in (90.0, 91.0, 92.0)]
    assert numbers == [1, 2, 3]
    assert [e.metrics["acc"] for e in log.read(after=1)] == [91.0, 92.0]


def test_a_record_comes_back_equal(log):
    timed = {"device": "cpu", "name": "A processor", "threads": 2, "batch": 1}
    stored = log.append(evaluation(predicted={"acc": 90.5}, reused=True, conditions=timed))
    assert log.read() == [stored]


def test_a_record_of_an_older_version_is_read(log, tmp_path):
    """Before latencies said what they were timed on."""
    stored = log.append(evaluation())
    older = {name: value for name, value in stored.to_json().items() if name != "conditions"}
    statement = "UPDATE Cache SET value = ? WHERE key = 'evaluation-1'"
    make_old(tmp_path / "log")
    tamper(tmp_path / "log", statement, json.dumps(older))
    assert log.read() == [stored]


def test_events_are_kept_apart(log):
    log.append(evaluation())
    event = log.append_event("renamed", {"name": "x"})
    assert (event.number, log.events(), log.read()[0].number) == (1, [event], 1)


def test_records_come_in_order_from_any_number_on(log):
    for number in range(1, 13):  # past the ten, where the order of text is another
        log.append(evaluation(acc=80.0 + number))
        log.append_event("counted", {"cycle": number})
    for after in range(15):
        assert [e.number for e in log.read(after)] == list(range(after + 1, 13))
        assert [e.data["cycle"] for e in log.events(after)] == list(range(after + 1, 13))
    assert [e.metrics["acc"] for e in log.read()] == [80.0 + n for n in range(1, 13)]


@pytest.mark.parametrize("records", [1, 200])
def test_reading_takes_two_queries_however_many_the_records(log, records):
    with log._store._open().transact():
        for _ in range(records):
            log.append(evaluation())
    queries = []
    log._store._open().query("SELECT 1").connection.set_trace_callback(queries.append)
    assert len(log.read()) == records
    assert len(queries) == 2


def test_what_another_process_appends_meanwhile_is_never_torn(log, tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from engine.log.evaluation_log import DiskLog\n"
        "from tests.engine.records import evaluation\n"
        "log = DiskLog(Path(sys.argv[1]))\n"
        "for n in range(200): log.append(evaluation(acc=float(n + 1)))\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "log")])
    evaluations = []
    while writer.poll() is None:
        evaluations += log.read(after=len(evaluations))
    evaluations += log.read(after=len(evaluations))
    assert writer.returncode == 0
    assert [(e.number, e.metrics["acc"]) for e in evaluations] == [(n, n) for n in range(1, 201)]


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
    process = subprocess.run([sys.executable, "-c", script, str(tmp_path / "log")], check=False)
    assert process.returncode == -9
    log = DiskLog(tmp_path / "log")
    assert len(log.read()) == 7
    log.close()


def test_nothing_is_evicted(log):
    for _ in range(300):
        log.append(evaluation(reason="x" * 10_000))
    assert len(log.read()) == 300


def test_opening_a_log_that_is_set_up_writes_nothing(log, tmp_path):
    log.append(evaluation())
    log.close()
    database = tmp_path / "log" / "cache.db"
    before = database.read_bytes()
    again = DiskLog(tmp_path / "log")
    assert (tmp_path / "log" / "cache.db-wal").stat().st_size == 0
    assert len(again.read()) == 1
    again.close()
    assert database.read_bytes() == before


def test_a_log_that_is_set_to_evict_is_set_right(log, tmp_path):
    log.close()
    tamper(tmp_path / "log", "UPDATE Settings SET value = 7 WHERE key = 'cull_limit'")
    DiskLog(tmp_path / "log").close()
    with sqlite3.connect(tmp_path / "log" / "cache.db") as database:
        query = "SELECT value FROM Settings WHERE key = 'cull_limit'"
        assert database.execute(query).fetchall() == [(0,)]
    database.close()


def test_a_pickled_row_is_refused_not_run(log, tmp_path):
    log.append(evaluation())
    log.close()
    tamper(
        tmp_path / "log",
        "UPDATE Cache SET value = ?, mode = 4 WHERE key = 'evaluation-1'",
        pickle.dumps(print),
    )
    with pytest.raises(LogError, match="not JSON"):
        DiskLog(tmp_path / "log").read()


def test_text_that_is_no_json_is_refused(log, tmp_path):
    log.append_event("renamed", {"name": "x"})
    log.close()
    tamper(tmp_path / "log", "UPDATE Cache SET value = ? WHERE key = 'event-1'", "{'kind':")
    with pytest.raises(LogError, match="'event 1' does not fit its checksum"):
        DiskLog(tmp_path / "log").events()
    make_old(tmp_path / "log")
    with pytest.raises(LogError, match="not JSON"):
        DiskLog(tmp_path / "log").events()


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_record_that_is_missing_is_named(log, tmp_path, lost):
    for _ in range(3):
        log.append(evaluation())
    log.close()
    tamper(tmp_path / "log", "DELETE FROM Cache WHERE key = ?", f"evaluation-{lost}")
    with pytest.raises(LogError, match=f"no evaluation {lost}: it is damaged"):
        log.read()


def test_a_database_that_cannot_be_read_is_named(log, tmp_path):
    log.append(evaluation())
    log.close()
    tamper(tmp_path / "log", "ALTER TABLE Cache RENAME COLUMN mode TO kind")
    with pytest.raises(LogError, match="cannot be read"):
        log.read()


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


@pytest.mark.parametrize("content", [b"", b"no database\n" * 1000])
def test_a_damaged_cache_is_set_aside_and_begun_anew(tmp_path, caplog, content):
    folder = tmp_path / "cache"
    cache = EvaluationCache(folder)
    cache.put({"metric": "acc"}, 91.5)
    cache.close()
    for file in folder.iterdir():
        file.unlink()
    (folder / "cache.db").write_bytes(content)
    cache = EvaluationCache(folder)
    assert cache.get({"metric": "acc"}) is None
    cache.put({"metric": "acc"}, 92.0)
    assert cache.get({"metric": "acc"}) == 92.0
    if content:
        assert "The evaluation cache is damaged and was moved to" in caplog.text
        assert len(list(tmp_path.glob("cache.damaged-*"))) == 1
    cache.close()


def test_a_damaged_number_of_the_cache_is_measured_again(tmp_path):
    cache = EvaluationCache(tmp_path)
    cache.put({"metric": "acc"}, 91.5)
    tamper(tmp_path, "UPDATE Cache SET value = '17.0'")
    assert cache.get({"metric": "acc"}) is None
    cache.put({"metric": "acc"}, 91.5)
    assert cache.get({"metric": "acc"}) == 91.5
    cache.close()


def test_a_cache_that_nobody_has_written_to_creates_nothing(tmp_path):
    cache = EvaluationCache(tmp_path / "cache")
    assert cache.get({"metric": "acc"}) is None
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_or_read_through_diskcache(tmp_path):
    log = DiskLog(tmp_path / "log")
    log.append(evaluation())
    cache = log._store._open()
    for use in (
        lambda: cache.set("key", "text"),
        lambda: cache.set("key", object()),
        lambda: cache.get("evaluation-1"),
        lambda: cache.__setitem__(("no", "text"), "text"),
        lambda: list(cache),
    ):
        with pytest.raises(TypeError, match=r"not (written|read) through diskcache"):
            use()
    assert len(log.read()) == 1
    log.close()
