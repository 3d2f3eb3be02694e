"""A network of a user's own, from its file to a front and a fine-tuned sub-network."""

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.streamlit_parts import ALERT
from tests.browser.test_own_supernet import fill
from tests.engine.training.elastic.tiny import FILE

_SLOW = 120_000  # milliseconds: processes that load torch start, and the machine may be busy
_EVALUATIONS = 6


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A server on a data folder that becomes one with a supernet."""
    server = Server(tmp_path_factory.mktemp("elastic") / "data")
    yield server
    server.kill()


def button(page, key):
    return page.locator(f".st-key-{key} button").first


def name_the_network(page, place):
    fill(page, "Python file on this machine", place)
    page.locator(".st-key-data_from button").last.click()
    expect(page.get_by_text("The file's own make_task()")).to_be_visible()


def test_a_wrong_function_is_one_sentence_and_the_form_stays(own_server, page):
    page.goto(f"{own_server.url}/supernets")
    button(page, "supernets_elastic").click()
    name_the_network(page, str(FILE))
    fill(page, "Function", "make_modle")
    button(page, "elastic_check").click()
    error = page.locator(".st-key-elastic_step_check " + ALERT)
    expect(error).to_contain_text("There is no make_modle in", timeout=_SLOW)
    expect(page.locator('input[aria-label="Python file on this machine"]')).to_have_value(str(FILE))


def check_and_train(page):
    fill(page, "Epochs it was trained for", "3")
    button(page, "elastic_check").click()
    facts = page.get_by_test_id("elastic-facts")
    expect(facts).to_contain_text("Networks9", timeout=_SLOW)
    expect(page.locator(".st-key-elastic_step_check")).to_contain_text("22 sub-networks equal")
    fill(page, "Sizes that you need", "2")
    expect(page.locator(".st-key-elastic_way_prune")).to_contain_text("advised")
    fill(page, "Sizes that you need", "40")
    expect(page.locator(".st-key-elastic_way_train")).to_contain_text("advised")
    fill(page, "Name of the supernet", "mine")
    button(page, "elastic_start").click()
    page.wait_for_url("**training=mine*")
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=_SLOW)
    for chart in ("training_quality", "training_loss"):
        expect(page.get_by_test_id(f"plot-{chart}")).to_be_visible()


def search(page):
    button(page, "training_search").click()
    page.wait_for_selector(".st-key-new_section_where")
    fill(page, "Workers", "1")
    fill(page, "Evaluations", str(_EVALUATIONS))
    expect(page.get_by_text(f"num_evals: {_EVALUATIONS}").first).to_be_attached(timeout=_SLOW)
    expect(page.get_by_text("supernet: mine").first).to_be_attached()
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/run?run=*")
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=_SLOW)
    page.locator("[data-testid=table-front] tbody tr").first.click()
    page.locator(".st-key-live_open_subnetwork button").click()


def test_a_network_of_ones_own_becomes_a_front(own_server, page):
    page.goto(f"{own_server.url}/elastic")
    page.wait_for_selector(".st-key-elastic_check")
    name_the_network(page, str(FILE))
    page.get_by_text("More about network and data").click()
    check_and_train(page)
    search(page)
    page.wait_for_selector(".st-key-subnetwork_fine_tuning")
    fill(page, "Epochs", "1")
    page.locator(".st-key-subnetwork_fine_tuning").get_by_role("button", name="Fine-tune").click()
    tuned = page.get_by_test_id("fine-tuned")
    expect(tuned).to_contain_text("Top-1 accuracy, held out", timeout=_SLOW)
    button(page, "subnetwork_bundle_make").click()
    archive = page.get_by_test_id("subnetwork_bundle-archive")
    expect(archive).to_be_visible(timeout=_SLOW)
    expect(page.locator(".st-key-subnetwork_bundle")).to_contain_text("The weights are fine-tuned")
    fine_tune_again(page)


def fine_tune_again(page):
    """Replace the fine-tuning of one epoch by one of two."""
    steps = page.locator(".st-key-subnetwork_fine_tuning").get_by_text("steps. Bundles hold")
    before = steps.inner_text()
    page.get_by_role("button", name="Fine-tune again").click()
    expect(page.get_by_text("stay until the new ones are there")).to_be_visible()
    fill(page, "Epochs", "2")
    page.get_by_role("button", name="Replace when done").click()
    expect(steps).not_to_have_text(before, timeout=_SLOW)
    expect(page.get_by_role("button", name="Fine-tune again")).to_be_visible()


def begin_long(page, server):
    """Start a training that takes minutes."""
    page.goto(f"{server.url}/elastic")
    page.wait_for_selector(".st-key-elastic_check")
    name_the_network(page, str(FILE))
    page.get_by_text("More about network and data").click()
    fill(page, "Epochs it was trained for", "2000")
    button(page, "elastic_check").click()
    expect(page.get_by_test_id("elastic-facts")).to_be_visible(timeout=_SLOW)
    fill(page, "Name of the supernet", "long")
    button(page, "elastic_start").click()
    page.wait_for_url("**training=long*")


def process_of(server):
    """The process of the training in the data folder of a server."""
    folder = str(server.folder / "supernets" / "long")
    return next(
        process
        for process in psutil.process_iter(["cmdline"])
        if any(part.startswith(folder) for part in process.info["cmdline"] or ())
    )


@pytest.mark.slow
def test_a_training_survives_the_server_and_is_interrupted_when_it_is_killed(own_server, page):
    begin_long(page, own_server)
    expect(page.get_by_test_id("training-progress")).to_be_visible(timeout=_SLOW)
    own_server.kill()
    own_server.start()
    page.goto(f"{own_server.url}/supernets")
    page.locator("[class~='st-key-sidebar_training_long'] button").first.click()
    state = page.get_by_test_id("run-state")
    expect(state).to_have_text("running", timeout=_SLOW)
    process_of(own_server).kill()
    expect(state).to_have_text("interrupted", timeout=_SLOW)
    button(page, "training_resume").click()
    expect(state).to_have_text("running", timeout=_SLOW)
    button(page, "training_pause").click()
    expect(state).to_have_text("paused", timeout=_SLOW)
    page.locator(".st-key-training_discard button").first.click()
    button(page, "training_discard_now").click()
    page.wait_for_selector(".st-key-elastic_check")
    assert not (own_server.folder / "supernets" / "long").exists()
