"""Uploaded files of networks: kept in the data folder, so that trainings can run them later."""

import hashlib
from pathlib import Path

from app.display_names import file_name
from engine import data_dir
from engine.disk_errors import write_failure
from engine.errors import DataError

_DIGEST_LENGTH = 12


def keep_upload(name: str, content: bytes) -> Path:
    """Store an uploaded Python file and return its path; the same file has the same path.

    Raises DataError if the disk refuses it.
    """
    digest = hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]
    folder = data_dir.current().uploads / digest
    path = folder / file_name(name.removesuffix(".py"), "py")
    if path.exists():
        return path
    part = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DataError(write_failure(error, "the uploaded file", folder)) from error
    return path
