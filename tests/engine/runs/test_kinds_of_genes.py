"""Whole runs of a supernet with genes of every kind: logs, columns, files, warm starts."""

import ast
import csv
import json

import numpy as np
import pytest
import yaml

from engine.config import NASConfig
from engine.export import shortlist, subnetwork
from engine.export.table import run_csv
from engine.meters.latency_table import block_keys
from engine.predictors.importance import gene_importance
from engine.runs.columns import ColumnStore
from engine.runs.filter_expression import parse_filter
from engine.runs.service import RunService
from engine.supernets import registry
from tests.engine.conftest import install as install
from tests.engine.runs.fakes import InstantEvaluator, plan_quickly
from tests.engine.runs.test_service import finished

OFFERED = "tests.engine.offered"


@pytest.fixture
def service(tmp_path, install, monkeypatch):
    install({"all_kinds": f"{OFFERED}:AllKinds"}, {"energy": f"{OFFERED}:ENERGY"})
    plan_quickly(monkeypatch.setattr)
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


def config(approach="random", **dynas):
    settings = {"population": 8, "num_evals": 24, "workers": 1, "supernet": "all_kinds", **dynas}
    return NASConfig(approach=approach, dynas=settings)


@pytest.mark.parametrize("approach", ["dynas", "evolutionary", "one_shot", "random"])
def test_a_run_of_every_approach_is_logged_read_and_resumed_from(service, approach):
    run = finished(service, config(approach))
    space = registry.load("all_kinds").space
    assert run.state == "finished"
    assert len({e.genotype for e in run.evaluations}) == 24
    for e in run.evaluations:
        assert space.to_config(e.genotype) == e.config
        assert tuple(space.encode(e.config)) == e.genotype
    warm = finished(service, config(approach, num_evals=8, warm_start=run.id))
    assert len({e.genotype for e in warm.evaluations}) == 32


def test_files_hold_the_choices_as_they_are(service, tmp_path):
    path = tmp_path / "results.csv"
    run = finished(service, config(results_csv_path=str(path)))
    with path.open() as file:
        written = [ast.literal_eval(row["Sub-network"]) for row in csv.DictReader(file)]
    assert written == [e.config for e in run.evaluations]
    chosen = run.evaluations[:5]
    for texts, read in ((shortlist.to_json, json.loads), (shortlist.to_yaml, yaml.safe_load)):
        entries = read(texts(run, chosen, {}))["sub_networks"]
        assert [entry["config"] for entry in entries] == [e.config for e in chosen]
    for e in chosen:
        assert json.loads(subnetwork.to_json(run.config, e))["config"] == e.config
        assert yaml.safe_load(subnetwork.to_yaml(run.config, e))["config"] == e.config
        lines = subnetwork.to_python(run.config, e)
        call = next(n for n in ast.walk(ast.parse(lines)) if isinstance(n, ast.Dict))
        assert ast.literal_eval(call) == e.config
    known = tmp_path / "known.csv"
    known.write_text(run_csv(run))
    again = finished(service, config(num_evals=4, warm_start=str(known)))
    assert [e.genotype for e in again.evaluations[:24]] == [e.genotype for e in run.evaluations]


@pytest.fixture
def columns(service):
    run = finished(service, config())
    return ColumnStore(registry.load("all_kinds").space, len(run.objectives)).update(run)


@pytest.mark.parametrize(
    ("text", "meets"),
    [
        ('act1 == "relu"', lambda c: c["act"] == ["relu"]),
        ('"ge  lu" != act1', lambda c: c["act"] != ["ge  lu"]),
        ('norm1 == "layer" and d1 > 1', lambda c: c["act"] != ["ge  lu"]
         and c["norm"] == ["layer"] and c["d"][0] > 1),
        ("width1 >= 2048", lambda c: c["d"][0] > 1 and c["width"][0] >= 2048),
    ],
)  # fmt: skip
def test_filters_ask_for_choices_by_what_they_are(columns, text, meets):
    named = columns.by_name(len(columns))
    found = parse_filter(text, list(named), columns.categories).mask(named)
    configs = [columns.space.to_config(row) for row in columns.genotypes]
    assert found.tolist() == [meets(config) for config in configs]
    assert 0 < found.sum() < len(found)


def test_a_gene_that_is_off_has_no_value(columns):
    off = ~columns.space.active(columns.genotypes)
    for gene in columns.genes:
        values = columns.gene_values(gene.index)
        np.testing.assert_array_equal(np.isnan(values), off[:, gene.index])
        for row, value in zip(columns.genotypes, values, strict=True):
            if not np.isnan(value):
                choice = columns.space.genes[gene.index].choices[int(row[gene.index])]
                assert columns.gene_text(gene.index, value) == str(choice)


def test_importance_is_told_of_every_kind_of_gene(columns):
    rows = np.vstack([columns.genotypes, columns.space.sample(60, np.random.default_rng(0))])
    values = columns.space.features(rows)[:, :3] @ [1.0, 5.0, 2.0]
    report = gene_importance(columns.space, rows, values)
    assert report.genes[0].label.startswith("Stage 1") or "act" in report.genes[0].label.lower()
    assert len({one.label for one in report.genes}) == len(columns.space.genes)


def test_parts_of_a_latency_table_are_named_by_their_choices(service):
    space = registry.load("all_kinds").space
    config = space.to_config(space.largest)
    assert block_keys(space, config) == {
        "act[0]=relu": False,
        "d[0]=3": False,
        "width[0]=4096": True,
        "heads[0]=4": True,
        "norm[0]=batch": True,
        "seed[0]=2147483647": True,
    }
