"""OutputCapture: forwards the output of a process to stderr and keeps the end of it."""

import contextlib
import os
import re
import threading
from multiprocessing.connection import Connection, wait

MAX_OUTPUT_LENGTH = 4000
"""Characters of output that are kept."""

_MAX_BYTES = 4 * MAX_OUTPUT_LENGTH  # of UTF-8, at least so many characters
_CHUNK_SIZE = 65536
_COLOUR_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class OutputCapture:
    """Reads the pipe to which a process writes stdout and stderr, to its end. Thread-safe."""

    def __init__(self, source: Connection) -> None:
        self._source, self._buffer = source, bytearray()
        self._lock = threading.Lock()
        os.set_blocking(source.fileno(), False)
        threading.Thread(target=self._follow, daemon=True).start()

    def clear(self) -> None:
        """Discard the output so far."""
        self._forward()
        with self._lock:
            self._buffer.clear()

    def tail(self) -> str:
        """The end of the output since the last `clear`, up to this call."""
        self._forward()
        with self._lock:
            text = self._buffer.decode(errors="replace").replace("\r", "\n")
        return _COLOUR_CODES.sub("", text).replace("\0", "").strip()[-MAX_OUTPUT_LENGTH:]

    def _follow(self) -> None:
        while not self._source.closed:
            with contextlib.suppress(OSError, ValueError):  # closed by another thread
                wait([self._source])
            self._forward()

    def _forward(self) -> None:
        """Read and forward the available output; close the pipe at its end."""
        with self._lock:
            data = self._read_available()
            self._buffer += data
            del self._buffer[:-_MAX_BYTES]
        if data:
            with contextlib.suppress(OSError):  # this process may have no stderr
                os.write(2, data)

    def _read_available(self) -> bytes:
        parts = []
        while not self._source.closed:
            try:
                part = os.read(self._source.fileno(), _CHUNK_SIZE)
            except BlockingIOError:
                break
            except OSError:
                part = b""
            if not part:
                self._source.close()
            parts.append(part)
        return b"".join(parts)
