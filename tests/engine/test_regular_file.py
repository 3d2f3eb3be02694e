import os
import socket
from pathlib import Path

import pytest

from engine import regular_file
from engine.regular_file import open_file, read_bytes, read_text, size_text


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.fixture
def listening(tmp_path: Path) -> Path:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    return path


def _why(path: str | Path, largest: int = 100) -> str:
    with pytest.raises(OSError) as refused:  # noqa: PT011 - what it says is tested
        open_file(path, largest)
    return str(refused.value.strerror)


def test_a_regular_file_is_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    with open_file(path, 3) as file:
        assert file.read() == b"abc"
    assert (read_bytes(path, 3), read_text(path, 3)) == (b"abc", "abc")


def test_what_never_ends_or_waits_for_ever_is_refused_at_once(tmp_path, pipe, listening):
    assert _why("/dev/zero") == "it is a device, not a regular file"
    assert _why(pipe) == "it is a pipe, not a regular file"
    assert "not a regular file" in _why(listening)
    assert _why(tmp_path) == "it is a folder, not a regular file"


def test_a_link_is_what_it_leads_to(tmp_path, pipe):
    link = tmp_path / "link.yaml"
    link.symlink_to("/dev/zero")
    assert _why(link) == "it is a device, not a regular file"


def test_what_is_no_path_is_refused():
    assert "it is no path" in _why("a\0b")
    assert "it is no path" in _why("\ud800")
    assert _why("/nowhere/at/all") == "No such file or directory"


def test_a_file_that_is_too_large_is_refused_without_being_read(tmp_path):
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(10**12)
    assert _why(path, 10**6) == ("it has 1,000 GB, more than the 1 MB that such a file can have")


def test_a_file_that_tells_no_size_is_bounded_too():
    if not Path("/proc/self/maps").is_file():
        pytest.skip("this system has no /proc")
    with pytest.raises(OSError, match="more than the 10 bytes"):
        read_bytes("/proc/self/maps", 10)


@pytest.mark.parametrize(
    ("content", "text"),
    [("é".encode(), "é"), (b"\xef\xbb\xbfa: 1", "a: 1"), (b"", "")],
)
def test_text_is_utf_8_with_or_without_a_mark(tmp_path, content, text):
    (tmp_path / "text").write_bytes(content)
    assert read_text(tmp_path / "text", 100) == text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("a: 1".encode("utf-16"), "its text is UTF-16; save it as UTF-8"),
        ("a\nb\né".encode("latin-1"), "its text is not UTF-8 in line 3; save it as UTF-8"),
    ],
)
def test_text_of_another_encoding_is_told(tmp_path, content, why):
    (tmp_path / "text").write_bytes(content)
    with pytest.raises(OSError, match=why):
        read_text(tmp_path / "text", 100)


def test_sizes_are_written_as_people_read_them():
    sizes = (300, 1500, 2 * regular_file.MB, 12_345_678, 8 * regular_file.GB)
    assert [size_text(size) for size in sizes] == [
        "300 bytes", "1.5 kB", "2 MB", "12.3 MB", "8 GB",
    ]  # fmt: skip
