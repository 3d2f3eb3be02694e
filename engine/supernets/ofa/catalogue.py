"""The four ImageNet supernets of Once-for-All: names, spaces, stages and official files."""

import functools
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.space import SearchSpace
from engine.supernets.base import Stage
from engine.supernets.ofa.official_file import OfficialFile
from engine.supernets.ofa.spaces import mobilenet_v3_space, proxyless_space, resnet50_space
from engine.supernets.predictor_calibration import Calibration, read_published_calibrations

_GITHUB = "https://raw.githubusercontent.com/han-cai/files/master/ofa"
_HUGGING_FACE = "https://huggingface.co/han-cai/ofa/resolve/main"

RESOLUTION = 224  # the default
MOBILENET_RESOLUTIONS = (128, 144, 160, 176, 192, 208, 224)
RESNET_RESOLUTIONS = (128, 144, 160, 176, 192, 224)  # known to the published predictor

MOBILENET_PREDICTOR = OfficialFile(
    "acc_predictor.pth",
    "accuracy predictor of OFA MobileNetV3",
    f"{_GITHUB}/acc_predictor.pth",
    "f6a9ab2f66b7e2f6e097a1e32faafe60a4d22fcf",
)
RESNET_PREDICTOR = OfficialFile(
    "ofa_resnet50_acc_predictor.pth",
    "accuracy predictor of OFA ResNet50",
    f"{_GITHUB}/ofa_resnet50_acc_predictor.pth",
    "c043c8c7197aafe1355e3706394d971d2707569f",
)


@dataclass(frozen=True)
class OfaModel:
    """The description of one of the supernets.

    `stages` are those for 224 x 224 inputs, with the channels of the widest sub-network.
    `make_space` takes the possible resolutions. `build` builds the elastic network.
    """

    name: str
    title: str
    short_title: str
    description: str
    stages: tuple[Stage, ...]
    resolutions: tuple[int, ...]
    make_space: Callable[[tuple[int, ...]], SearchSpace]
    build: Callable[[], Any]
    weights: OfficialFile
    predictor: OfficialFile | None

    @property
    def calibration(self) -> Calibration | None:
        """The published calibration of the official predictor, if there is one."""
        _, calibration = _calibrations().get(self.name, (b"", None))
        return calibration

    def calibrates(self, predictor_digest: bytes) -> bool:
        """Whether the published calibration is for the predictor with this SHA-256."""
        digest, _ = _calibrations().get(self.name, (b"", None))
        return digest == predictor_digest

    @property
    def costs_path(self) -> Path:
        """The file of its cost tables."""
        return Path(__file__).parent / f"{self.name}.costs.json"

    @property
    def state_path(self) -> Path:
        """The file of the table of the sizes of its state dicts."""
        return Path(__file__).parent / f"{self.name}.state.json"

    @property
    def layers_path(self) -> Path | None:
        """The file of its layers in latency tables; None for a kind that these tables lack."""
        path = Path(__file__).parent / f"{self.name}.layers.json"
        return path if path.exists() else None

    def space(self, resolutions: tuple[int, ...] = (RESOLUTION,)) -> SearchSpace:
        """The search space with the given possible input resolutions."""
        return self.make_space(resolutions)


@functools.cache
def _calibrations() -> dict[str, tuple[bytes, Calibration]]:
    """The SHA-256 of the predictor and its calibration by model, see `benchmarks.calibration`."""
    return read_published_calibrations(Path(__file__).parent / "predictor_calibrations.json")


def _stages(
    channels: tuple[int, ...],
    strides: tuple[int, ...],
    blocks: tuple[int, ...],
    resolution: int,
) -> tuple[Stage, ...]:
    stages = []
    for width, stride, count in zip(channels, strides, blocks, strict=True):
        resolution //= stride
        stages.append(Stage(width, resolution, count, stride))
    return tuple(stages)


def _mobilenet_v3(width: float, channels: tuple[int, ...], blob: str) -> OfaModel:
    name = f"ofa_mbv3_d234_e346_k357_w{width}"

    def build() -> Any:
        from engine.supernets.ofa.networks import mobilenet_v3

        return mobilenet_v3(width)

    return OfaModel(
        name=name,
        title=f"Once-for-All MobileNetV3, width {width}",
        short_title=f"MobileNetV3 w{width}",
        description=(
            "Elastic MobileNetV3 for ImageNet: kernel 3/5/7 and expansion 3/4/6 a block, "
            "2-4 blocks in each of five stages."
        ),
        stages=_stages(channels, (2, 2, 2, 1, 2), (4,) * 5, 112),
        resolutions=MOBILENET_RESOLUTIONS,
        make_space=mobilenet_v3_space,
        build=build,
        weights=OfficialFile(name, f"weights of {name}", f"{_GITHUB}/ofa_nets/{name}", blob),
        predictor=MOBILENET_PREDICTOR,
    )


