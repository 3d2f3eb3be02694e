import csv
import subprocess
import sys

import pytest

from engine.errors import DataError, EvaluationError
from engine.export.bundle.timed_bundle import time_bundle
from engine.meters.latency_rows import COLUMNS, append_rows, example_arrays
from engine.runtimes.registry import RUNTIMES
from tests.engine.export.bundle.small_bundle import write_bundle

pytestmark = pytest.mark.usefixtures("brief_timing")
ONNX = RUNTIMES["onnxruntime"]


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return write_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.mark.parametrize("runtime", RUNTIMES.values(), ids=list(RUNTIMES))
def test_a_row_says_what_was_timed_and_on_what(bundle, runtime):
    row = time_bundle(bundle, runtime, 1, 2, "fp32")
    assert tuple(row) == COLUMNS
    assert (row["run"], row["evaluation"], row["supernet"], row["config"]) == (
        "run-1", 1, "net", '{"ks": [3]}',
    )  # fmt: skip
    assert row["lat"] > 0 <= row["lat_spread"]
    assert (row["runtime"], row["runtime_version"]) == (runtime.name, runtime.version)
    assert (row["precision"], row["batch"], row["threads"]) == ("fp32", 2, 1)
    assert row["device"]
    assert row["host"]
    assert row["measured_at"].endswith("Z")


def test_the_program_in_the_bundle_writes_such_a_row_without_this_package(bundle, tmp_path):
    out = tmp_path / "rows.csv"
    refuse = "import sys; sys.modules.update(dict.fromkeys(('engine', 'torch')))"
    code = (
        f"{refuse}; import runpy; runpy.run_path({str(bundle / 'measure.py')!r}, None, '__main__')"
    )
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", code, "--threads", "1", "--batch", "2", "--out", str(out)],
            cwd=tmp_path, check=True, timeout=120, capture_output=True,
        )  # fmt: skip
    first, second = csv.DictReader(out.read_text().splitlines())
    here = time_bundle(bundle, ONNX, 1, 2, "fp32")
    varying = {"lat", "lat_spread", "disturbed", "measured_at"}
    assert {n: v for n, v in first.items() if n not in varying} == {
        n: str(v) for n, v in here.items() if n not in varying
    }
    assert float(second["lat"]) > 0


def test_the_program_in_the_bundle_says_what_is_missing(bundle, tmp_path):
    process = subprocess.run(
        [sys.executable, str(bundle / "measure.py"), "--precision", "int8"],
        cwd=tmp_path, timeout=60, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert process.returncode == 2
    assert "there is no model.int8.onnx beside this file" in process.stderr


def test_a_folder_that_is_no_bundle_is_said_so(tmp_path):
    with pytest.raises(DataError, match=r"network\.json cannot be read: .* Give the folder of a"):
        time_bundle(tmp_path, ONNX, 1, 1, "fp32")


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', "[" * 100_000, '{"format": "1"}'])
def test_a_description_that_is_none_is_said_so(tmp_path, text):
    (tmp_path / "network.json").write_text(text)
    with pytest.raises(DataError, match=r"is no JSON|does not describe a network"):
        time_bundle(tmp_path, ONNX, 1, 1, "fp32")


@pytest.mark.parametrize(
    ("changes", "precision", "error", "sentence"),
    [
        ({"format": 2}, "fp32", DataError, "reads up to 1. Update"),
        ({"run": "x"}, "fp32", DataError, "a run that is no mapping"),
        ({"inputs": [{"name": "images"}]}, "fp32", DataError, "does not describe the inputs"),
        ({"inputs": [3]}, "fp32", DataError, "does not describe the inputs"),
        ({"inputs": []}, "fp32", EvaluationError, "cannot run .*model.onnx"),
        ({}, "int8", DataError, "has no model.int8.onnx"),
    ],
)
def test_what_a_bundle_lacks_is_said(tmp_path, changes, precision, error, sentence):
    folder = write_bundle(tmp_path / "bundle", **changes)
    with pytest.raises(error, match=sentence):
        time_bundle(folder, ONNX, 1, 1, precision)


def test_examples_have_the_types_of_the_inputs():
    entries = [
        {"name": "tokens", "shape": [None, 5], "dtype": "int64"},
        {"name": "pixels", "shape": [None, 3, 2, 2], "dtype": "uint8"},
        {"name": "features", "shape": [None, 7], "dtype": "float32"},
    ]
    arrays = example_arrays(entries, 4)
    assert {n: (str(a.dtype), a.shape) for n, a in arrays.items()} == {
        "tokens": ("int64", (4, 5)), "pixels": ("uint8", (4, 3, 2, 2)),
        "features": ("float32", (4, 7)),
    }  # fmt: skip


def test_rows_are_appended_to_a_file_of_rows_alone(tmp_path):
    row = dict.fromkeys(COLUMNS, 1)
    append_rows(tmp_path / "new" / "rows.csv", [row])
    whole = tmp_path / "new" / "rows.csv"
    whole.write_text(whole.read_text().rstrip("\n"))  # as some editors save it
    append_rows(whole, [row])
    assert len(list(csv.DictReader(whole.read_text().splitlines()))) == 2
    other = tmp_path / "other.csv"
    other.write_text("precious,data\n")
    with pytest.raises(ValueError, match="not the header"):
        append_rows(other, [row])
    assert other.read_text() == "precious,data\n"
