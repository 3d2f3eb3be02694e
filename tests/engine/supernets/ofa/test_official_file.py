"""Downloads from a real HTTP server on this machine."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from engine.digest import git_blob
from engine.errors import DataError
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.ofa.downloads import main
from engine.supernets.ofa.official_file import OfficialFile, weights_dir

CONTENT = bytes(range(256)) * 5_000
BLOB = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT: in whole or in part, cut off, changed, without ranges, or not at all."""

    def do_GET(self) -> None:
        self.server.asked.append(self.headers["Range"])  # type: ignore[attr-defined]
        wish = self.headers["Range"] if self.path != "/no-ranges" else None
        start = int(wish.removeprefix("bytes=").removesuffix("-")) if wish else 0
        body = b"x" * len(CONTENT) if self.path == "/changed" else CONTENT
        if self.path == "/none":
            self.send_error(404)
        elif start >= len(body):
            self.send_error(416)
        else:
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = len(body) // 2 if self.path == "/cut" else len(body)
            self.wfile.write(body[start:end])

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    return tmp_path / "weights"


def official(server: ThreadingHTTPServer, path: str = "/whole") -> OfficialFile:
    url = f"http://127.0.0.1:{server.server_port}{path}"
    return OfficialFile("weights.pt", "weights of a network", url, BLOB)


def test_a_file_is_downloaded_once(server: ThreadingHTTPServer, folder: Path) -> None:
    progress: list[tuple[int, int | None]] = []
    path = official(server).fetch(lambda done, total: progress.append((done, total)))
    assert path == folder / "weights.pt"
    assert path.read_bytes() == CONTENT
    assert progress[0] == (0, len(CONTENT))
    assert progress[-1] == (len(CONTENT), len(CONTENT))
    assert progress == sorted(progress)
    assert official(server).fetch() == path
    assert len(server.asked) == 1  # type: ignore[attr-defined]


def test_a_download_goes_on_where_it_stopped(server: ThreadingHTTPServer, folder: Path) -> None:
    with pytest.raises(DataError, match=r"ended after 640,000 of 1,280,000 bytes.*Try again"):
        official(server, "/cut").fetch()
    assert not (folder / "weights.pt").exists()
    assert official(server).fetch().read_bytes() == CONTENT
    assert server.asked == [None, "bytes=640000-"]  # type: ignore[attr-defined]


def test_a_server_without_ranges_sends_all_again(server: ThreadingHTTPServer, folder: Path) -> None:
    folder.mkdir()
    (folder / "weights.pt.part").write_bytes(b"the start of something else")
    assert official(server, "/no-ranges").fetch().read_bytes() == CONTENT


def test_a_complete_part_needs_no_transfer(server: ThreadingHTTPServer, folder: Path) -> None:
    folder.mkdir()
    (folder / "weights.pt.part").write_bytes(CONTENT)
    assert official(server).fetch().read_bytes() == CONTENT


def test_another_content_is_deleted(server: ThreadingHTTPServer, folder: Path) -> None:
    with pytest.raises(DataError, match="is not the published file"):
        official(server, "/changed").fetch()
    assert not list(folder.glob("weights.pt*[!k]"))


def test_what_was_a_part_of_something_else_is_not_taken(
    server: ThreadingHTTPServer, folder: Path
) -> None:
    folder.mkdir()
    (folder / "weights.pt.part").write_bytes(b"not the start of the published file")
    with pytest.raises(DataError, match="is not the published file"):
        official(server).fetch()
    assert official(server).fetch().read_bytes() == CONTENT


def test_an_address_without_the_file_says_how_to_supply_it(
    server: ThreadingHTTPServer, folder: Path
) -> None:
    with pytest.raises(DataError, match=f"answers 404.*save it as {folder}/weights.pt"):
        official(server, "/none").fetch()


def test_no_server_says_how_to_supply_the_file(server: ThreadingHTTPServer) -> None:
    file = official(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(DataError, match=r"could not be downloaded.*download the file yourself"):
        file.fetch()


def test_a_machine_without_internet_is_told_that_it_may_be() -> None:
    file = OfficialFile("weights.pt", "weights of a network", "https://nowhere.invalid/w", BLOB)
    with pytest.raises(DataError, match=r"finds no nowhere\.invalid, perhaps it has no internet"):
        file.fetch()


def test_two_processes_do_not_download_the_same_file(
    server: ThreadingHTTPServer, folder: Path
) -> None:
    folder.mkdir()
    with (
        FileLock(folder / "weights.pt.lock"),
        pytest.raises(DataError, match="Another process downloads"),
    ):
        official(server).fetch()


def test_a_folder_that_cannot_be_made_is_named(server: ThreadingHTTPServer, folder: Path) -> None:
    folder.write_bytes(b"a file in the way")
    with pytest.raises(DataError, match=f"{folder}/weights.pt cannot be written"):
        official(server).fetch()


def test_a_file_is_found_where_the_user_says(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    file, mine = official(server), tmp_path / "mine.pt"
    mine.write_bytes(b"")
    assert file.locate(str(mine)) == mine
    with pytest.raises(DataError, match=rf"no file {weights_dir()}/weights.pt.*{file.url}"):
        file.locate(None)
    (tmp_path / "weights.pt").write_bytes(b"")
    assert file.locate(str(tmp_path)) == tmp_path / "weights.pt"


def test_blob_ids_are_those_of_git(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"hello\n")
    assert git_blob(tmp_path / "file") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_the_addresses_are_the_official_ones() -> None:
    assert [model.weights.url for model in MODELS.values()] == [
        *(
            f"https://raw.githubusercontent.com/han-cai/files/master/ofa/ofa_nets/{name}"
            for name in list(MODELS)[:3]
        ),
        "https://huggingface.co/han-cai/ofa/resolve/main/ofa_supernet_resnet50",
    ]


def test_the_command_names_what_it_can_download() -> None:
    with pytest.raises(SystemExit, match=r"Give one or more of: .*ofa_resnet50"):
        main(["ofa_vgg"])
