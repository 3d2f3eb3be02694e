"""FileHold: locks on files that several processes may share, given up when a process ends."""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

if sys.platform == "win32":

    def _lock(descriptor: int, exclusive: bool) -> None:
        """Nothing is ever held exclusively there, and so nothing removed."""
        if exclusive:
            raise BlockingIOError

else:
    import fcntl

    def _lock(descriptor: int, exclusive: bool) -> None:
        """Lock an open file, or raise BlockingIOError."""
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)


class FileHold:
    """Holds lock files, shared with others unless it is `exclusive`, until it is released.

    Raises BlockingIOError if another process holds one in a way that excludes this.
    """

    def __init__(self, paths: Sequence[Path], *, exclusive: bool = False) -> None:
        self._descriptors: list[int] = []
        try:
            for path in paths:
                self._hold(path, exclusive)
        except BaseException:
            self.release()
            raise

    def _hold(self, path: Path, exclusive: bool) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._descriptors.append(descriptor)
        _lock(descriptor, exclusive)
        if not exclusive:
            os.utime(path)  # tells when it was used last

    def release(self) -> None:
        """Give up the locks; does nothing if they are given up."""
        descriptors, self._descriptors = self._descriptors, []
        for descriptor in descriptors:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()
