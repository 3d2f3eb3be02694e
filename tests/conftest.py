"""Settings shared by all tests."""

import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from engine import data_dir as data_folder
from engine.host_lock import FOLDER_VARIABLE
from tests.javascript import SUFFIX, JavaScriptFile

# The cores are shared with other tests and with the processes that tests start, which inherit this:
# threads that spin while they wait for one another would cost more than the work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# A busy machine makes single examples slow; what an example finds must not depend on that.
settings.register_profile("studio", deadline=None, print_blob=True)
settings.load_profile("studio")


_BROWSER = Path(__file__).with_name("browser")


@pytest.fixture(scope="session", autouse=True)
def _session_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A data folder for what outlives a test, in place of that of whoever runs the tests.

    The lock under which latency is timed is not shared with other processes either.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DYNAS_DATA_DIR", str(tmp_path_factory.mktemp("session-data")))
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("session-locks")))
        yield


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """Keep the main module, which a page that runs in a test replaces; other processes load it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage meanwhile, nor what was collected later on: it halves the time.

    Modules and tests are millions of objects that stay to the end; walking them finds nothing.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Refuse names with an address: processes that share the tests would have different ones."""
    if " at 0x" in item.nodeid:
        raise pytest.UsageError(f"{item.nodeid} has another name in each process: give it ids.")


def pytest_xdist_auto_num_workers() -> int:
    """As many processes as cores and two more: tests wait for pages and for other processes."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return cores + 2


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where browser tests alone are wanted, no others are imported, which takes a while."""
    alone = config.option.markexpr.startswith("browser")
    other = collection_path.is_file() and not collection_path.is_relative_to(_BROWSER)
    return True if alone and other else None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Tests in JavaScript are run with those in Python."""
    if file_path.name.endswith(SUFFIX):
        return JavaScriptFile.from_parent(parent, path=file_path)
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that take minutes an hour, unless they say how long they need."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(autouse=True)
def _no_data_folder_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that a test runs in its own process chooses the data folder of that for good."""
    monkeypatch.setattr(data_folder, "_process_folder", None)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data folder as the dashboard makes it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder
