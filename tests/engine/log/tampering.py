"""Ways to damage the log in a folder, each of which a reader must find."""

import json
import sqlite3
from contextlib import closing

from engine.log.store import checksum


def tamper(folder, statement, *values):
    with closing(sqlite3.connect(folder / "cache.db")) as database, database:
        database.execute(statement, values)


def make_old(folder):
    """Leave a log as versions without checksums wrote it."""
    tamper(folder, "UPDATE Cache SET tag = NULL")
    tamper(folder, "DELETE FROM Cache WHERE key = 'version'")


def shorten(folder):
    file = folder / "cache.db"
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def put(key, text):
    return lambda folder: tamper(folder, "UPDATE Cache SET value = ? WHERE key = ?", text, key)


def rewrite(key, **fields):
    """Give fields of a record other values, and the record the checksum that goes with them."""

    def damage(folder):
        with closing(sqlite3.connect(folder / "cache.db")) as database:
            (text,) = database.execute("SELECT value FROM Cache WHERE key = ?", (key,)).fetchone()
        text = json.dumps({**json.loads(text), **fields})
        tag = checksum(key, text.encode())
        tamper(folder, "UPDATE Cache SET value = ?, tag = ? WHERE key = ?", text, tag, key)

    return damage


def garble_schema(folder):
    """Make SQLite complain in bytes that are no text."""
    file = folder / "cache.db"
    content = file.read_bytes()
    assert b"CREATE TABLE Cache" in content
    file.write_bytes(content.replace(b"CREATE TABLE Cache", b"CREATE TABL\xfc Cache"))


DAMAGES = {
    "a record of something else": put("evaluation-7", '{"number":1}'),
    "text that is no JSON": put("evaluation-7", "{'number':"),
    "bytes that are no text": put("evaluation-7", b"\xff\xfe\x00"),
    "deep nesting": put("evaluation-7", "[" * 10_000),
    "another count": put("evaluations", "3"),
    "a count that is none": put("evaluations", '"many"'),
    "an event of something else": put("event-1", "[]"),
    "a record that is gone": lambda f: tamper(f, "DELETE FROM Cache WHERE key = 'evaluation-7'"),
    "a count that is gone": lambda f: tamper(f, "DELETE FROM Cache WHERE key = 'evaluations'"),
    "a format that is gone": lambda f: tamper(f, "DELETE FROM Cache WHERE key = 'version'"),
    "counts and format that are gone": lambda f: tamper(
        f, "DELETE FROM Cache WHERE key IN ('version', 'events', 'event-1')"
    ),
    "a column that is gone": lambda f: tamper(f, "ALTER TABLE Cache RENAME COLUMN mode TO kind"),
    "a table that is gone": lambda f: tamper(f, "DROP TABLE Cache"),
    "a schema that is no text": garble_schema,
    "half a file": shorten,
    "an empty file": lambda folder: (folder / "cache.db").write_bytes(b""),
    "another file": lambda folder: (folder / "cache.db").write_bytes(b"text\n" * 2000),
    "no file": lambda folder: (folder / "cache.db").unlink(),
}
"""What was done to a log of at least seven evaluations, by name."""

WRONG_FIELDS = {
    "a number that is another's": rewrite("evaluation-7", number=3),
    "a field of another type": rewrite("evaluation-7", seconds="long"),
    "a genotype of another length": rewrite("evaluation-7", genotype=[0, 0]),
    "a choice that is none": rewrite("evaluation-7", genotype=[99] * 20),
    "an event of another type": rewrite("event-3", data={"state": 7}),
}
"""Records that fit their checksums and are none: a program that errs may have written them."""
