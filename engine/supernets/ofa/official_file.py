"""Official files: downloads that resume and are verified, and are stored in the data folder."""

import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from filelock import FileLock, Timeout

from engine import data_dir
from engine.digest import git_blob
from engine.errors import DataError

Progress = Callable[[int, int | None], None]
"""Called with the downloaded bytes and the total bytes, None if unknown."""

_CHUNK = 1 << 18
_TIMEOUT = 30.0  # seconds without a byte
_RANGE_NOT_SATISFIABLE = 416
_PARTIAL_CONTENT = 206


def weights_dir() -> Path:
    """The folder of the downloaded files: `weights` in the data folder."""
    return data_dir.current().weights


@dataclass(frozen=True)
class OfficialFile:
    """A published file: its local `name`, a description, its address and its git blob id, if known.

    The content of a file without a blob id is checked when it is loaded.
    """

    name: str
    description: str
    url: str
    git_blob_id: str | None = None

    @property
    def path(self) -> Path:
        """The path of the downloaded file."""
        return data_dir.current().find(f"weights/{self.name}")

    def locate(self, user_path: str | None) -> Path:
        """The file to read: `user_path`, the file of this name in that folder, or the download.

        Raises DataError with the missing file and its address.
        """
        path = self.path if user_path is None else Path(user_path).expanduser()
        if path.is_dir():
            path = path / self.name
        if not path.is_file():
            raise DataError(
                f"There is no file {path} with the {self.description}. Download {self.url}, or "
                "give the path of a copy."
            )
        return path

    def fetch(self, progress: Progress | None = None) -> Path:
        """Download the file unless it exists; returns its path.

        Resumes an interrupted download. Raises DataError if the server does not answer, the
        transfer ends early or the content is not the published one.
        """
        target = self.path
        if target.is_file():
            return target
        part = target.with_name(f"{self.name}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(f"{target}.lock", timeout=0, mode=0o600):
                if not target.is_file():
                    self._transfer(part, progress or (lambda done, total: None))
                    self._verify(part)
                    part.replace(target)
        except Timeout:
            raise DataError(f"Another process downloads {target} at the moment. Wait.") from None
        except OSError as error:
            raise DataError(
                f"{target} cannot be written ({error.strerror or error}). Make room in that "
                "folder, or choose another with DYNAS_DATA_DIR."
            ) from error
        return target

    def _transfer(self, part: Path, progress: Progress) -> None:
        """Download the bytes that are missing in `part`."""
        done = part.stat().st_size if part.exists() else 0
        try:
            with self._open(done) as response:
                if response.status != _PARTIAL_CONTENT:
                    done = 0
                length = response.headers["Content-Length"]
                total = done + int(length) if length else None
                with part.open("ab" if done else "wb") as file:
                    progress(done, total)
                    while chunk := response.read(_CHUNK):
                        file.write(chunk)
                        done += len(chunk)
                        progress(done, total)
        except urllib.error.HTTPError as error:
            if error.code == _RANGE_NOT_SATISFIABLE and done:
                return  # the file is complete; it is verified next
            raise self._download_error(f"the server answers {error.code} {error.reason}") from error
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
            raise self._download_error(self._reason(error)) from error
        if total is not None and done < total:
            raise self._download_error(f"the transfer ended after {done:,} of {total:,} bytes")

    def _open(self, start: int) -> HTTPResponse:
        headers = {"User-Agent": "dynas-studio", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        request = urllib.request.Request(self.url, headers=headers)
        response: HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT)
        return response

    def _verify(self, part: Path) -> None:
        if self.git_blob_id is not None and git_blob(part) != self.git_blob_id:
            part.unlink()
            raise DataError(
                f"What {self.url} sent is not the published file (its git blob id is not "
                f"{self.git_blob_id}) and was deleted. Try again, or give the path of a copy."
            )

    def _reason(self, error: OSError | HTTPException) -> str:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, socket.gaierror):
            host = urllib.parse.urlsplit(self.url).hostname
            return f"this machine finds no {host}, perhaps it has no internet"
        return str(getattr(reason, "strerror", None) or reason).lower()

    def _download_error(self, why: str) -> DataError:
        return DataError(
            f"{self.url} could not be downloaded: {why}. Try again, which resumes the download; or "
            f"download the file yourself and save it as {self.path}."
        )
