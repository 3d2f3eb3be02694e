"""Train the built-in supernet: `python -m engine.supernets.train --help`.

Three phases, after Once-for-All's progressive shrinking. First the largest sub-network alone; then
every step trains the largest, the smallest and two random sub-networks (the sandwich rule), the
others learning from the largest one's output of the same step (in-place distillation; Yu et al.,
"BigNAS", ECCV 2020); last, more random sub-networks and fewer smallest ones. The run is
resumable: every choice of a step is a function of (seed, step).
"""

import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from engine.errors import DataError, DynasError
from engine.supernets import fashion_mnist
from engine.supernets.depthwise import speed_up_depthwise
from engine.supernets.fashion_mnist import Split
from engine.supernets.fashion_network import DEPTHS, EXPANDS, KERNELS, FashionMobileNetV3

_SAVE_EVERY = 100  # steps between checkpoints
_LARGEST_SHIFT = 2  # pixels


@dataclass(frozen=True)
class Phase:
    """Some epochs of one kind of step. `rate` is AdamW's one-cycle peak.

    `random_subnets` 0 trains the largest sub-network alone. The smallest joins every
    `smallest_every` steps: trained in each, it stays ahead of networks twice its size.
    """

    name: str
    epochs: int
    rate: float
    random_subnets: int = 0
    smallest_every: int = 1


@dataclass(frozen=True)
class Recipe:
    """What determines the trained weights."""

    phases: tuple[Phase, ...] = (
        Phase("largest", 5, 3e-3),
        Phase("shrinking", 8, 1.5e-3, random_subnets=2),
        Phase("settling", 4, 1e-3, random_subnets=3, smallest_every=4),
    )
    weight_decay: float = 0.02
    batch: int = 128
    seed: int = 0

    def steps_per_epoch(self, images: int) -> int:
        """Full batches in `images`; raises DataError if there is none."""
        if images < self.batch:
            raise DataError(f"{images} images do not fill one batch of {self.batch}.")
        return images // self.batch

    def total_steps(self, images: int) -> int:
        """Steps of all phases."""
        return self.steps_per_epoch(images) * sum(phase.epochs for phase in self.phases)

    def at(self, step: int, images: int) -> tuple[Phase, int, int]:
        """The phase of `step`, the step within it and the steps it has."""
        for phase in self.phases:
            steps = phase.epochs * self.steps_per_epoch(images)
            if step < steps:
                return phase, step, steps
            step -= steps
        raise IndexError("step is beyond the last phase")


def one_cycle(step: int, steps: int, peak: float, warm_up: float = 0.15) -> float:
    """Learning rate of `step` in 0..steps-1: linear to `peak`, then a cosine to almost zero."""
    position = (step + 1) / steps
    if position < warm_up:
        return peak * position / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (position - warm_up) / (1 - warm_up)))


def normalise(images: npt.NDArray[np.uint8], device: torch.device) -> Tensor:
    """`(n, 28, 28)` bytes to normalised float32 `(n, 1, 28, 28)`, channels last."""
    x = torch.from_numpy(images.copy()).to(device, torch.float32).div_(255)
    x = x.sub_(fashion_mnist.PIXEL_MEAN).div_(fashion_mnist.PIXEL_STD)
    return x.unsqueeze(1).contiguous(memory_format=torch.channels_last)


def augment(
    images: npt.NDArray[np.uint8], rng: np.random.Generator, shift: int = _LARGEST_SHIFT
) -> npt.NDArray[np.uint8]:
    """Random horizontal flips and shifts of up to `shift` pixels, per image; zeros move in."""
    n, height, width = images.shape
    flip: npt.NDArray[np.bool_] = np.asarray(rng.random(n) < 0.5)
    mirrored = np.where(flip[:, None, None], images[:, :, ::-1], images)
    padded = np.pad(mirrored, ((0, 0), (shift, shift), (shift, shift)))
    dy, dx = rng.integers(0, 2 * shift + 1, (2, n))
    rows = dy[:, None] + np.arange(height)
    cols = dx[:, None] + np.arange(width)
    moved: npt.NDArray[np.uint8] = padded[
        np.arange(n)[:, None, None], rows[:, :, None], cols[:, None, :]
    ]
    return moved


def random_subnet(rng: np.random.Generator, blocks: int, stages: int) -> dict[str, list[int]]:
    """A sub-network with every kernel, expansion and depth drawn uniformly."""
    return {
        "ks": rng.choice(KERNELS, blocks).tolist(),
        "e": rng.choice(EXPANDS, blocks).tolist(),
        "d": rng.choice(DEPTHS, stages).tolist(),
    }


def sandwich_step(
    net: FashionMobileNetV3,
    x: Tensor,
    y: Tensor,
    others: list[dict[str, list[int]]],
) -> float:
    """Add the gradients of the largest sub-network, then of `others` taught by its output.

    Returns the largest one's cross-entropy.
    """
    net.set_max_net()
    logits = net(x)
    loss = F.cross_entropy(logits, y)
    loss.backward()
    soft_labels = logits.detach().softmax(1)
    for config in others:
        net.set_active_subnet(**config)
        F.cross_entropy(net(x), soft_labels).backward()
    return float(loss.item())


