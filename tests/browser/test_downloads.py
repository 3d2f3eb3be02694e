"""From a goal to a file that runs: networks that are downloaded, unpacked and used."""

import re
import subprocess
import sys
import zipfile

import pytest
from PIL import Image
from playwright.sync_api import expect

from engine.supernets.builtin.fashion_mnist import load_shipped
from tests.browser.server import Server

LONG = 300_000  # milliseconds: the machine may be busy with other tests
EVALUATIONS = 4
LIMIT = 9_000_000
IMAGES = 50
MACS = re.compile(r"#(\d+) .*?([\d.]+) M MACs")


@pytest.fixture
def own_server(tmp_path):
    server = Server(tmp_path / "data")
    yield server
    server.kill()


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """The first validation images of the built-in supernet, in a folder for each class."""
    folder = tmp_path_factory.mktemp("images")
    split = load_shipped("validation")
    for index, (pixels, label) in enumerate(
        zip(split.images[:IMAGES], split.labels[:IMAGES], strict=True)
    ):
        (folder / str(label)).mkdir(exist_ok=True)
        Image.fromarray(pixels).save(folder / str(label) / f"{index}.png")
    return folder


def fill(page, label, text):
    field = page.locator(f'input[aria-label="{label}"]')
    field.fill(text)
    field.press("Enter")


def search(page, url):
    """Type a goal, start the search and wait for its end; the run's id."""
    page.goto(url)
    fill(page, "MACs ≤", f"{LIMIT / 1e6:g}M")
    fill(page, "Evaluations", str(EVALUATIONS))
    fill(page, "Population", "4")
    expect(page.get_by_text(f"num_evals: {EVALUATIONS}").first).to_be_attached(timeout=LONG)
    page.get_by_role("button", name="Start search").click()
    page.wait_for_url("**/run?run=*", timeout=LONG)
    expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=LONG)
    return page.url.split("run=")[1].split("&")[0]


def choose_files(panel, *names):
    """Leave what is called by `names` alone chosen among the files of a bundle."""
    pills = panel.locator("[class*=_parts] button")
    expect(pills.first).to_be_enabled(timeout=LONG)
    for pill in pills.all():
        is_chosen = pill.get_attribute("aria-pressed") == "true"
        if is_chosen != (pill.inner_text() in names):
            pill.click()
            expect(pill).to_have_attribute("aria-pressed", str(not is_chosen).lower())


def download(page, panel, tmp_path):
    """Prepare the bundle of a panel, download it and unpack it; the folder of its network."""
    panel.locator("[class*=_make] button:visible").click()
    expect(panel.locator("[class*=_progress]")).to_be_visible()
    link = panel.locator("a.dynas-download")
    expect(link).to_be_visible(timeout=LONG)
    expect(link).to_contain_text(re.compile(r"\d MB"))
    with page.expect_download(timeout=LONG) as downloading:
        link.click()
    with zipfile.ZipFile(downloading.value.path()) as archive:
        archive.extractall(tmp_path)
        (folder,) = {name.split("/")[0] for name in archive.namelist()}
    return tmp_path / folder


def run(folder, *arguments):
    """What `run.py` of a bundle prints."""
    command = [sys.executable, "run.py", *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, timeout=120
    ).stdout


def accuracy(folder, images, *options):
    printed = run(folder, "--check", images, *options)
    return float(re.search(r"top-1 accuracy ([\d.]+) %", printed)[1])


@pytest.mark.timeout(1200)
def test_from_a_goal_to_a_file_that_classifies_an_image(own_server, page, tmp_path, images):
    run_id = search(page, own_server.url)
    page.goto(f"{own_server.url}/decide?run={run_id}&limits=macs:{LIMIT}")
    best = page.locator(".st-key-decide_answer_0")
    best.get_by_role("button", name="Download").click(timeout=LONG)
    number, macs = MACS.search(best.inner_text()).groups()
    assert float(macs) * 1e6 <= LIMIT
    panel = page.locator("body")  # the menu is drawn outside the answer
    choose_files(panel, "ONNX")
    folder = download(page, panel, tmp_path / "unpacked")
    assert folder.name == f"subnetwork-{number}"
    assert not (folder / "model.pt2").exists()
    printed = run(folder, next(images.glob("*/*.png")), "--top", "1")
    names = (folder / "classes.txt").read_text().splitlines()
    assert any(name in printed for name in names)
    assert accuracy(folder, images) >= 80
    page.reload()
    best.get_by_role("button", name="Download").click(timeout=LONG)
    choose_files(panel, "ONNX")
    expect(panel.locator("a.dynas-download")).to_be_visible(timeout=LONG)  # at once, as before


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_network_in_int8(server, page, long_run, tmp_path, images):
    page.goto(f"{server.url}/sub-network?run={long_run}&n=1")
    panel = page.locator(".st-key-subnetwork_bundle")
    choose_files(panel, "ONNX", "ONNX in int8")
    folder = download(page, panel, tmp_path)
    assert (folder / "model.int8.onnx").stat().st_size < (folder / "model.onnx").stat().st_size
    assert accuracy(folder, images, "--model", "model.int8.onnx") >= 80


def test_a_bundle_can_be_cancelled_and_asked_for_again(server, page, long_run):
    page.goto(f"{server.url}/sub-network?run={long_run}&n=2")
    panel = page.locator(".st-key-subnetwork_bundle")
    panel.locator("[class*=_make] button:visible").click(timeout=LONG)
    panel.get_by_role("button", name="Cancel").click(timeout=LONG)
    expect(panel.locator("[class*=_make] button:visible")).to_be_enabled(timeout=LONG)
    expect(panel.get_by_role("alert")).to_have_count(0)
    assert list((server.folder / "downloads").rglob("*.part")) == []
