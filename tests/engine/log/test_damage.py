"""However a log is damaged, it is read as it was or refused: never other numbers or errors."""

import json
import random
import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import LogError
from engine.log.evaluation_log import VERSION, DiskLog
from engine.log.recovery import recover
from tests.engine.log.tampering import DAMAGES, make_old, put, tamper
from tests.engine.records import evaluation

RECORDS = 12


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "log"
    log = DiskLog(folder)
    log.append_event("created", {"config": {"nas": {}}, "name": "whole", "fingerprint": "f"})
    for n in range(RECORDS):
        log.append(evaluation(acc=80.0 + n, reason="x" * 300))
        log.append_event("note", {"text": f"note {n}"})
    log.close()
    return folder


@pytest.fixture(scope="module")
def written_records(original):
    return DiskLog.open(original).follow(0, 0)


@pytest.fixture(scope="module")
def copy_log(original, tmp_path_factory):
    """A fresh copy of the log, always in one place."""
    folder = tmp_path_factory.mktemp("copies") / "log"

    def copy():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(original, folder)
        return folder

    return copy


def check(folder, written):
    """Whether it is read; what is read is what was written."""
    records, refusal = read(folder)
    if not refusal:
        assert records == written
        return True
    assert str(folder) in refusal
    assert refusal.endswith(".")
    check_recovered(folder, written)
    return False


def read(folder):
    """Events and evaluations, or the sentence with which they are refused."""
    try:
        return DiskLog.open(folder).follow(0, 0), ""
    except LogError as error:
        return None, str(error)


def check_recovered(folder, written):
    """What is kept of a damaged log is what was written, and the rest is called lost."""
    try:
        recovered = recover(folder)
    except LogError:
        return  # of a newer version
    events, evaluations = written
    assert set(map(repr, recovered.evaluations)) <= set(map(repr, evaluations))
    assert set(map(repr, recovered.events)) <= set(map(repr, events))


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found(copy_log, written_records, damage):
    folder = copy_log()
    DAMAGES[damage](folder)
    assert not check(folder, written_records)


def test_of_a_file_cut_short_the_records_before_the_cut_are_kept(copy_log, written_records):
    folder = copy_log()
    file = folder / "cache.db"
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size - 4096)
    recovered = recover(folder)
    assert recovered.created
    assert recovered.evaluations
    check_recovered(folder, written_records)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["version", "evaluations", "events"]
    + [f"{kind}-{n}" for kind in ("evaluation", "event") for n in range(1, RECORDS + 1)]
)
FEW = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def flip(folder, place, bit):
    file = folder / "cache.db"
    content = bytearray(file.read_bytes())
    content[int(place * len(content)) % len(content)] ^= 1 << bit
    file.write_bytes(content)


@FEW
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_never_changes_what_is_read(copy_log, written_records, place, bit):
    folder = copy_log()
    flip(folder, place, bit)
    check(folder, written_records)


@FEW
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_is_refused(copy_log, written_records, share):
    folder = copy_log()
    file = folder / "cache.db"
    with file.open("r+b") as opened:
        opened.truncate(int(share * file.stat().st_size))
    check(folder, written_records)


@FEW
@given(key=KEYS, value=JSON)
def test_a_row_of_anything_else_is_refused(copy_log, written_records, key, value):
    folder = copy_log()
    put(key, json.dumps(value))(folder)
    check(folder, written_records)


@FEW
@given(key=KEYS)
def test_a_row_that_is_gone_is_missed(copy_log, written_records, key):
    folder = copy_log()
    tamper(folder, "DELETE FROM Cache WHERE key = ?", key)
    assert not check(folder, written_records)


@FEW
@given(key=KEYS, value=JSON)
def test_of_a_log_without_checksums_too_no_other_error_comes(copy_log, key, value):
    folder = copy_log()
    make_old(folder)
    put(key, json.dumps(value))(folder)
    records, refusal = read(folder)
    assert records or str(folder) in refusal


@FEW
@given(first=KEYS, second=KEYS)
def test_two_rows_that_changed_places_are_refused(copy_log, written_records, first, second):
    folder = copy_log()
    with closing(sqlite3.connect(folder / "cache.db")) as database, database:
        rows = [
            database.execute("SELECT value, tag FROM Cache WHERE key = ?", (key,)).fetchone()
            for key in (first, second)
        ]
        for key, row in zip((second, first), rows, strict=True):
            database.execute("UPDATE Cache SET value = ?, tag = ? WHERE key = ?", (*row, key))
    assert check(folder, written_records) == (first == second)


def test_a_newer_format_is_refused_in_a_sentence_and_not_called_damaged(copy_log):
    folder = copy_log()
    log = DiskLog(folder)
    with log._store.transaction() as put:
        put("version", VERSION + 1)
    log.close()
    for read_log in (DiskLog.open(folder).events, lambda: recover(folder)):
        with pytest.raises(LogError, match=r"newer version of DyNAS Studio.*Update") as refused:
            read_log()
        assert type(refused.value) is LogError


def test_reading_creates_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "missing" / "log"):
        with pytest.raises(LogError, match="has no database"):
            DiskLog.open(folder).read()
        with pytest.raises(LogError):
            DiskLog.open(folder).append_event("note", {"text": "x"})
    assert [p.name for p in tmp_path.rglob("*")] == ["empty"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_of_10000_damaged_logs_each_is_read_as_it_was_or_refused(copy_log, written_records):
    rng = random.Random(0)
    size = (copy_log() / "cache.db").stat().st_size
    refused_count = 0
    for n in range(10_000):
        folder = copy_log()
        for _ in range(1 + n % 3):
            flip(folder, rng.random(), rng.randrange(8))
        if n % 10 == 0:
            with (folder / "cache.db").open("r+b") as opened:
                opened.truncate(rng.randrange(size))
        refused_count += not check(folder, written_records)
    assert refused_count > 1000
