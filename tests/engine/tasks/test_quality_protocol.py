"""Which library classifies, and that fingerprints tell."""

import platform
from dataclasses import replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import pytest

from engine.compat.openvino import openvino_version
from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.fast.openvino_network import OpenVinoNetwork
from engine.meters import registry as meters
from engine.meters.conditions import describe_quality_conditions
from engine.meters.pipeline import measure
from engine.metrics import METRICS
from engine.notes import collect_notes
from engine.space.choices import choice_space
from engine.supernets import registry
from engine.supernets.choices.supernet import ChoiceSupernet
from engine.supernets.choices.trial import TrialFunctions
from engine.tasks import quality_protocol
from engine.tasks.quality_protocol import Backend, quality_backend
from tests.engine.meters.test_pipeline import Rows as LoaderRows
from tests.engine.meters.test_pipeline import batches

BUILT_IN = "ofa_mbv3_fashion_d234_e346_k357"
PIXELS = 5_000 * 28 * 28  # of the built-in supernet's validation images
needs_openvino = pytest.mark.skipif(not openvino_version(), reason="openvino is not installed")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenVINO 1.2 is installed, on a processor on which it was compared."""
    monkeypatch.setattr(quality_protocol, "openvino_version", lambda: "1.2")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")


def enough(monkeypatch: pytest.MonkeyPatch, pixels: int = PIXELS) -> None:
    monkeypatch.setattr(quality_protocol, "_WORTHWHILE_PIXELS", pixels)


def settings(backend: str = "", device: str = "cpu") -> EvaluationSettings:
    meter_options = {"quality": {"backend": backend}} if backend else {}
    return EvaluationSettings(device=device, meters=meter_options)


def backend_of(chosen: EvaluationSettings) -> Backend:
    return quality_backend(registry.load(BUILT_IN).task, chosen)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("chosen", "device", "limit", "expected"),
    [
        ("", "cpu", PIXELS, "openvino"),
        ("automatic", "cpu", PIXELS, "openvino"),
        ("", "cpu", PIXELS + 1, "torch"),
        ("torch", "cpu", PIXELS, "torch"),
        ("openvino", "cpu", PIXELS + 1, "openvino"),
        ("", "cuda", PIXELS, "torch"),
        ("", "mps", PIXELS, "torch"),
    ],
)
def test_the_backend_follows_from_settings_and_data(
    chosen: str, device: str, limit: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough(monkeypatch, limit)
    assert backend_of(settings(chosen, device)) == expected


@pytest.mark.usefixtures("installed")
def test_other_processors_keep_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    enough(monkeypatch)
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert backend_of(settings()) == "torch"
    assert backend_of(settings("openvino")) == "openvino"


def test_without_openvino_torch_is_taken_unless_openvino_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enough(monkeypatch)
    monkeypatch.setattr(quality_protocol, "openvino_version", lambda: "")
    supernet = registry.load(BUILT_IN)
    assert backend_of(settings()) == "torch"
    for call in (
        lambda: meters.check(["acc"], settings("openvino")),
        lambda: supernet.fingerprint(settings("openvino")),
        lambda: measure(supernet, supernet.space.to_config(supernet.space.smallest), ["acc"],
                        settings("openvino")),
    ):  # fmt: skip
        with pytest.raises(DataError, match=r"pip install 'dynas-studio\[openvino\]'.*or set"):
            call()


@pytest.mark.usefixtures("installed")
def test_the_built_in_supernet_has_too_few_pixels_for_openvino() -> None:
    assert backend_of(settings()) == "torch"


@pytest.mark.usefixtures("installed")
def test_the_fingerprint_is_another_one_exactly_where_openvino_classifies(
    monkeypatch: pytest.MonkeyPatch, imagenet_folder: Path, weights_w10: Path
) -> None:
    """Also for its version; and nothing changes for those whose networks torch runs."""
    imagenet = registry.load("ofa_mbv3_d234_e346_k357_w1.0")
    data = {
        "supernet": {"weights_path": str(weights_w10)},
        "task": {"dataset_path": str(imagenet_folder)},
    }
    for supernet, options in ((registry.load(BUILT_IN), {}), (imagenet, data)):
        by_torch, automatic, by_openvino = (
            replace(settings(backend), **options) for backend in ("torch", "", "openvino")
        )
        with monkeypatch.context() as patch:
            enough(patch, 10**12)
            torch_fingerprint = supernet.fingerprint(automatic)
        assert supernet.fingerprint(by_torch) == torch_fingerprint
        assert supernet.fingerprint(by_openvino) != torch_fingerprint
        with monkeypatch.context() as patch:
            enough(patch, 1)
            assert supernet.fingerprint(automatic) == supernet.fingerprint(by_openvino)
        with monkeypatch.context() as patch:
            before = supernet.fingerprint(by_openvino)
            patch.setattr(quality_protocol, "openvino_version", lambda: "1.3")
            assert supernet.fingerprint(by_openvino) not in (before, torch_fingerprint)
            assert supernet.fingerprint(by_torch) == torch_fingerprint


@pytest.mark.usefixtures("installed")
def test_the_backend_is_in_no_key_beside_the_fingerprint() -> None:
    """Numbers that torch measures are the same with the option and without it."""
    genotype = registry.load(BUILT_IN).space.smallest
    keys = [
        meters.determinants("acc", BUILT_IN, "fingerprint", genotype, settings(backend))
        for backend in ("", "torch")
    ]
    assert keys[0] == keys[1]


@pytest.mark.usefixtures("installed")
def test_predicted_quality_needs_no_backend() -> None:
    supernet = registry.load("ofa_mbv3_d234_e346_k357_w1.0")
    chosen = replace(settings("openvino"), supernet={"accuracy_source": "published predictor"})
    assert meters.QUALITY.describe(supernet, chosen) == ""


@pytest.mark.usefixtures("installed")
def test_a_form_says_what_classifies() -> None:
    supernet = registry.load(BUILT_IN)
    assert meters.QUALITY.describe(supernet, settings()) == ""
    assert "by OpenVINO" in meters.QUALITY.describe(supernet, settings("openvino"))


def test_openvino_needs_a_processor() -> None:
    assert "backend" in meters.QUALITY.disagreements(settings("openvino", "cuda"))
    assert meters.QUALITY.disagreements(settings("openvino")) == {}
    with pytest.raises(ConfigError, match="backend"):
        backend_of(settings("tensorrt"))


@needs_openvino
def test_openvino_measures_what_torch_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    compile_network = OpenVinoNetwork._compile

    def record(network, inputs, batch):
        compiled.append(inputs.shape)
        return compile_network(network, inputs, batch)

    monkeypatch.setattr(OpenVinoNetwork, "_compile", record)
    supernet = registry.load(BUILT_IN)
    (first, *_), chosen = supernet.task.calibration(settings()), settings()
    parts = list(islice(supernet.task.batches("validation", chosen), 5))
    monkeypatch.setattr(supernet.task, "calibration", lambda *_: [first])
    monkeypatch.setattr(supernet.task, "batches", lambda *_: parts)
    config = supernet.space.to_config(supernet.space.smallest)
    by_torch, torch_notes = measure_with_notes(supernet, config, settings("torch"))
    assert compiled == []
    by_openvino, openvino_notes = measure_with_notes(supernet, config, settings("openvino"))
    assert compiled == [(28, 28, 1)]
    assert by_openvino == by_torch
    assert describe_quality_conditions(torch_notes) == f"torch {version('torch')} (cpu, fp32)"
    assert (
        describe_quality_conditions(openvino_notes) == f"OpenVINO {version('openvino')} (cpu, fp32)"
    )


def test_a_network_that_openvino_cannot_run_is_measured_with_torch() -> None:
    """Whatever the settings ask for, what ran is noted."""
    supernet = LoaderRows(batches)
    _, notes = measure_with_notes(supernet, {"w": [4]}, settings("openvino"))
    assert notes["runtime"] == "torch"


def test_what_functions_of_a_script_return_is_measured_with_nothing_known() -> None:
    functions = TrialFunctions(evaluate=lambda config: config["width"])
    space = choice_space({"width": [1, 2]})
    supernet = ChoiceSupernet(space, {METRICS["acc"]: "acc"}, functions)
    values, notes = measure_with_notes(supernet, {"width": 2}, settings())
    assert (values, notes) == ({"acc": 2}, {})


def measure_with_notes(supernet, config, chosen):
    """The measured quality, and what is noted on how it was."""
    with collect_notes() as notes:
        values = measure(supernet, config, [supernet.task.metrics[0].name], chosen)
    return values, notes.quality


@pytest.mark.usefixtures("installed")
def test_the_check_of_a_search_says_what_classifies(command) -> None:
    _, by_torch, _ = command("check", "--set", "backend=torch")
    _, by_openvino, _ = command("check", "--set", "backend=openvino")
    assert "OpenVINO" not in by_torch
    assert "Images are classified by OpenVINO 1.2, after statistics from torch." in by_openvino