def _proxyless() -> OfaModel:
    name = "ofa_proxyless_d234_e346_k357_w1.3"

    def build() -> Any:
        from engine.supernets.ofa.networks import proxyless

        return proxyless(1.3)

    return OfaModel(
        name=name,
        title="Once-for-All ProxylessNAS, width 1.3",
        short_title="ProxylessNAS w1.3",
        description=(
            "Elastic ProxylessNAS (MobileNetV2 blocks) for ImageNet: kernel 3/5/7 and expansion "
            "3/4/6 a block, 2-4 blocks in each of five stages, one block in the last."
        ),
        stages=_stages((32, 56, 104, 128, 248, 416), (2, 2, 2, 1, 2, 1), (4, 4, 4, 4, 4, 1), 112),
        resolutions=MOBILENET_RESOLUTIONS,
        make_space=proxyless_space,
        build=build,
        weights=OfficialFile(
            name,
            f"weights of {name}",
            f"{_GITHUB}/ofa_nets/{name}",
            "c97035a7a6fe611508f3bb35ffac0ef77262f5e0",
        ),
        predictor=None,
    )


def _resnet50() -> OfaModel:
    def build() -> Any:
        from engine.supernets.ofa.networks import resnet50

        return resnet50()

    return OfaModel(
        name="ofa_resnet50",
        title="Once-for-All ResNet50",
        short_title="ResNet50",
        description=(
            "Elastic ResNet50D for ImageNet: width 0.65/0.8/1 a stage, expansion 0.2/0.25/0.35 a "
            "block, up to two optional blocks a stage."
        ),
        stages=_stages((256, 512, 1024, 2048), (1, 2, 2, 2), (4, 4, 6, 4), 56),
        resolutions=RESNET_RESOLUTIONS,
        make_space=resnet50_space,
        build=build,
        weights=OfficialFile(
            "ofa_supernet_resnet50",
            "weights of ofa_resnet50",
            f"{_HUGGING_FACE}/ofa_supernet_resnet50",
        ),
        predictor=RESNET_PREDICTOR,
    )


MODELS: dict[str, OfaModel] = {
    model.name: model
    for model in (
        _mobilenet_v3(1.0, (24, 40, 80, 112, 160), "55d835981d8acd1053657a951b18887a724ddcbf"),
        _mobilenet_v3(1.2, (32, 48, 96, 136, 192), "d75a3613bae216091f61fc4b7df77d49cc82ed32"),
        _proxyless(),
        _resnet50(),
    )
}

_VARIANT = re.compile(r"(?P<name>.+)_r(?P<low>[0-9]{3})(-(?P<high>[0-9]{3}))?")


def find(name: str) -> tuple[OfaModel, tuple[int, ...]] | None:
    """The model and its input resolutions for a supernet's name; None for another name.

    `..._r160` fixes another resolution than 224, `..._r128-224` makes it a gene with all published
    resolutions of that range.
    """
    if name in MODELS:
        return MODELS[name], (RESOLUTION,)
    match = _VARIANT.fullmatch(name)
    if match is None or match["name"] not in MODELS:
        return None
    model = MODELS[match["name"]]
    low, high = int(match["low"]), int(match["high"] or match["low"])
    resolutions = tuple(r for r in model.resolutions if low <= r <= high)
    has_ends = low in model.resolutions and high in model.resolutions
    return (model, resolutions) if has_ends and resolutions else None


def variants(resolutions: Collection[int]) -> list[str]:
    """Names of models for inputs of these resolutions; none for the default resolution alone.

    With several resolutions, the names allow all resolutions of the model: the possible choices
    are unknown.
    """
    if not resolutions or set(resolutions) == {RESOLUTION}:
        return []
    low, high = min(resolutions), max(resolutions)
    endings = {
        name: f"_r{low}" if low == high else f"_r{model.resolutions[0]}-{model.resolutions[-1]}"
        for name, model in MODELS.items()
        if set(resolutions) <= set(model.resolutions)
    }
    return [name + ending for name, ending in endings.items()]


def resolution_text(resolutions: tuple[int, ...]) -> str:
    """The suffix of a title for other input resolutions than the default."""
    if resolutions == (RESOLUTION,):
        return ""
    low, high = min(resolutions), max(resolutions)
    return f", {low} px" if low == high else f", {low}-{high} px"
