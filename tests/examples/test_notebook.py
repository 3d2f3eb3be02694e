"""The example notebook runs from its first cell to its last, and is kept without outputs."""

import os
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "examples" / "MobileNetV3_supernet_nas.ipynb"
FEW = 6
"""Evaluations of the search, in place of the sixteen of the notebook."""
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(home|root|tmp|work|Users|mnt|opt|var)/|[A-Z]:\\\\")


def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


def code_cells(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def texts(cell):
    """What a cell printed, and its results as plain text."""
    return "".join(
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def kinds(cell):
    """The MIME types of what a cell showed."""
    return {kind for output in cell.outputs for kind in output.get("data", {})}


def cell_with(book, code):
    (cell,) = [cell for cell in code_cells(book) if code in cell.source]
    return cell


def test_it_is_valid_and_has_neither_outputs_nor_paths_of_a_machine():
    book = notebook()
    nbformat.validate(book)
    assert not [cell for cell in code_cells(book) if cell.outputs or cell.execution_count]
    assert not MACHINE_PATH.search(NOTEBOOK.read_text())
    assert set(book.metadata) == {"kernelspec", "language_info"}
    assert set(book.metadata.kernelspec.values()) == {"Python 3", "python", "python3"}


def test_it_needs_no_guard_of_the_main_module():
    assert not any("__main__" in cell.source for cell in notebook().cells)


@pytest.mark.slow  # the README has the same steps as a script
@pytest.mark.timeout(900)
def test_it_runs_from_the_configuration_to_a_classified_image(tmp_path):
    book = notebook()
    settings = cell_with(book, "config.dynas.num_evals = 16")
    settings.source = settings.source.replace("num_evals = 16", f"num_evals = {FEW}")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DYNAS_DATA_DIR": str(tmp_path / "data"),
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    client = NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute(env=environment)

    results = pd.read_csv(tmp_path / "search_results.csv")
    assert results.shape == (FEW, 5)
    assert f"{FEW} sub-networks measured" in texts(cell_with(book, ".search()\nprint"))
    assert "text/html" in kinds(cell_with(book, "to_dataframe"))
    assert "application/vnd.plotly.v1+json" in kinds(cell_with(book, "plot_front(front"))
    assert "image/png" in kinds(cell_with(book, "axes.scatter"))
    assert "sub-network" in texts(cell_with(book, "front.best"))
    assert list(tmp_path.glob("network-*/model.onnx"))
    answer = texts(cell_with(book, "run.py"))
    assert re.search(r"An image of the class 0_T-shirt-top:.*\d+\.\d\d %", answer, re.DOTALL)
    assert "weights of ofa_mbv3_d234_e346_k357_w1.2" in texts(cell_with(book, "missing ="))
    assert "was not run" in texts(cell_with(book, "NAS(imagenet)"))
    assert "nothing to draw" in texts(cell_with(book, "plot_front(imagenet_front"))