class Training:
    """One resumable training: the network, its optimiser and the step it is at."""

    def __init__(self, recipe: Recipe, data: Split, device: torch.device) -> None:
        self.recipe, self.data, self.device = recipe, data, device
        self.total = recipe.total_steps(len(data))
        self.step = 0
        torch.manual_seed(recipe.seed)
        self.net = FashionMobileNetV3(len(fashion_mnist.CLASSES)).to(device)
        self.net.to(memory_format=torch.channels_last)
        if device.type == "cpu":
            speed_up_depthwise(self.net)
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), weight_decay=recipe.weight_decay, fused=True
        )

    def advance(self) -> float:
        """Train one step; returns the largest sub-network's loss."""
        phase, step, steps = self.recipe.at(self.step, len(self.data))
        for group in self.optimiser.param_groups:
            group["lr"] = one_cycle(step, steps, phase.rate)
        x, y, rng = self._batch()
        self.net.train()
        self.optimiser.zero_grad(set_to_none=True)
        loss = sandwich_step(self.net, x, y, self._others(phase, rng))
        self.optimiser.step()
        self.step += 1
        return loss

    def _others(self, phase: Phase, rng: np.random.Generator) -> list[dict[str, list[int]]]:
        if phase.random_subnets == 0:
            return []
        blocks, stages = len(self.net.blocks) - 1, len(self.net.block_group_info)
        smallest = {
            "ks": [min(KERNELS)] * blocks,
            "e": [min(EXPANDS)] * blocks,
            "d": [min(DEPTHS)] * stages,
        }
        randoms = [random_subnet(rng, blocks, stages) for _ in range(phase.random_subnets)]
        return [smallest, *randoms] if self.step % phase.smallest_every == 0 else randoms

    def _batch(self) -> tuple[Tensor, Tensor, np.random.Generator]:
        epoch, index = divmod(self.step, self.recipe.steps_per_epoch(len(self.data)))
        order = np.random.default_rng((self.recipe.seed, 0, epoch)).permutation(len(self.data))
        rng = np.random.default_rng((self.recipe.seed, 1, self.step))
        batch = self.data.take(order[index * self.recipe.batch : (index + 1) * self.recipe.batch])
        x = normalise(augment(batch.images, rng), self.device)
        return x, torch.from_numpy(batch.labels.astype(np.int64)).to(self.device), rng

    def save(self, path: Path) -> None:
        """Write everything needed to go on, atomically."""
        part = path.with_suffix(".part")
        state = {
            "recipe": json.dumps(asdict(self.recipe)),
            "step": self.step,
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        torch.save(state, part)
        part.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint of the same recipe; raises DataError if it is another one."""
        state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        if state["recipe"] != json.dumps(asdict(self.recipe)):
            raise DataError(
                f"{path} was started with another recipe: {state['recipe']}. "
                "Use the same options, or another --out folder."
            )
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]


def export_weights(net: FashionMobileNetV3, path: Path) -> None:
    """Write the weights as a float16 state dict, the form in which the package ships them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in net.cpu().state_dict().items()
    }
    torch.save(state, path)


def run(training: Training, checkpoint: Path, log: Path) -> None:
    """Train to the end with a progress bar; checkpoints and a loss log on the way."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as progress, log.open("a") as lines:
        task = progress.add_task("training", total=training.total, completed=training.step)
        while training.step < training.total:
            phase = training.recipe.at(training.step, len(training.data))[0].name
            loss = training.advance()
            progress.update(task, completed=training.step, description=f"{phase}, loss {loss:.3f}")
            if training.step % _SAVE_EVERY == 0 or training.step == training.total:
                training.save(checkpoint)
                lines.write(f"{training.step}\t{phase}\t{loss:.4f}\n")
                lines.flush()


def main(
    out: Annotated[Path, typer.Option(help="Folder for checkpoint, log and weights.")] = Path(
        "training"
    ),
    data: Annotated[Path | None, typer.Option(help="Folder of the four original files.")] = None,
    epochs: Annotated[
        tuple[int, int, int], typer.Option(help="Epochs of: largest, shrinking, settling.")
    ] = (5, 8, 4),
    batch: Annotated[int, typer.Option(min=2)] = Recipe.batch,
    seed: int = 0,
    device: Annotated[str, typer.Option(help="cpu, cuda, or auto.")] = "auto",
    limit: Annotated[int | None, typer.Option(help="Train on the first images only.")] = None,
) -> None:
    """Train the built-in supernet; run it again to resume."""
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        folder = fashion_mnist.locate(data, out)
        train = fashion_mnist.split_training_set(fashion_mnist.read_original(folder, "train"))
        images = train["training"].take(np.arange(len(train["training"]))[:limit])
        phases = (replace(p, epochs=n) for p, n in zip(Recipe.phases, epochs, strict=True))
        recipe = Recipe(phases=tuple(phases), batch=batch, seed=seed)
        training = Training(recipe, images, torch.device(device))
        out.mkdir(parents=True, exist_ok=True)
        if (out / "checkpoint.pt").exists():
            training.resume(out / "checkpoint.pt")
            typer.echo(f"Resuming at step {training.step} of {training.total}.")
        run(training, out / "checkpoint.pt", out / "loss.tsv")
    except DynasError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    export_weights(training.net, out / "weights.pt")
    typer.echo(f"Weights written to {out / 'weights.pt'}.")


if __name__ == "__main__":
    typer.run(main)
