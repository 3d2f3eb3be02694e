import ast
import csv
import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from ofa.nas.accuracy_predictor import AccuracyPredictor as OfaPredictor
from ofa.nas.accuracy_predictor import ResNetArchEncoder
from ofa.tutorial.accuracy_predictor import AccuracyPredictor as TutorialPredictor

from engine.errors import DataError
from engine.supernets.ofa.accuracy_predictor import (
    AccuracyPredictor,
    mobilenet_inputs,
    resnet_inputs,
)
from engine.supernets.ofa.spaces import mobilenet_v3_space, resnet50_space
from tests.engine.supernets.ofa.reference import PREDICTOR, REFERENCE, needs_reference

URL = "https://example.org/predictor"
RESOLUTIONS = [128, 144, 160, 176, 192, 224, 240, 256]


def resnet_predictor(path: Path) -> OfaPredictor:
    """A predictor for ResNet50 in the published form, with random weights, saved to `path`."""
    torch.manual_seed(0)
    encoder = ResNetArchEncoder(image_size_list=RESOLUTIONS)
    predictor = OfaPredictor(encoder, device="cpu")
    predictor.base_acc.fill_(0.8056)
    torch.save(predictor.state_dict(), path)
    return predictor


@pytest.mark.parametrize("resolutions", [(224,), (128, 176, 224)])
def test_mobilenet_inputs_are_those_of_the_published_code(resolutions: tuple[int, ...]) -> None:
    space = mobilenet_v3_space(resolutions)
    genotypes = space.sample(20, np.random.default_rng(0))
    expected = [
        TutorialPredictor.spec2feats(c["ks"], c["e"], c["d"], c["r"][0]).numpy()
        for c in map(space.to_config, genotypes)
    ]
    np.testing.assert_array_equal(mobilenet_inputs(space, genotypes), expected)


@pytest.mark.parametrize("resolutions", [(224,), (128, 176, 224)])
def test_resnet_inputs_are_those_of_the_published_code(resolutions: tuple[int, ...]) -> None:
    space = resnet50_space(resolutions)
    encoder = ResNetArchEncoder(image_size_list=RESOLUTIONS)
    genotypes = space.sample(20, np.random.default_rng(0))
    expected = [
        encoder.arch2feature({**c, "image_size": c["r"][0]})
        for c in map(space.to_config, genotypes)
    ]
    np.testing.assert_array_equal(resnet_inputs(space, genotypes), expected)


def test_the_resnet_predictor_says_what_the_published_code_says(tmp_path: Path) -> None:
    reference = resnet_predictor(tmp_path / "predictor.pth")
    predictor = AccuracyPredictor.read(tmp_path / "predictor.pth", URL)
    space = resnet50_space()
    genotypes = space.sample(20, np.random.default_rng(0))
    configs = [{**c, "image_size": c["r"][0]} for c in map(space.to_config, genotypes)]
    expected = 100 * reference.predict_acc(configs).detach().numpy()
    np.testing.assert_allclose(predictor.top1(space, genotypes), expected, atol=1e-3)


@needs_reference
def test_the_published_predictor_says_what_another_program_recorded() -> None:
    """DyNAS-T 1.6.0 ran on the same file; a row in a hundred of its evaluations."""
    predictor, space = AccuracyPredictor.read(PREDICTOR, URL), mobilenet_v3_space()
    with gzip.open(REFERENCE / "peers/evaluations.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))[::100]
    genotypes = np.array([space.encode(ast.literal_eval(row["config"])) for row in rows])
    expected = [float(row["acc"]) for row in rows]
    np.testing.assert_allclose(predictor.top1(space, genotypes), expected, atol=1e-3)


@needs_reference
def test_a_predictor_of_another_supernet_is_refused() -> None:
    space = resnet50_space()
    with pytest.raises(DataError, match="belongs to another supernet"):
        AccuracyPredictor.read(PREDICTOR, URL).top1(space, space.smallest)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"0.weight": torch.zeros(1, 100)},
        {"0.weight": torch.zeros(400, 128), "1.weight": torch.zeros(1, 300)},
        {"0.weight": torch.zeros(1, 128), "1.bias": torch.zeros(1)},
        {"0.weight": torch.zeros(128)},
    ],
)
def test_another_file_is_no_predictor(tmp_path: Path, state: dict[str, torch.Tensor]) -> None:
    torch.save(state, tmp_path / "predictor.pth")
    with pytest.raises(DataError, match=f"not a published accuracy predictor.*{URL}"):
        AccuracyPredictor.read(tmp_path / "predictor.pth", URL)


def test_the_module_is_imported_without_torch() -> None:
    code = "import sys, engine.supernets.ofa.accuracy_predictor; sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
