"""A diskcache that loses nothing and runs nothing: no eviction, durable commits, JSON only."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import diskcache

from engine.errors import LogError

_INLINE = 2**30  # bytes below which a value stays in the database: always


class JsonDisk(diskcache.Disk):
    """Stores values as JSON text, keys as text, and refuses every other kind of row.

    diskcache's own disks unpickle what they find, so that whoever can write the folder can run
    code in the reader (CVE-2025-69872).
    """

    def put(self, key: Any) -> Any:
        """The database form of a key; text only."""
        if not isinstance(key, str):
            raise TypeError("keys are text")
        return super().put(key)

    def get(self, key: Any, raw: bool) -> Any:
        """The key of a database row; raises LogError if it is pickled."""
        if not raw:
            raise LogError("The log holds a pickled key, which is never written here: not read.")
        return super().get(key, raw)

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """The database form of a value."""
        if read:
            raise TypeError("values are plain data, not files")
        return super().store(json.dumps(value, allow_nan=False), read, key=key)

    def fetch(self, mode: int, filename: Any, value: Any, read: bool) -> Any:
        """The value of a database row; raises LogError unless it is JSON text in the row itself."""
        if not isinstance(value, str) or filename is not None or read:
            raise LogError("The log holds a row that is not JSON, which is never written here.")
        return json.loads(value)


def open_store(folder: Path) -> diskcache.Cache:
    """The durable store in `folder`, made if it is not there, readable by its owner alone.

    Raises LogError if it cannot be opened.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        store = diskcache.Cache(
            str(folder),
            disk=JsonDisk,
            disk_min_file_size=_INLINE,
            eviction_policy="none",
            cull_limit=0,
            size_limit=2**62,
            sqlite_synchronous=2,  # full: an acknowledged record survives a power loss
            timeout=60,
        )
    except (OSError, sqlite3.Error) as error:
        raise LogError(f"The log folder {folder} cannot be opened: {error}.") from error
    if store.eviction_policy != "none" or store.cull_limit != 0:
        raise LogError(f"The log folder {folder} is set to evict records. Move it away.")
    return store
