"""The example of networks that are brought by their file: each trained, searched and exported."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import in_process
from tests.engine.runs.fakes import plan_quickly
from tests.examples.conftest import EXAMPLES, ROOT

NETWORKS = {"resnet": "acc", "vit": "acc", "language_model": "bits_per_byte"}
LIBRARY = {"resnet": "torch", "vit": "timm", "language_model": "transformers"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the example with few images."""
    ignored = shutil.ignore_patterns("__pycache__", "digits", "*.pt")
    copy = shutil.copytree(EXAMPLES / "any_network", tmp_path / "any_network", ignore=ignored)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return copy


def python(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_brought_searched_and_exported(name, folder, monkeypatch, capsys):
    pytest.importorskip(LIBRARY[name])
    python(folder, "make_images.py")
    assert name in python(folder, "train_original.py", name, "0.1")
    data = [] if name == "language_model" else ["--data", str(folder / "digits")]
    model, metric = str(folder / f"{name}.py"), NETWORKS[name]
    plan_quickly(monkeypatch.setattr)
    engine = in_process(folder / "data", monkeypatch, capsys)
    checked = json.loads(engine("elastic", "check", model, *data, "--json"))
    assert checked["networks"] > 1_000
    assert checked["quality"]["metric"]
    engine("elastic", "train", model, *data, "--name", "mine", "--epochs", "1", "--length", "0.1")
    settings = ["num_evals=4", "population=4", "workers=1", f"metrics=[{metric}, macs]"]
    chosen = [part for setting in settings for part in ("--set", setting)]
    engine("search", "--set", "supernet=mine", *chosen, "--quiet")
    run = engine("runs").splitlines()[1].split()[0]
    rows = list(csv.DictReader(io.StringIO(engine("csv", run))))
    assert [row["status"] for row in rows] == ["ok"] * 4
    engine("finetune", run, "1", "--epochs", "0.1")
    out = folder / "smallest"
    engine("export", run, "1", "--format", "bundle", "--out", str(out))
    assert {"model.onnx", "model.pt2", "network.py"} <= {path.name for path in out.iterdir()}
    described = json.loads((out / "network.json").read_text())
    assert described["fine_tuned"]
    quality = json.loads((out / "measured.json").read_text())["quality"]["held_out"]["network"]
    if name == "language_model":
        pytest.importorskip("onnxruntime")
        assert described["any_length"] == ["model.onnx", "model.pt2"]
        printed = python(folder, "continue_text.py", str(out / "model.onnx"), "The statement")
        assert printed.startswith(
            f"{quality[metric]:.3f} bits per byte of the test text\nThe state"
        )
    else:
        printed = python(folder, str(out / "run.py"), "--check", str(folder / "digits" / "test"))
        assert printed.startswith(f"top-1 accuracy {quality[metric]:.2f} %")
