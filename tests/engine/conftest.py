"""What tests of the engine share: installed packages, a data folder, small data sets, weights."""

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import __main__ as command_line
from engine import metrics, plug_ins, script_objects
from engine.meters import registry as meters
from engine.meters import timing
from engine.runs.service import RunService
from engine.supernets import registry
from engine.supernets.choices import supernet as choice_supernets
from tests.engine.image_files import CLASSES, write_idx, write_images
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished

# On a machine that is busy, threads that wait for one another cost far more than they gain.
torch.set_num_threads(1)

Install = Callable[..., None]
Command = Callable[..., tuple[object, str, str]]
PER_CLASS = 720  # 500 for validation, 220 left over of which 200 calibrate


def _forget() -> None:
    registry._load.cache_clear()
    meters.forget_plug_ins()


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Make entry points, name to `module:object`, those of installed packages."""

    def install(
        supernets: Mapping[str, str] = {},
        metrics: Mapping[str, str] = {},
        meters: Mapping[str, str] = {},
        clusters: Mapping[str, str] = {},
    ) -> None:
        groups = {
            plug_ins.SUPERNETS: supernets,
            plug_ins.METRICS: metrics,
            plug_ins.METERS: meters,
            plug_ins.CLUSTERS: clusters,
        }
        monkeypatch.setattr(
            plug_ins,
            "entry_points",
            lambda group: [EntryPoint(n, v, group) for n, v in groups[group].items()],
        )
        _forget()

    yield install
    monkeypatch.undo()
    metrics._restored.clear()
    _forget()


@pytest.fixture(autouse=True)
def nothing_of_a_script() -> Iterator[None]:
    """What a test offers, as a script does, and what it reads in a log is forgotten after it."""
    yield
    script_objects._offers.clear()
    choice_supernets._described.clear()
    metrics._restored.clear()


@pytest.fixture
def brief_timing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A latency is timed for a second at most, however busy the machine is with other tests."""
    monkeypatch.setattr(timing, "_MAX_SECONDS", 1.0)


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the two training files; the first pixel of each image tells it from others."""
    folder = tmp_path_factory.mktemp("fashion-mnist")
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.repeat(np.arange(10, dtype=np.uint8), PER_CLASS))
    images = rng.integers(0, 256, (len(labels), 28, 28), dtype=np.uint8)
    images[:, 0, :2] = np.arange(len(labels), dtype=">u2").view(np.uint8).reshape(-1, 2)
    write_idx(folder / "train-images-idx3-ubyte.gz", images)
    write_idx(folder / "train-labels-idx1-ubyte.gz", labels)
    return folder


@pytest.fixture(scope="session")
def imagenet_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A validation image in each of 1,000 classes, no training images."""
    folder = tmp_path_factory.mktemp("imagenet")
    write_images(folder / "val", CLASSES, 1)
    return folder


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that no other test writes to."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("DYNAS_DATA_DIR", str(folder))
    return folder


@pytest.fixture(scope="session")
def weights_w10(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights of the w1.0 supernet, saved as the official ones are."""
    from engine.supernets.ofa.networks import mobilenet_v3

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "ofa_mbv3_d234_e346_k357_w1.0"
    torch.save({"state_dict": mobilenet_v3(1.0).state_dict()}, path)
    return path


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command in an empty data folder; its exit status, output and errors."""
    evaluator_and_admit = (InstantEvaluator, lambda config: None)
    monkeypatch.setattr(RunService.__init__, "__defaults__", evaluator_and_admit)
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))  # the command sets it: put it back after

    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["engine", *arguments, "--data-dir", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        written = capsys.readouterr()
        return ended.value.code, written.out, written.err

    return run


@pytest.fixture
def finished_run(tmp_path: Path) -> str:
    """The id of a run with eight evaluations in that folder."""
    service = RunService(tmp_path, InstantEvaluator)
    run_id = finished(service, config(8)).id
    service.close()
    return run_id
