"""The four ImageNet supernets, with checkpoints and images of the user, from page to export."""

import json

import pytest
import torch
from playwright.sync_api import expect

from engine.config import NASConfig
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.registry import load
from tests.browser.server import Server
from tests.browser.supernets_page import card, give, path_of
from tests.engine.image_files import CLASSES, write_images

EVALUATIONS = 12
W10 = "ofa_mbv3_d234_e346_k357_w1.0"
OTHERS = [name for name in MODELS if name != W10]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """An image in each of 1,000 classes."""
    folder = tmp_path_factory.mktemp("imagenet")
    write_images(folder / "val", CLASSES, 1)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server") / "data")
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def patience():
    """Other programs may keep the machine busy."""
    expect.set_options(timeout=120_000)
    yield
    expect.set_options(timeout=5_000)


def checkpoint(name, folder):
    """Random weights in the form of the official ones."""
    torch.manual_seed(0)
    path = folder / name
    torch.save({"state_dict": MODELS[name].build().state_dict()}, path)
    return path


def give_weights(page, server, name, tmp_path):
    page.set_default_timeout(120_000)
    page.goto(f"{server.url}/supernets")
    give(page, path_of(page, name, "Weights"), checkpoint(name, tmp_path))
    expect(card(page, name).get_by_text("Weights · Available, not checked yet")).to_be_visible()


def finished_and_exported(page, name):
    """Wait for the run's end; the selected sub-network as it was downloaded."""
    page.wait_for_url("**/run?run=*")
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=900_000)
    expect(page.get_by_test_id("run-count")).to_have_text(f"{EVALUATIONS} / {EVALUATIONS}")
    expect(page.get_by_test_id("run-failed")).to_have_count(0)
    page.locator("[data-testid=table-front] tbody tr").first.click()
    with page.expect_download() as download:
        page.locator(".st-key-live_download_json button").click()
    exported = json.loads(download.value.path().read_text())
    assert exported["supernet"].startswith(name)
    return exported


def check_numbers(exported):
    supernet, metrics = load(exported["supernet"]), exported["metrics"]
    macs, params = supernet.macs_params(supernet.space.encode(exported["config"]))[0]
    assert (metrics["macs"]["value"], metrics["params"]["value"]) == (macs, params)
    assert metrics["macs"]["source"] == "exact"
    assert metrics["acc"]["source"] == metrics["lat"]["source"] == "measured"
    assert 0 <= metrics["acc"]["value"] <= 100
    assert metrics["lat"]["value"] > 0


def test_from_an_empty_data_folder_to_an_exported_sub_network(page, server, images, tmp_path):
    page.set_default_timeout(120_000)
    page.goto(server.url)
    expect(page.get_by_text("Not ready, needs weights and images").first).to_be_visible()
    give_weights(page, server, W10, tmp_path)
    of_w10 = card(page, W10)
    give(page, of_w10.get_by_role("button", name="Give the path of the images"), images)
    of_w10.get_by_role("button", name="Check weights and images").click()
    expect(of_w10.get_by_text("800 images of 1,000 classes in")).to_be_visible(timeout=120_000)
    expect(of_w10.get_by_text("Another file than the published one; all")).to_be_visible()
    of_w10.get_by_role("button", name="Test one random sub-network").click()
    expect(of_w10.get_by_test_id("subnetwork-metrics")).to_contain_text("ms")
    of_w10.get_by_role("button", name="New search").click()

    page.wait_for_selector(".st-key-new_section_where")
    expect(page.locator(".st-key-new_task_options-dataset_path input")).to_have_value(str(images))
    page.locator(".st-key-new_metrics").get_by_role("button", name="Latency ↓").click()
    expect(page.get_by_text("Latency is timed on the CPU of this machine")).to_be_visible()
    page.get_by_role("slider", name="Share of the validation images").press("Home")
    for field, value in (("Evaluations", EVALUATIONS), ("Population", 4)):
        page.locator(f'input[aria-label="{field}"]').fill(str(value))
        page.locator(f'input[aria-label="{field}"]').press("Enter")
    for line in ("test_fraction: 0.01", f"num_evals: {EVALUATIONS}", "population: 4", "- lat"):
        expect(page.get_by_text(line).first).to_be_attached()
    page.get_by_role("button", name="Start search").click()
    check_numbers(finished_and_exported(page, W10))


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_supernets_are_searched_at_128_pixels(page, server, images, tmp_path, name):
    give_weights(page, server, name, tmp_path)
    if card(page, name).get_by_role("button", name="Give the path of the images").count():
        give(page, card(page, name).get_by_role("button", name="Give the path of the"), images)
    expect(card(page, name).get_by_role("button", name="New search")).to_be_visible()
    page.goto(server.url)
    config = NASConfig.from_dict(
        {
            "dynas": {
                "supernet": f"{name}_r128",
                "metrics": ["acc", "macs", "lat"],
                "num_evals": EVALUATIONS,
                "population": 4,
                "workers": 1,
                "test_fraction": 0.01,
            }
        }
    )
    page.get_by_role("button", name="Load").click()
    page.locator(".st-key-new_yaml_text textarea").fill(config.to_yaml())
    page.locator(".st-key-new_yaml_text textarea").press("Control+Enter")
    page.get_by_role("button", name="Fill the form").click()
    expect(page.get_by_text(f"supernet: {name}_r128").first).to_be_attached()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Start search").click()
    check_numbers(finished_and_exported(page, name))
