import json

import pytest

from app.session import jobs
from engine.errors import DataError
from engine.metrics import metric
from engine.supernets.ofa.adapter import ImageNetSupernet
from engine.supernets.registry import DEFAULT
from engine.tasks.images import decoded_images
from tests.engine.installed import forget, put_package
from tests.pages.conftest import html_of

W10 = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.fixture
def page(app):
    return app.switch_page("../pages/supernets.py").run()


def text_of(page):
    return " ".join(element.value for element in [*page.markdown, *page.caption, *page.error])


def wait_for_jobs(page):
    for job in list(jobs()._jobs.values()):
        job.exception(timeout=60)
    page.run()


def give(page, key, path):
    page.text_input(key=f"{key}_text").set_value(str(path))
    page.button(key=f"{key}_apply").click().run()


def test_every_supernet_has_a_card_with_its_size_and_what_it_needs(page):
    assert not page.exception
    text = text_of(page)
    for size in ("4.0 × 10¹¹", "2.2 × 10¹⁹", "2.0 × 10²⁰", "1.6 × 10¹²"):
        assert f"{size} sub-networks" in text
    assert text.count("needs weights and images") == 4
    assert page.button(key=f"next_{W10}").label == "Download the published predictor"
    assert page.button(key=f"download_{W10}").label == "Download the weights"
    assert page.button(key=f"next_{DEFAULT}").label == "New search"
    assert page.button(key=f"check_{DEFAULT}").label == "Check weights and images"


@pytest.fixture
def site_packages(tmp_path, monkeypatch):
    """A folder in which packages are found; what is found there is forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    monkeypatch.undo()
    forget()


def test_look_again_finds_a_package_that_was_installed_since(page, site_packages):
    put_package(site_packages, {"text_net": "tests.offered_text:TextNet"})
    page.button(key="supernets_refresh").click().run()
    assert not page.exception
    assert not page.error
    assert page.button(key="check_text_net").label == "Check checkpoint and corpus"
    assert metric("perplexity").label == "Perplexity"


def test_a_check_says_what_was_found_and_the_next_step_follows(page):
    page.button(key=f"check_{DEFAULT}").click().run()
    wait_for_jobs(page)
    text = text_of(page)
    assert "5,000 validation, 2,000 calibration and 10,000 test images of 10 classes" in text
    assert "checked just now" in text
    assert page.button(key=f"test_{DEFAULT}").label == "Test one random sub-network"


def test_one_random_sub_network_is_measured_and_leads_to_the_search(page):
    page.button(key=f"test_{DEFAULT}").click().run()
    wait_for_jobs(page)
    assert "it shows that everything works, and is no result to quote" in text_of(page)
    numbers = html_of(page)
    assert all(label in numbers for label in ("Top-1 accuracy", "MACs", "Parameters", "Latency"))
    page.button(key=f"next_{DEFAULT}").click().run()
    assert page.title[0].value == "New search"
    assert page.selectbox(key="new_supernet").value == DEFAULT


def test_a_trial_that_fails_says_why(page, service, monkeypatch):
    def fail(*_):
        raise DataError("The image is damaged. Replace it.")

    monkeypatch.setattr(service.side_measurements, "try_out", fail)
    page.button(key=f"test_{DEFAULT}").click().run()
    wait_for_jobs(page)
    assert page.error[0].value == "The image is damaged. Replace it."


def test_a_path_is_remembered_and_what_is_wrong_with_it_is_said_in_place(page, data_dir, tmp_path):
    give(page, f"path_{W10}_Images", tmp_path / "none")
    assert page.error[0].value.startswith(f"There is no file or folder {tmp_path / 'none'}")
    assert not (data_dir / "settings.json").exists()
    give(page, f"path_{W10}_Images", tmp_path)
    assert json.loads((data_dir / "settings.json").read_text())["paths"]["ImageNet"] == str(
        tmp_path
    )
    assert text_of(page).count(f"{tmp_path} holds 0 class folders with images") == 4


def test_a_download_that_fails_says_so_and_can_be_tried_again(page, monkeypatch):
    def fail(self, settings, progress):
        progress("weights", 0, 10)
        raise DataError("The server answers 503. Try again.")

    monkeypatch.setattr(ImageNetSupernet, "fetch", fail)
    page.button(key=f"download_{W10}").click().run()
    wait_for_jobs(page)
    assert page.error[0].value == "The server answers 503. Try again."
    assert page.button(key=f"download_{W10}").label == "Download the weights"


def test_decoded_images_are_counted_and_removed(page, data_dir):
    assert page.button(key="decoded_all").disabled
    (data_dir / "images").mkdir()
    (data_dir / "images/a.npy").write_bytes(bytes(12_400_000))
    page.run()
    assert "**Decoded images** · 12.4 MB" in text_of(page)
    page.button(key="decoded_outdated").click().run()
    assert decoded_images.usage().files == 1
    page.button(key="decoded_all").click().run()
    assert decoded_images.usage().files == 0
    assert "None yet" in text_of(page)
