"""Where to run: this machine, or a cluster that is tried as soon as it is named."""

import pytest

from app.access import policy as access
from app.access.clusters import ClusterRules
from app.access.files import FileRules
from app.access.policy import Policy
from engine.config import NASConfig
from tests.engine.conftest import install as install
from tests.offered_cluster import PROBLEM, REMARK, PretendCluster
from tests.pages.conftest import html_of

ADDRESS = "pretend://node"
RESOURCES = "new_cluster_options.resources"
FULL = f"""
nas:
  dynas:
    cluster: {ADDRESS}
    workers: 3
    num_evals: 8
    population: 4
    cluster_options: {{resources: {{GPU: 1, memory: 1.5}}, queue: short}}
"""


@pytest.fixture
def app(install, dashboard, monkeypatch):
    install(clusters={"pretend": "tests.offered_cluster:PretendCluster"})
    monkeypatch.setattr(PretendCluster, "connected", [])
    return dashboard.run()


def name_cluster(app, address):
    """Name a cluster, and wait for its answer. AppTest enters no new option: it is pasted."""
    return load(app, f"nas: {{dynas: {{cluster: '{address}'}}}}")


def load(app, text):
    app.text_area(key="new_yaml_text").set_value(text).run()
    app.button(key="new_yaml_apply").click().run()
    answered(app)
    assert not app.exception
    return app


def answered(app):
    """Wait until the cluster has answered or was refused, and draw the page again."""
    from app.session import jobs

    for job in list(jobs()._jobs.values()):
        job.exception(timeout=30)
    app.run()


def dynas_of(app):
    return NASConfig.from_yaml(app.code[0].value).dynas


def texts(app):
    return "\n".join(e.value for e in [*app.caption, *app.warning]).replace("\\", "")


def test_a_cluster_says_what_it_has_as_soon_as_it_is_named(app):
    app.radio(key="new_place").set_value("cluster").run()
    assert app.button(key="new_start").disabled
    assert "Name the cluster by its address" in app.warning[0].value
    name_cluster(app, ADDRESS)
    assert "<b>4 slots</b></span><span>2 workers on 2 machines" in html_of(app)
    assert "2 × A GPU" in html_of(app)
    assert f"1 worker on node-2 is not used: it {PROBLEM.removeprefix('It ')}" in texts(app)
    assert f"1 worker on node-2: it {REMARK.removeprefix('It ')}" in texts(app)
    assert "http://node-1:8787/status" in str(app.get("link_button")[0].proto)
    dynas = dynas_of(app)
    assert (dynas.cluster, dynas.worker_limit, dynas.cluster_options) == (ADDRESS, None, {})
    assert not app.button(key="new_start").disabled
    app.number_input(key="new_seed").set_value(3).run()
    assert PretendCluster.connected == [ADDRESS], "the answer is kept"
    app.button(key="new_cluster_again").click().run()
    answered(app)
    assert PretendCluster.connected == [ADDRESS] * 2


def test_one_that_does_not_answer_cannot_be_started_until_it_does(app):
    name_cluster(app, "pretend://absent")
    assert "The pretended cluster does not answer." in texts(app)
    assert app.button(key="new_start").disabled
    name_cluster(app, ADDRESS)
    assert not app.button(key="new_start").disabled
    name_cluster(app, "tpc://scheduler")
    assert "nothing here connects to 'tpc://scheduler'" in texts(app)
    assert app.button(key="new_start").disabled


def test_a_configuration_with_a_cluster_fills_the_form_and_comes_out_as_it_was(app):
    load(app, FULL)
    assert app.text_input(key=RESOURCES).value == "GPU: 1, memory: 1.5"
    assert app.number_input(key="new_worker_limit").value == 3
    before = dynas_of(app)
    assert before == NASConfig.from_yaml(FULL).dynas
    app.text_input(key=RESOURCES).set_value("GPU").run()
    answered(app)
    assert app.button(key="new_start").disabled
    assert "cluster_options.resources: must be a mapping" in texts(app)
    app.text_input(key=RESOURCES).set_value(" GPU = 2 ").run()
    app.number_input(key="new_worker_limit").set_value(None).run()
    answered(app)
    assert dynas_of(app).cluster_options == {"resources": {"GPU": 2.0}, "queue": "short"}
    assert dynas_of(app).worker_limit is None


def test_a_search_on_a_cluster_is_started_and_the_form_goes_back_to_this_machine(app, service):
    load(app, FULL)
    app.button(key="new_start").click().run()
    (summary,) = service.list()
    assert summary.config.dynas.cluster == ADDRESS
    service.wait(summary.id, timeout=60)
    app.switch_page("../pages/new_search.py").run()
    app.radio(key="new_place").set_value("here").run()
    assert (dynas_of(app).cluster, dynas_of(app).cluster_options) == (None, {})
    app.radio(key="new_place").set_value("cluster").run()
    assert dynas_of(app).cluster_options["queue"] == "short", "what was entered is kept"


def test_the_estimate_is_of_the_slots_of_the_cluster(app, start):
    start("earlier", cluster=ADDRESS, num_evals=8)
    name_cluster(app, ADDRESS)
    app.number_input(key="new_worker_limit").set_value(1).run()
    assert "from an earlier run" in html_of(app)
    assert "250 evaluations on 1 worker<" in html_of(app)
    assert ADDRESS in app.selectbox(key="new_cluster").options


def test_a_server_that_others_reach_offers_the_named_clusters_and_tries_no_other(
    app, data_dir, monkeypatch
):
    rules = ClusterRules((ADDRESS,), any_address=False)
    files = FileRules.for_server(data_dir, [], local=False)
    monkeypatch.setattr(access, "_current", Policy(files=files, clusters=rules))
    app.radio(key="new_place").set_value("cluster").run()
    assert app.selectbox(key="new_cluster").options == [ADDRESS]
    load(app, FULL.replace(ADDRESS, "pretend://other"))
    assert "this server may not connect to 'pretend://other'" in texts(app)
    assert app.button(key="new_start").disabled
    app.selectbox(key="new_cluster").set_value(ADDRESS).run()
    answered(app)
    app.text_input(key="new_cluster_options.key_file").set_value("/etc/key.pem").run()
    answered(app)
    assert "key_file: '/etc/key.pem' is outside the folders" in texts(app)
    assert PretendCluster.connected == [ADDRESS], "with no forbidden address, and no such file"
    monkeypatch.setattr(
        access, "_current", Policy(files=files, clusters=ClusterRules((), any_address=False))
    )
    app.run()
    assert "This server connects to no cluster." in texts(app)
