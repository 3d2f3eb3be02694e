"""The example of a kind of clusters: it keeps to the rules, and a search runs on it."""

import csv
import io

import pytest
import yaml

from engine.cluster import registry as clusters
from engine.config import NASConfig
from engine.contracts import check_cluster
from engine.errors import ConfigError
from tests.command import in_process
from tests.engine.runs.fakes import plan_quickly


@pytest.fixture(autouse=True)
def _nothing_stays_connected(example):
    yield
    clusters.close_all()


def test_a_search_can_rely_on_it():
    assert [str(finding) for finding in check_cluster("local://2")] == []


@pytest.mark.slow
def test_a_search_runs_on_it(tmp_path, monkeypatch, capsys):
    settings = {"cluster": "local://2", "num_evals": 4, "population": 4, "workers": 1}
    path = tmp_path / "search.yaml"
    path.write_text(yaml.safe_dump({"nas": {"approach": "random", "dynas": settings}}))
    plan_quickly(monkeypatch.setattr)
    engine = in_process(tmp_path / "data", monkeypatch, capsys)
    assert list(csv.DictReader(io.StringIO(engine("search", str(path), "--quiet"))))
    run = engine("runs").splitlines()[1].split()[0]
    rows = list(csv.DictReader(io.StringIO(engine("csv", run))))
    assert [row["status"] for row in rows] == ["ok"] * 4


def test_its_options_and_its_address_are_checked():
    settings = {"cluster": "local://many", "cluster_options": {"threads": 0}}
    with pytest.raises(ConfigError, match=r"cluster_options\.threads: must be at least 1"):
        NASConfig.from_dict({"dynas": settings})
    with pytest.raises(ConfigError, match=r"'local://many' names no number of processes"):
        clusters.look_at("local://many", {}, 1.0)
