"""Opens files that somebody named: regular ones of a bounded size, and nothing that can hang.

A device, a pipe or a socket may never end, or wait for ever. What was opened is looked at, not what
the path led to before, so that it cannot be exchanged between the look and the reading.
"""

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

MB = 1_000_000
GB = 1_000_000_000

_OTHER_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)
_UNSUPPORTED = getattr(errno, "ENXIO", errno.EINVAL)  # what opening a socket fails with
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WITHOUT_WAITING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def open_file(path: str | Path, largest: int) -> BufferedReader:
    """The file at `path`, for reading bytes; it has at most `largest` of them.

    Raises OSError whose `strerror` ends a sentence that names the file: it is no regular file, too
    large, or cannot be opened.
    """
    try:
        descriptor = os.open(path, _WITHOUT_WAITING | getattr(os, "O_BINARY", 0))
    except (ValueError, UnicodeError) as error:  # a null character, or a lone surrogate
        raise OSError(errno.EINVAL, f"it is no path: {error}") from None
    except OSError as error:
        if error.errno == _UNSUPPORTED:
            raise _refused("it is a socket or a device, not a regular file", path) from None
        raise
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            kinds = (what for is_one, what in _OTHER_KINDS if is_one(found.st_mode))
            what = next(kinds, "something else")
            raise _refused(f"it is {what}, not a regular file", path)
        if found.st_size > largest:
            raise _too_large(found.st_size, largest, path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: str | Path, largest: int) -> bytes:
    """All bytes of the file at `path`; raises OSError as `open_file` does."""
    with open_file(path, largest) as file:
        content = file.read(largest + 1)  # a file may grow, and some tell no size
    if len(content) > largest:
        raise _too_large(len(content), largest, path)
    return content


def read_text(path: str | Path, largest: int) -> str:
    """The UTF-8 text of the file at `path`, without the mark that some editors put before it.

    Raises OSError as `open_file` does, and for bytes that are not UTF-8, naming the first line.
    """
    content = read_bytes(path, largest)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = "UTF-16" if content.startswith(_UTF_16) else f"not UTF-8 in line {line}"
        raise OSError(errno.EILSEQ, f"its text is {found}; save it as UTF-8", str(path)) from None


def size_text(size: int) -> str:
    """Such as `12 MB`, `8 GB`, `300 bytes`."""
    for unit, name in ((GB, "GB"), (MB, "MB"), (1000, "kB")):
        if size >= unit:
            return f"{float(f'{size / unit:.3g}'):,.12g} {name}"
    return f"{size} bytes"


def _too_large(size: int, largest: int, path: str | Path) -> OSError:
    return OSError(
        errno.EFBIG,
        f"it has {size_text(size)}, more than the {size_text(largest)} that such a file can have",
        str(path),
    )


def _refused(why: str, path: str | Path) -> OSError:
    return OSError(errno.EINVAL, why, str(path))
