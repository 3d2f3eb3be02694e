"""Folders of clusters are on a disk: other tests' are in memory, where workers ended too late."""

import tempfile
from pathlib import Path

import pytest

DISK = "/var/tmp"


class Folders:
    """Makes folders within another one, as pytest does."""

    def __init__(self, root):
        self.root = root

    def mktemp(self, name):
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.root))


@pytest.fixture(scope="session")
def tmp_path_factory():
    in_memory = tempfile.gettempdir() == "/dev/shm"
    with tempfile.TemporaryDirectory(
        prefix="clusters-", dir=DISK if in_memory else None, ignore_cleanup_errors=True
    ) as root:
        yield Folders(root)


@pytest.fixture
def tmp_path(tmp_path_factory):
    return tmp_path_factory.mktemp("test")
