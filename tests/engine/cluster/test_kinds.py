"""Kinds of clusters: which address belongs to which, and packages that fail or are gone."""

import pytest

from engine import cluster_kinds
from engine.cluster import registry as clusters
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.options import fields
from engine.runs.service import RunService
from tests.engine.conftest import install as install
from tests.engine.runs.fakes import InstantEvaluator
from tests.offered_cluster import PretendCluster

ADDRESS = "pretend://node"


@pytest.fixture
def package(install, monkeypatch):
    """The installation of a package with a kind of clusters."""
    monkeypatch.setattr(PretendCluster, "connected", [])
    install(clusters={"any-name": "tests.offered_cluster:PretendCluster"})
    return install


def test_an_address_belongs_to_the_kind_with_its_scheme(package):
    assert cluster_kinds.kind_of(ADDRESS).load() is PretendCluster
    assert cluster_kinds.kind_of("tls://scheduler:8786") is cluster_kinds.DASK
    with pytest.raises(ConfigError, match=r"connects to 'ray://head'\. .*tcp://.*, pretend://"):
        cluster_kinds.kind_of("ray://head")
    for text in ("scheduler:8786", "tcp://", "://x", "tcp://a b", ""):
        assert "is no address of a cluster" in cluster_kinds.address_problem(text)
    assert cluster_kinds.address_problem("node1:8700").endswith("Write it as tcp://node1:8700")


def test_a_package_that_does_not_load_is_named_with_the_reason(install):
    install(clusters={"broken": "tests.offered_cluster:NoSuchCluster"})
    problem = cluster_kinds.address_problem("broken://x")
    assert "the clusters of an installed package" in problem
    assert "do not load" in problem
    assert not cluster_kinds.address_problem("tcp://scheduler:8786")


def test_numbers_by_name_are_an_option_that_forms_draw():
    kinds = {option.name: option.kind for option in fields(cluster_kinds.DaskOptions)}
    assert kinds["resources"] == "numbers by name"
    assert "plain data" not in kinds.values()


def test_a_look_at_a_cluster_keeps_no_connection(package):
    assert clusters.look_at(ADDRESS, {}, 1.0).slots == 4
    assert not clusters._connections


def test_a_run_stays_readable_when_the_package_of_its_cluster_is_gone(package, data_dir):
    settings = {
        "cluster": ADDRESS, "cluster_options": {"queue": "short"}, "num_evals": 4, "population": 4,
    }  # fmt: skip
    service = RunService(data_dir, InstantEvaluator)
    run = service.start(NASConfig.from_dict({"dynas": settings}))
    service.wait(run, timeout=60)
    service.close()
    clusters.close_all()
    package(clusters={})
    service = RunService(data_dir, InstantEvaluator)
    dynas = service.history(run).config.dynas
    assert (dynas.cluster, dynas.cluster_options) == (ADDRESS, {"queue": "short"})
    with pytest.raises(ConfigError, match="nothing here connects to 'pretend://node'"):
        service.extend(run, 4)
    assert service.history(run).num_evals == 4
    service.close()
    with pytest.raises(ConfigError, match="Line 3, column 5, cluster: nothing here connects"):
        RunService(data_dir, InstantEvaluator).start(
            NASConfig.from_yaml(f"nas:\n  dynas:\n    cluster: {ADDRESS}\n")
        )
