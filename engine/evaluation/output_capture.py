"""What another process writes, passed on to stderr of this one; the end of it is kept."""

import contextlib
import os
import re
import threading
from multiprocessing.connection import Connection, wait

LONGEST = 4000
"""Characters that are kept."""

_BYTES = 4 * LONGEST  # of UTF-8, so many characters at least
_READ = 65536
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class OutputCapture:
    """Follows a pipe that another process has for stdout and stderr, until its end. Thread-safe."""

    def __init__(self, source: Connection) -> None:
        self._source, self._end = source, bytearray()
        self._lock = threading.Lock()
        os.set_blocking(source.fileno(), False)
        threading.Thread(target=self._follow, daemon=True).start()

    def forget(self) -> None:
        """Keep only what is written from now on."""
        self._pass_on()
        with self._lock:
            self._end.clear()

    def end(self) -> str:
        """The end of what was written since `forget`, all that was written before this call."""
        self._pass_on()
        with self._lock:
            text = self._end.decode(errors="replace").replace("\r", "\n")
        return _COLOUR.sub("", text).replace("\0", "").strip()[-LONGEST:]

    def _follow(self) -> None:
        while not self._source.closed:
            with contextlib.suppress(OSError, ValueError):  # closed by another thread
                wait([self._source])
            self._pass_on()

    def _pass_on(self) -> None:
        """Take in what is there; close the pipe at its end."""
        with self._lock:
            taken = self._take()
            self._end += taken
            del self._end[:-_BYTES]
        if taken:
            with contextlib.suppress(OSError):  # this process may have no stderr
                os.write(2, taken)

    def _take(self) -> bytes:
        parts = []
        while not self._source.closed:
            try:
                part = os.read(self._source.fileno(), _READ)
            except BlockingIOError:
                break
            except OSError:
                part = b""
            if not part:
                self._source.close()
            parts.append(part)
        return b"".join(parts)
