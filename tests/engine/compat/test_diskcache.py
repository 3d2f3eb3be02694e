import sqlite3
from contextlib import closing, suppress

import diskcache
import pytest

from engine.compat.diskcache import DATABASE, OLDEST_TAG, ROWS, SERIES, TEXT, DurableCache
from tests.compat import changed

CHANGED = changed("diskcache")
LONG = "x" * 100_000  # longer than diskcache by itself leaves in the database


@pytest.fixture
def cache(tmp_path):
    with closing(DurableCache.at(tmp_path)) as cache:
        yield cache


def rows(folder, query, *parameters):
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        return database.execute(query, parameters).fetchall()


def put(cache, **texts):
    with cache.transact():
        for tag, (key, text) in enumerate(texts.items(), 1):
            cache.put_text(key, text, tag)


def test_the_database_has_the_tables_that_are_read(cache, tmp_path):
    columns = [(name, kind) for _, name, kind, *_ in rows(tmp_path, "PRAGMA table_info(Cache)")]
    assert columns == [
        ("rowid", "INTEGER"), ("key", "BLOB"), ("raw", "INTEGER"), ("store_time", "REAL"),
        ("expire_time", "REAL"), ("access_time", "REAL"), ("access_count", "INTEGER"),
        ("tag", "BLOB"), ("size", "INTEGER"), ("mode", "INTEGER"), ("filename", "TEXT"),
        ("value", "BLOB"),
    ], CHANGED  # fmt: skip
    settings = [name for _, name, *_ in rows(tmp_path, "PRAGMA table_info(Settings)")]
    assert settings == ["key", "value"], CHANGED
    indices = rows(tmp_path, "PRAGMA index_list(Cache)")
    assert [name for _, name, unique, *_ in indices if unique] == ["Cache_key_raw"], CHANGED


@pytest.mark.parametrize("text", ["text", LONG])
def test_a_row_is_as_diskcache_writes_it(cache, tmp_path, text):
    put(cache, key=text)
    other = tmp_path / "other"
    inline = {"disk_min_file_size": 2**30, "eviction_policy": "none", "cull_limit": 0}
    with closing(diskcache.Cache(str(other), **inline)) as usual:
        usual.set("key", text, tag=1)
    query = (
        "SELECT key, raw, expire_time, access_count, tag, size, mode, filename, value,"
        " store_time = access_time FROM Cache"
    )
    assert rows(tmp_path, query) == rows(other, query), CHANGED
    assert rows(tmp_path, "SELECT mode FROM Cache") == [(TEXT,)], CHANGED


def test_a_row_takes_the_place_of_one_with_the_same_key(cache):
    put(cache, first="a", second="b")
    put(cache, second="c", third="d")
    found = [(key, value, tag) for key, _, _, value, tag in cache.query(ROWS)]
    assert found == [("first", "a", 1), ("second", "c", 1), ("third", "d", 2)]
    assert cache.query(OLDEST_TAG).fetchall() == [(1,)]


def test_a_series_tells_what_is_missing(cache):
    put(cache, **{"n-1": "a", "n-3": "c"})
    found = cache.query(SERIES, {"name": "n", "first": 1, "last": 3}).fetchall()
    assert [(number, mode, value) for number, mode, _, value, _ in found] == [
        (1, TEXT, "a"), (2, None, None), (3, TEXT, "c")
    ], CHANGED  # fmt: skip


def test_a_transaction_that_fails_writes_nothing(cache, tmp_path):
    with suppress(ZeroDivisionError), cache.transact():
        cache.put_text("key", "text", 1)
        raise ZeroDivisionError
    assert rows(tmp_path, ROWS) == [], CHANGED


def test_opening_again_writes_nothing(cache, tmp_path):
    cache.close()
    written = []

    class Watched(DurableCache):
        @property
        def _con(self):
            connection = super()._con
            connection.set_trace_callback(written.append)
            return connection

    Watched.at(tmp_path).close()
    assert any("Settings" in statement for statement in written), CHANGED
    changes = [s for s in written if s.startswith(("INSERT OR REPLACE", "UPDATE"))]
    assert not changes, f"{CHANGED} It writes {changes[0]!r} when it opens a folder."


def test_it_is_known_whether_this_thread_has_a_connection(cache):
    assert cache.is_open_in_thread, CHANGED
    cache.close()
    assert not cache.is_open_in_thread, CHANGED
    cache.query("SELECT 1")
    assert cache.is_open_in_thread, CHANGED


def test_nothing_is_evicted_and_what_is_acknowledged_is_on_disk(cache):
    assert not cache.evicts
    assert cache.query("PRAGMA synchronous").fetchall() == [(2,)], CHANGED
    cache.reset("cull_limit", 7)
    assert cache.evicts, CHANGED


def test_nothing_goes_through_a_disk_of_diskcache(cache):
    put(cache, key="text")
    with pytest.raises(TypeError, match="not written"):
        cache.set("key", b"pickled")
    with pytest.raises(TypeError, match="not written"):
        cache.get("key")
    with pytest.raises(TypeError, match="not read"):
        list(cache)
    assert cache.query(ROWS).fetchone()[3] == "text"
