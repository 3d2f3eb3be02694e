"""The example of a user's own supernet: installed, searched, exported, and gone again."""

import ast
import csv
import io
import json
import subprocess
import sys

import pytest
import yaml

from engine import load_supernet, plug_ins
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.metrics import metric
from engine.runs.results_csv import read_results
from engine.runs.service import RunService
from tests.command import in_process
from tests.engine.runs.fakes import plan_quickly
from tests.examples.conftest import EXAMPLE, ROOT, forget

SEARCH = {
    "supernet": "digits_transformer",
    "metrics": ["log_loss", "macs"],
    "record": ["acc", "params"],
    "constraints": ["log_loss <= 0.45", "macs <= 500k"],
    "population": 8,
    "num_evals": 12,
    "workers": 1,
}


@pytest.fixture
def engine(example, tmp_path, monkeypatch, capsys):
    return in_process(tmp_path / "data", monkeypatch, capsys)


@pytest.mark.slow
def test_the_examples_own_tests_pass_where_it_is_installed(example):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", EXAMPLE / "tests"],
        cwd=ROOT, env=example, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_describing_it_does_not_import_torch(example):
    code = (
        "import sys; from engine.supernets import registry;"
        "net = registry.load('digits_transformer'); net.macs_params(net.space.largest);"
        "net.bounds('log_loss'); sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=example, check=False)
    assert done.returncode == 0


def test_it_is_searched_exported_and_rebuilt_on_the_command_line(example, engine, tmp_path):
    path = tmp_path / "search.yaml"
    path.write_text(yaml.safe_dump({"nas": {"dynas": SEARCH}}))
    search = [sys.executable, "-m", "engine", "search", path, "--quiet"]
    done = subprocess.run(
        [*search, "--data-dir", tmp_path / "data"],
        cwd=ROOT, env=example, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    front = list(csv.DictReader(io.StringIO(done.stdout)))
    assert front
    losses, macs = ([float(row[name]) for row in front] for name in ("log_loss", "macs"))
    assert losses == sorted(losses, reverse=True), "the front is sorted by MACs"
    assert max(losses) <= 0.45
    assert max(macs) <= 500_000

    run = done.stderr.split()[-1]
    rows = list(csv.DictReader(io.StringIO(engine("csv", run))))
    assert len(rows) == SEARCH["num_evals"]
    best = min((row for row in rows if row["front"] == "1"), key=lambda row: float(row["log_loss"]))
    number = best["evaluation"]
    exported = json.loads(engine("export", run, number))
    assert exported["config"] == ast.literal_eval(best["config"])
    measured = {"value": float(best["log_loss"]), "unit": "nats", "source": "measured"}
    assert exported["metrics"]["log_loss"].items() >= measured.items()
    assert exported["metrics"]["macs"]["value"] == int(float(best["macs"]))
    rebuilt = {}
    exec(engine("export", run, number, "--format", "python"), rebuilt)
    parameters = sum(p.numel() for p in rebuilt["network"].parameters())
    assert parameters == exported["metrics"]["params"]["value"]


def test_a_run_csv_is_read_back_with_the_metric(example):
    supernet = load_supernet("digits_transformer")
    config = supernet.space.to_config(supernet.space.largest)
    text = f'log_loss,config\n0.15,"{config}"\n'
    (evaluation,) = read_results(text, supernet, "results.csv")
    assert evaluation.metrics == {"log_loss": 0.15, "macs": 612_832.0, "params": 35_242.0}
    assert evaluation.sources["log_loss"] == "imported"


@pytest.fixture
def searched(example, data_dir, monkeypatch):
    """A data folder with a run of the example in it."""
    plan_quickly(monkeypatch.setattr)
    service = RunService(data_dir)
    run = service.start(NASConfig(dynas={**SEARCH, "num_evals": 6, "population": 4}), "digits")
    service.wait(run, timeout=120)
    assert service.history(run).state == "finished", service.history(run).message
    assert service.held_out_quality(run, 1) > 80
    service.close()
    return run


def test_without_the_package_its_runs_are_still_read(searched, data_dir, monkeypatch):
    monkeypatch.setattr(plug_ins, "entry_points", lambda group: [])
    forget()
    with pytest.raises(ConfigError):
        metric("log_loss")
    service = RunService(data_dir)
    (summary,) = service.list()
    history = service.history(searched)
    assert (summary.name, summary.state, summary.evaluations) == ("digits", "finished", 6)
    assert history.front()
    assert metric("log_loss").unit == "nats"
    with pytest.raises(ConfigError, match="no supernet 'digits_transformer'"):
        service.start(NASConfig(dynas=SEARCH))
    with pytest.raises(ConfigError, match="no supernet 'digits_transformer'"):
        service.extend(searched, 1)
    assert service.history(searched).summary().state == "finished"
    service.close()
