from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import DataError
from engine.supernets.base import EvaluationSettings, Requirement
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.registry import load
from tests.engine.supernets.ofa.reference import PREDICTOR, needs_reference

W10 = "ofa_mbv3_d234_e346_k357_w1.0"


def find_requirement(title: str, name: str = W10) -> Requirement:
    return next(r for r in load(name).requirements() if r.title == title)


def check(requirement: Requirement, settings: EvaluationSettings) -> str:
    return requirement.check(settings, lambda what, done, total: None)


@pytest.mark.parametrize("name", MODELS)
def test_each_supernet_says_what_it_needs_and_where_from(name: str) -> None:
    requirements = load(name).requirements()
    titles = [r.title for r in requirements]
    assert titles == ["Weights", "Images", "Published predictor"][: len(titles)]
    assert ("Published predictor" in titles) == (MODELS[name].predictor is not None)
    for requirement in requirements:
        assert requirement.option
        with pytest.raises(DataError):
            requirement.locate(EvaluationSettings())


def test_weights_of_ones_own_are_told_from_the_published_ones(weights_w10: Path) -> None:
    settings = EvaluationSettings(weights_path=str(weights_w10))
    weights = find_requirement("Weights")
    assert weights.locate(settings) == str(weights_w10)
    text = check(weights, settings)
    assert text.startswith("Another file than the published one; all ")
    with pytest.raises(DataError, match="weights of another network"):
        check(find_requirement("Weights", "ofa_mbv3_d234_e346_k357_w1.2"), settings)


def test_weights_without_a_published_digest_say_so(tmp_path: Path) -> None:
    torch.save(MODELS["ofa_resnet50"].build().state_dict(), tmp_path / "w")
    settings = EvaluationSettings(weights_path=str(tmp_path / "w"))
    assert check(find_requirement("Weights", "ofa_resnet50"), settings).startswith(
        "No published digest"
    )


def test_images_are_found_at_a_glance_and_counted_by_a_check(imagenet_folder: Path) -> None:
    images, counts = find_requirement("Images"), []
    settings = EvaluationSettings(dataset_path=str(imagenet_folder))
    assert images.locate(settings) == str(imagenet_folder / "val")
    text = images.check(settings, lambda *state: counts.append(state))
    assert text.startswith("800 images of 1,000 classes")
    assert counts[0] == ("Listing images", 0, None)
    assert counts[1:] == [("Opening images", 100 * n, 1_000) for n in range(10)]


def test_a_glance_sees_that_classes_are_missing(tmp_path: Path) -> None:
    (tmp_path / "val" / "n0").mkdir(parents=True)
    (tmp_path / "val" / "n0" / "1.JPEG").touch()
    (tmp_path / "val" / "empty").mkdir()
    settings = EvaluationSettings(dataset_path=str(tmp_path))
    with pytest.raises(DataError, match=r"holds 1 class folders.*has 1,000 classes"):
        find_requirement("Images").locate(settings)
    nowhere = replace(settings, dataset_path=str(tmp_path / "none"))
    with pytest.raises(DataError, match="cannot be listed"):
        find_requirement("Images").locate(nowhere)


@needs_reference
def test_the_published_predictor_is_known_by_its_content() -> None:
    settings = EvaluationSettings(
        accuracy_source="published predictor", predictor_path=str(PREDICTOR)
    )
    text = check(find_requirement("Published predictor"), settings)
    assert text.startswith("The published file, byte for byte; it predicts 8")
