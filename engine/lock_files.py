"""Lock files that tell whether their owner works, which others find out without owning them."""

from pathlib import Path

from filelock import FileLock, Timeout

LOOKING_SECONDS = 1.0
"""How long an owner waits for its lock: `is_held_elsewhere` of others holds it briefly."""


def is_held_elsewhere(lock: FileLock) -> bool:
    """Whether another holder than `lock` has its file, in this process or another.

    Creates no file. A file that cannot be locked, as on a read-only medium, counts as free.
    """
    if not Path(lock.lock_file).exists():
        return False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False
