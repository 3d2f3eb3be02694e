"""The clusters that a visitor may make the server connect to."""

from functools import partial

import pytest

from app.access.clusters import ClusterRules
from app.access.listen_address import ListenAddress
from app.access.options import AccessOptions
from engine.cluster.base import ClusterState
from engine.config import NASConfig
from engine.errors import EvaluationError, NotAllowedError
from engine.runs.importing.report import ImportReport
from engine.runs.results_csv import ImportedResults
from engine.runs.service import RunService
from tests.engine.conftest import install as install
from tests.engine.runs.fakes import InstantEvaluator
from tests.offered_cluster import PretendCluster

NAMED, OTHER = "pretend://named", "pretend://other"
HERE, LAN = ListenAddress("127.0.0.1", "127.0.0.1"), ListenAddress("192.168.1.5", "192.168.1.5")
NO_ROWS = ImportedResults([], ImportReport("x.csv", "", 0, 0, 0, 0, 0))


@pytest.fixture(autouse=True)
def package(install, monkeypatch):
    """A package whose cluster answers at every address; its connections are counted."""
    install(clusters={"pretend": "tests.offered_cluster:PretendCluster"})
    monkeypatch.setattr(PretendCluster, "connected", [])


def rules(*addresses, local=False):
    return ClusterRules.for_server(addresses, local)


def config(address):
    settings = {"cluster": address, "num_evals": 4, "population": 4}
    return NASConfig.from_dict({"dynas": settings})


def test_a_server_that_others_reach_connects_to_clusters_that_were_named_alone():
    rules(NAMED).check_config(config(NAMED))
    with pytest.raises(
        NotAllowedError, match=r"'pretend://other'.* allows pretend://named\. .*--cl"
    ):
        rules(NAMED).check_config(config(OTHER))
    with pytest.raises(NotAllowedError, match="allows none"):
        rules().check_address(NAMED)
    for near in (f"{NAMED}/", f"{NAMED}x", NAMED.upper(), "tcp://named"):
        assert not rules(NAMED).allows(near)


def test_a_server_of_this_machine_alone_connects_to_any():
    rules(NAMED, local=True).check_config(config(OTHER))
    assert rules(NAMED, local=True).addresses == (NAMED,)


def test_a_search_on_this_machine_needs_no_cluster():
    rules().check_config(NASConfig())


def test_the_rules_follow_from_where_the_server_listens(data_dir):
    options = AccessOptions(clusters=[NAMED, NAMED])
    assert options.policy(HERE, data_dir).clusters == ClusterRules((NAMED,), any_address=True)
    assert options.policy(LAN, data_dir).clusters == ClusterRules((NAMED,), any_address=False)
    proxied = AccessOptions(allowed_hosts=["studio.example"])
    assert not proxied.policy(HERE, data_dir).clusters.any_address


def test_the_service_connects_to_no_other_cluster_whatever_is_asked(data_dir):
    unrestricted = RunService(data_dir, partial(InstantEvaluator, fail_every=2))
    run = unrestricted.start(config(OTHER))
    unrestricted.wait(run, timeout=60)
    unrestricted.close()
    PretendCluster.connected.clear()
    policy = AccessOptions(clusters=[NAMED]).policy(LAN, data_dir)
    service = RunService(data_dir, InstantEvaluator, policy.check_config)
    asks = (
        lambda: service.start(config(OTHER)),
        lambda: service.import_parsed_results(NO_ROWS, config(OTHER)),
        lambda: service.extend(run, 4),
        lambda: service.resume(run, retry_failed=True),
    )
    for ask in asks:
        with pytest.raises(NotAllowedError, match="may not connect"):
            ask()
    assert PretendCluster.connected == []
    assert len(service.list()) == 1
    service.close()


def test_an_estimate_says_why_a_cluster_measures_nothing(data_dir, monkeypatch):
    monkeypatch.setattr(
        PretendCluster, "state", lambda cluster: ClusterState(waiting_reason="No workers.")
    )
    service = RunService(data_dir, InstantEvaluator)
    with pytest.raises(EvaluationError, match="No workers"):
        service.side_measurements.timed(config(OTHER))
    service.close()
