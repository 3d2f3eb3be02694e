"""A search in a notebook: its progress is one line of text, and an interrupt leaves its front."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[3]

CELLS = [
    """
import os, signal
from tests.engine.runs.fakes import InstantEvaluator
from engine.runs.service import RunService
RunService.__init__.__defaults__ = (InstantEvaluator, lambda config: None)
from dynas_studio import NAS, NASConfig
""",
    """
config = NASConfig(approach="random", dynas={"population": 4, "num_evals": 12, "workers": 1})
nas = NAS(config)
nas.search()
""",
    """
config.dynas.num_evals = 400
nas.search(on_evaluation=lambda e: e.number == 3 and os.kill(os.getpid(), signal.SIGINT))
""",
    """
front = nas.run.front()
print(nas.run.state, len(front) > 0, front == nas.run.front())
nas.run
""",
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What each cell shows, by the type of output, after all have been run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DYNAS_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(text.strip()) for text in CELLS]
        )
        client = NotebookClient(
            notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": str(ROOT)}}
        )
        client.execute()
    return [cell.outputs for cell in notebook.cells]


def texts(cell_outputs, name):
    streams = [o for o in cell_outputs if o.output_type == "stream" and o.name == name]
    return "".join(stream.text for stream in streams)


def test_the_progress_is_one_line_of_its_output(outputs):
    shown = texts(outputs[1], "stdout")
    last_line = shown.split("\r")[-1]
    assert last_line.split() == ["searching:", "12", "of", "12", "evaluations"]
    assert shown.count("\n") == 1
    assert texts(outputs[1], "stderr") == ""


def test_the_front_is_shown_as_a_table(outputs):
    (result,) = [o for o in outputs[1] if o.output_type == "execute_result"]
    assert "<table" in result.data["text/html"]


def test_an_interrupt_says_how_to_go_on(outputs):
    shown = texts(outputs[2], "stdout")
    assert "Interrupt the kernel again to stop now." in shown
    assert "of 400 evaluations. nas.run.front(), or Run('" in shown
    assert "returns its front; nas.run.resume() goes on with it." in shown
    (error,) = [o for o in outputs[2] if o.output_type == "error"]
    assert "nas.run.front()" in error.evalue


def test_an_interrupt_leaves_the_front_at_hand(outputs):
    assert texts(outputs[3], "stdout") == "stopped True True\n"
    (result,) = [o for o in outputs[3] if o.output_type == "execute_result"]
    assert "stopped" in result.data["text/html"]
