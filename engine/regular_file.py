"""Opens files that users name: only regular files of a bounded size.

Reading a device, a pipe or a socket may block for ever. The checks apply to the open file and not
to its path, so that the file cannot be replaced between check and reading.
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
_UNSUPPORTED = getattr(errno, "ENXIO", errno.EINVAL)  # the error of opening a socket
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NON_BLOCKING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def open_file(path: str | Path, largest: int) -> BufferedReader:
    """The file at `path`, for reading bytes; it may have up to `largest` bytes.

    Raises OSError whose `strerror` ends a sentence that names the file: it is no regular file, too
    large, or cannot be opened.
    """
    try:
        descriptor = os.open(path, _NON_BLOCKING | getattr(os, "O_BINARY", 0))
    except (ValueError, UnicodeError) as error:  # a null character, or a lone surrogate
        raise OSError(errno.EINVAL, f"it is no path: {error}") from None
    except OSError as error:
        if error.errno == _UNSUPPORTED:
            raise _invalid_file("it is a socket or a device, not a regular file", path) from None
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kinds = (kind for is_kind, kind in _OTHER_KINDS if is_kind(status.st_mode))
            kind = next(kinds, "something else")
            raise _invalid_file(f"it is {kind}, not a regular file", path)
        if status.st_size > largest:
            raise _too_large(status.st_size, largest, path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: str | Path, largest: int) -> bytes:
    """All bytes of the file at `path`; raises OSError as `open_file` does."""
    with open_file(path, largest) as file:
        content = file.read(largest + 1)  # the file may grow, and some file systems report no size
    if len(content) > largest:
        raise _too_large(len(content), largest, path)
    return content


def read_text(path: str | Path, largest: int) -> str:
    """The UTF-8 text of the file at `path`, without a byte order mark.

    Raises OSError as `open_file` does, and for bytes that are not UTF-8, naming the first line.
    """
    content = read_bytes(path, largest)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        encoding = "UTF-16" if content.startswith(_UTF_16) else f"not UTF-8 in line {line}"
        raise OSError(
            errno.EILSEQ, f"its text is {encoding}; save it as UTF-8", str(path)
        ) from None


def size_text(size: int) -> str:
    """A size in bytes as text, such as `12 MB`, `8 GB`, `300 bytes`."""
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


def _invalid_file(problem: str, path: str | Path) -> OSError:
    return OSError(errno.EINVAL, problem, str(path))
