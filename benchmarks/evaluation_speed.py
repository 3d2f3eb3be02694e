"""How fast one evaluation is, beside Once-for-All's own path, on the same images and threads.

`ofa`'s path: `get_active_subnet`, `RunManager.reset_running_statistics`, `RunManager.validate`, and
a count by fvcore. Ours: `Supernet.measure` and the cost table. Both classify the same images after
statistics from the same images, one after the other for each sub-network; `ofa` finds them decoded
and normalised in memory, which its own data loader would not. At 224 x 224, weights are random and
images are made, which take as long as others. Prints the ratios and what share of the speed of a
dense convolution, timed in the same run, an evaluation reaches. Each has the threads of one of two
workers, the default of a search. A supernet that keeps what sub-networks have in common is timed
twice: with nothing kept, and on the sub-networks that a search asks for, one after the other from
nothing kept on, as one of its workers is; every tenth of them is timed with `ofa` too. Only
supernets that are named as arguments, if any are, change in
benchmarks/results/evaluation_speed.json.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ofa.imagenet_classification.run_manager import RunManager
from PIL import Image
from torch import Tensor

from benchmarks.sample_efficiency import EVALUATIONS, POPULATION
from benchmarks.synthetic_landscapes import SyntheticLandscape, random_network
from engine.config import NASConfig
from engine.search.approaches import APPROACHES
from engine.space import Config
from engine.supernets import cost_table, fashion_mnist
from engine.supernets.base import EvaluationSettings, Supernet
from engine.supernets.fashion import FashionSupernet
from engine.supernets.ofa import imagenet, pixels
from engine.supernets.ofa.adapter import CLASSES, ImageNetSupernet
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.registry import DEFAULT, load

RESULTS = Path(__file__).parent / "results"
SUBNETWORKS = 3
SUPERNETS = [DEFAULT, "ofa_mbv3_d234_e346_k357_w1.0", "ofa_resnet50"]
CALIBRATION_BATCH = 200
SEARCHED, BESIDE_OFA = 100, 10
_IMAGES_A_CLASS = 1
_SHARE = 0.125

Batches = list[tuple[Tensor, Tensor]]


class StockManager(RunManager):
    """`RunManager` for a network that is only measured: without folders, data and optimiser."""

    def __init__(self) -> None:
        self.device = torch.device("cpu")
        self.test_criterion = torch.nn.CrossEntropyLoss()


@dataclass(frozen=True)
class Case:
    """A supernet, the same network for `ofa`, and the same images for both."""

    title: str
    supernet: Supernet
    settings: EvaluationSettings
    elastic: Any
    calibration: Batches
    validation: Batches

    @property
    def images(self) -> int:
        """How many images pass through the network."""
        return sum(len(labels) for _, labels in [*self.calibration, *self.validation])

    def ours(self, config: Config, **settings: Any) -> float:
        """Top-1 in %."""
        self.supernet.macs_params(self.supernet.space.encode(config))
        changed = replace(self.settings, **settings)
        return self.supernet.measure(config, ["acc"], changed)["acc"]

    def forget(self) -> bool:
        """Drop what sub-networks have in common; False for a supernet that keeps nothing."""
        kept = isinstance(self.supernet, FashionSupernet)
        vars(self.supernet).pop("_kept", None)
        return kept

    def stock(self, config: Config) -> float:
        """Top-1 in %, by `ofa`."""
        self.elastic.set_active_subnet(**config)
        network, manager = self.elastic.get_active_subnet(), StockManager()
        manager.reset_running_statistics(net=network, data_loader=self.calibration)
        _, (top1, _) = manager.validate(net=network, data_loader=self.validation, no_logs=True)
        cost_table.count(network, self.supernet.input_shape)
        return float(top1)


def timed(measure: Callable[[], float]) -> tuple[float, float]:
    """Seconds, and what was measured."""
    start = time.perf_counter()
    value = measure()
    return time.perf_counter() - start, value


def dense_peak(dtype: torch.dtype) -> float:
    """Operations a second (two a MAC) of a convolution of 256 by 256 channels, 3 x 3 at 28 x 28."""
    x = torch.randn(16, 256, 28, 28).to(dtype, memory_format=torch.channels_last)
    weight = torch.randn(256, 256, 3, 3).to(dtype, memory_format=torch.channels_last)
    with torch.inference_mode():
        seconds = [timed(lambda: float(torch.conv2d(x, weight).shape[0]))[0] for _ in range(20)]
    return 2 * 16 * 256 * 256 * 9 * 26 * 26 / min(seconds)


def batched(images: Tensor, labels: Tensor, size: int) -> Batches:
    """Batches in the memory format that a data loader gives."""
    return list(zip(images.contiguous().split(size), labels.split(size), strict=True))


def built_in() -> Case:
    """The built-in supernet on its own images."""
    from engine.supernets.fashion_network import FashionMobileNetV3

    supernet = load(DEFAULT)
    elastic = FashionMobileNetV3()
    weights = torch.load(supernet.weights, weights_only=True)  # type: ignore[attr-defined]
    elastic.load_state_dict({name: value.float() for name, value in weights.items()})

    def images(split: str) -> tuple[Tensor, Tensor]:
        data = fashion_mnist.load_shipped(split)
        x = torch.from_numpy(data.images.astype(np.float32) / 255).unsqueeze(1)
        normalised = (x - fashion_mnist.PIXEL_MEAN) / fashion_mnist.PIXEL_STD
        return normalised, torch.from_numpy(data.labels.astype(np.int64))

    settings = EvaluationSettings()
    return Case(
        "built-in, 28 px",
        supernet,
        settings,
        elastic.eval(),
        batched(*images("calibration"), CALIBRATION_BATCH),
        batched(*images("validation"), settings.batch_size),
    )


def imagenet_case(name: str, folder: Path) -> Case:
    """An ImageNet supernet with random weights, on 200 calibration and 100 validation images."""
    torch.manual_seed(0)
    elastic, weights = MODELS[name].build(), folder / f"{name}.weights"
    torch.save(elastic.state_dict(), weights)
    settings = EvaluationSettings(
        dataset_path=str(folder), weights_path=str(weights), test_fraction=_SHARE
    )
    split = imagenet.split(str(folder), _SHARE, CLASSES)

    def images(part: imagenet.Images, augmented: bool, size: int) -> Batches:
        stacked = torch.cat(list(pixels.batches(pixels.decoded(part, 224, augmented), 100)))
        return batched(stacked, torch.from_numpy(part.labels), size)

    return Case(
        f"{name}, 224 px",
        ImageNetSupernet(name),
        settings,
        elastic.eval(),
        images(split.calibration, True, CALIBRATION_BATCH),
        images(split.validation, False, settings.batch_size),
    )


def write_images(folder: Path) -> None:
    """A made image of 256 x 256 for each of 1,000 classes."""
    rng = np.random.default_rng(0)
    for label in range(CLASSES):
        home = folder / "val" / f"n{label:04}"
        home.mkdir(parents=True)
        for number in range(_IMAGES_A_CLASS):
            coarse = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
            Image.fromarray(coarse).resize((256, 256)).save(home / f"{number}.jpg")


def compare(case: Case, peaks: dict[str, float]) -> dict[str, Any]:
    """Time `ofa`'s path and ours, fp32 and bf16, on the same random sub-networks."""
    space = case.supernet.space
    genotypes = space.sample(SUBNETWORKS, np.random.default_rng(0))
    precisions = ["fp32", "bf16"] if "bf16" in peaks else ["fp32"]
    warm = space.to_config(space.smallest)
    short = replace(case, calibration=case.calibration[:1], validation=case.validation[:1])
    for precision in precisions:
        case.ours(warm, precision=precision)
    short.stock(warm)
    rows = []
    for config, genotype in zip(map(space.to_config, genotypes), genotypes, strict=True):
        seconds, top1 = {}, {}
        seconds["ofa"], top1["ofa"] = timed(lambda c=config: case.stock(c))
        for p in precisions:
            case.forget()
            seconds[p], top1[p] = timed(lambda c=config, p=p: case.ours(c, precision=p))
        operations = 2 * int(case.supernet.macs_params(genotype)[0, 0]) * case.images
        rows.append({"seconds": seconds, "top1": top1, "operations": operations})
    result: dict[str, Any] = {"images": case.images, "subnetworks": rows}
    for p in precisions:
        result[p] = {
            "ratio": float(np.median([r["seconds"]["ofa"] / r["seconds"][p] for r in rows])),
            "share_of_dense_peak": float(
                np.median([r["operations"] / r["seconds"][p] / peaks[p] for r in rows])
            ),
            "largest_top1_change": max(abs(r["top1"]["ofa"] - r["top1"][p]) for r in rows),
        }
    stock = [r["operations"] / r["seconds"]["ofa"] / peaks["fp32"] for r in rows]
    result["ofa"] = {"share_of_dense_peak": float(np.median(stock))}
    return result


