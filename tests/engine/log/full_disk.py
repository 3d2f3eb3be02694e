"""A disk without room: SQLite itself refuses to let a database grow."""

from contextlib import contextmanager

from engine.compat.diskcache import DurableCache

LARGE_TEXT = "x" * 100_000
"""Text that does not fit into pages which a database has already."""


def fill_disk(monkeypatch):
    """Let no database grow from now on; returns what makes room again."""
    transact = DurableCache.transact

    @contextmanager
    def without_room(self, *options, **named):
        self.query("PRAGMA max_page_count = 1")  # no fewer than there are
        with transact(self, *options, **named):
            yield

    def make_room():
        monkeypatch.setattr(DurableCache, "transact", transact)

    monkeypatch.setattr(DurableCache, "transact", without_room)
    return make_room
