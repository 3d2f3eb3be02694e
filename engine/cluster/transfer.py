"""Transfer: a file or a folder that arrives in parts."""

import contextlib
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.cluster.received_files import ReceivedFiles
from engine.disk_errors import write_failure
from engine.errors import DataError
from engine.evaluation.job_files import Entry, JobFile, digest_of


class Transfer:
    """Receives a file or a folder; nobody sees it before all is there and right.

    `files` are the regular files of it, whose contents arrive one after another. Each method raises
    DataError if the disk is full or cannot be written.
    """

    def __init__(self, received: ReceivedFiles, file: JobFile, files: Sequence[Entry]) -> None:
        self._file, self._files = file, files
        self._target = received.folder / file.digest
        self._folder = received.folder / f"{uuid.uuid4().hex}.part"
        self._index, self._hash, self._written = 0, hashlib.sha256(), 0
        with self._sentences():
            received.make_room(file.size)
            self._folder.mkdir(mode=0o700)
            if not files:
                (self._folder / file.name).mkdir()
            self._complete_empty_files()

    def write(self, content: bytes) -> None:
        """Append the next bytes; raises DataError if they are not those that were announced."""
        while content:
            if self._index >= len(self._files):
                raise DataError("More arrived than was announced. Resume the run.")
            entry = self._files[self._index]
            part = content[: entry.size - self._written]
            with self._sentences(), self._path(entry).open("ab") as file:
                file.write(part)
            self._hash.update(part)
            self._written += len(part)
            content = content[len(part) :]
            if self._written == entry.size:
                self._complete(entry)
                self._complete_empty_files()

    def finish(self) -> None:
        """Make it visible; raises DataError if something is missing or differs."""
        if self._index < len(self._files) or digest_of(self._files) != self._file.digest:
            raise DataError("Not all of a file arrived. Resume the run.")
        with contextlib.suppress(OSError):  # another transfer of the same was earlier
            self._folder.rename(self._target)
        self.close()

    def close(self) -> None:
        """Remove what has arrived, unless it is complete."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextlib.contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            failure = write_failure(error, self._file.name, self._folder.parent)
            raise DataError(failure) from error

    def _path(self, entry: Entry) -> Path:
        path = Path(os.path.normpath(self._folder / entry.name))
        if not path.is_relative_to(self._folder):
            raise DataError(f"{entry.name} is no name of a file to receive.")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _complete_empty_files(self) -> None:
        while self._index < len(self._files) and not self._files[self._index].size:
            self._path(self._files[self._index]).touch()
            self._complete(self._files[self._index])

    def _complete(self, entry: Entry) -> None:
        if self._hash.digest() != entry.sha256:
            raise DataError(f"{entry.name} has changed since the run began. Resume the run.")
        self._index, self._hash, self._written = self._index + 1, hashlib.sha256(), 0