def in_a_search(case: Case) -> dict[str, float]:
    """How many times as fast as `ofa` an evaluation in fp32 is in the course of a search.

    The search is that of the default settings, with made-up accuracies; its evaluations are done
    by two workers in turn, and those of one of them are timed here.
    """
    where = SyntheticLandscape(
        "search", case.supernet.name, ("acc", "macs"), random_network, seed=2
    )
    strategy = APPROACHES["dynas"](where.problem, POPULATION, EVALUATIONS, 0)
    done, rng, ratios, seconds = [], np.random.default_rng(0), [], []
    case.forget()
    while len(done) < 2 * SEARCHED:
        (proposal,) = strategy.ask(1)
        done.append(where.evaluate(len(done) + 1, proposal, rng))
        strategy.tell(done[-1:])
        if len(done) % 2:
            continue
        config = done[-1].config
        seconds.append(timed(lambda c=config: case.ours(c))[0])
        if len(seconds) % BESIDE_OFA == 0:
            ratios.append(timed(lambda c=config: case.stock(c))[0] / seconds[-1])
    return {"ratio": float(np.median(ratios)), "mean_seconds": float(np.mean(seconds))}


def report(title: str, found: dict[str, Any]) -> None:
    """Print a line for each precision."""
    for precision in [p for p in ("fp32", "bf16") if p in found]:
        row, ofa = found[precision], found["ofa"]["share_of_dense_peak"]
        print(
            f"{title:36}{precision:>6}{row['ratio']:8.2f} x{row['share_of_dense_peak']:8.1%} "
            f"of the dense peak (ofa {ofa:.1%} of fp32's), top-1 within "
            f"{row['largest_top1_change']:.2f} points",
            flush=True,
        )


