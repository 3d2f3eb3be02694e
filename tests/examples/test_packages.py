"""The examples of a language model, a table and a ResNet: each searched from end to end."""

import csv
import io
import subprocess
import sys

import numpy as np
import pytest
import yaml

from engine import load_supernet
from engine.contracts import check_supernet
from engine.metrics import metric
from engine.predictors.importance import MIN_ROWS, gene_importance
from engine.runs.results_csv import read_results
from engine.runs.service import RunService
from tests.command import in_process
from tests.engine.runs.fakes import plan_quickly
from tests.examples.conftest import EXAMPLES, ROOT

SUPERNETS = {
    "token_transformer": "perplexity",
    "tabular_perceptron": "log_loss",
    "digits_resnet": "acc",
}
EVALUATIONS = 6
LARGEST_WEIGHTS = 1_000_000  # bytes


in_short = pytest.mark.parametrize(
    "supernet",
    [
        "tabular_perceptron",
        pytest.param("token_transformer", marks=pytest.mark.slow),
        pytest.param("digits_resnet", marks=pytest.mark.slow),
    ],
    indirect=True,
)
"""Runs a test that takes half a minute for one of the packages, and for the others if slow."""


@pytest.fixture(params=SUPERNETS)
def supernet(request, example):
    return load_supernet(request.param)


@pytest.fixture
def engine(example, tmp_path, monkeypatch, capsys):
    return in_process(tmp_path / "data", monkeypatch, capsys)


@in_short
def test_a_search_can_rely_on_it(supernet):
    assert [str(finding) for finding in check_supernet(supernet)] == []


def test_its_weights_are_small_and_better_than_untrained_ones(supernet):
    assert supernet.weights.stat().st_size < LARGEST_WEIGHTS
    (known,), settings = supernet.task.metrics, load_settings()
    config = supernet.space.to_config(supernet.space.largest)
    network = supernet.subnetwork(config)
    untrained = supernet.network(config).eval()
    found = [
        supernet.task.quality(network_of(module), "held out", [known.name], settings)[known.name]
        for module in (network, untrained)
    ]
    assert known.sign * found[0] < known.sign * found[1]


def load_settings():
    from engine.evaluation_settings import EvaluationSettings

    return EvaluationSettings()


def network_of(module):
    from engine.tasks.inputs import call_network

    return lambda inputs: call_network(module, inputs)


def test_every_gene_says_what_it_is(supernet):
    assert all(gene.role != "other" or gene.kind == "categorical" for gene in supernet.space.genes)
    assert all(gene.part for gene in supernet.space.genes if gene.role == "width")


@in_short
def test_it_is_searched_for_three_things_exported_and_read_back(
    supernet, example, engine, tmp_path, monkeypatch
):
    quality = SUPERNETS[supernet.name]
    search = {
        "supernet": supernet.name,
        "metrics": [quality, "macs", "lat"],
        "record": ["params", "size", "peak_memory"],
        "population": 4,
        "num_evals": EVALUATIONS,
        "workers": 1,
        "meter_options": {"latency": {"threads": 1}},  # waits for one core only
        "results_csv_path": str(tmp_path / "full.csv"),
        "results_csv_format": "full",
    }
    path = tmp_path / "search.yaml"
    path.write_text(yaml.safe_dump({"nas": {"dynas": search}}))
    plan_quickly(monkeypatch.setattr)
    front = list(csv.DictReader(io.StringIO(engine("search", str(path), "--quiet"))))
    assert front
    run = engine("runs").splitlines()[1].split()[0]
    rows = list(csv.DictReader(io.StringIO(engine("csv", run))))
    assert len(rows) == EVALUATIONS
    for name in (quality, "macs", "lat", "params", "size", "peak_memory"):
        assert all(not metric(name).refusal(float(row[name])) for row in rows), name
    assert len({row[quality] for row in rows}) > 1

    table = tmp_path / "results.csv"
    table.write_text(engine("csv", run))
    for path in (table, tmp_path / "full.csv"):
        known = read_results(path.read_text(), supernet, "results.csv")
        for name in (quality, "peak_memory"):
            assert [evaluation.metrics[name] for evaluation in known] == [
                float(row[name]) for row in rows
            ]
    imported = engine("import", str(table), "--supernet", supernet.name).split()[-1]
    assert len(list(csv.DictReader(io.StringIO(engine("csv", imported))))) == EVALUATIONS

    service = RunService(tmp_path / "data")
    try:
        held_out = service.held_out_quality(run, 1)
        assert service.history(imported).config.dynas.metrics == [quality, "macs"]
    finally:
        service.close()
    assert not metric(quality).refusal(held_out)
    rebuilt = {}
    exec(engine("export", run, "1", "--format", "python"), rebuilt)
    assert sum(p.numel() for p in rebuilt["network"].parameters()) == float(rows[0]["params"])


def test_what_its_genes_matter_is_told_by_their_parts(supernet):
    genotypes = supernet.space.sample(3 * MIN_ROWS, np.random.default_rng(0))
    report = gene_importance(supernet.space, genotypes, supernet.exact_metrics(genotypes)["macs"])
    assert report.tau > 0.5
    assert {"Layer 1 width", "Layer 1 hidden", "Stage 1 width"} & {g.label for g in report.genes}
    assert report.genes[0].mean > 0


def test_describing_them_does_not_import_torch(example):
    code = (
        "import sys; from engine.supernets import registry;"
        f"nets = [registry.load(name) for name in {list(SUPERNETS)}];"
        "[(net.title, net.space.size, net.stages, net.exact_metric_names) for net in nets];"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=example, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "name", ["tabular", *(pytest.param(n, marks=pytest.mark.slow) for n in ("token", "resnet"))]
)
def test_the_training_that_ships_is_repeatable_and_learns(example, name):
    import torch
    import torch.nn.functional as F

    package = f"{name}_supernet"
    assert (EXAMPLES / package / package / "train.py").is_file()
    train = __import__(f"{package}.train", fromlist=["train"])
    first, second, longer = train.train(2), train.train(2), train.train(60)
    torch.testing.assert_close(first.state_dict(), second.state_dict(), rtol=0, atol=0)
    inputs, classes = next(train.batches())

    def loss(module):
        logits = network_of(module.train())(inputs).flatten(0, -2)
        return float(F.cross_entropy(logits, classes.flatten()))

    with torch.no_grad():
        assert loss(longer) < loss(first)