def cases(names: list[str], folder: Path) -> Iterable[Case]:
    """One after the other, for the memory."""
    write_images(folder)
    for name in names:
        yield built_in() if name == DEFAULT else imagenet_case(name, folder)


def main(names: list[str]) -> None:
    """Compare on each supernet, or on those of `names`."""
    torch.set_num_threads(max((os.cpu_count() or 1) // NASConfig().dynas.workers, 1))
    path = RESULTS / "evaluation_speed.json"
    result: dict[str, Any] = json.loads(path.read_text()) if names and path.exists() else {}
    peaks = {"fp32": dense_peak(torch.float32)}
    if torch.ops.mkldnn._is_mkldnn_bf16_supported():
        peaks["bf16"] = dense_peak(torch.bfloat16)
    result |= {"threads": torch.get_num_threads(), "dense_peak": peaks}
    with tempfile.TemporaryDirectory() as made:
        os.environ["DYNAS_DATA_DIR"] = str(Path(made) / "data")
        for case in cases(names or SUPERNETS, Path(made)):
            result[case.title] = compare(case, peaks)
            report(case.title, result[case.title])
            if case.forget():
                found = result[case.title]["search"] = in_a_search(case)
                print(f"{case.title + ', in a search':36}{'fp32':>6}{found['ratio']:8.2f} x")
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
