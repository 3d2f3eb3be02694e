"""The training of the built-in architecture.

Four phases, after Once-for-All's progressive shrinking. First the largest sub-network alone; then
every step trains the largest, the smallest and two random sub-networks (the sandwich rule), the
others learning from the largest one's output of the same step (in-place distillation; Yu et al.,
"BigNAS", ECCV 2020); then more random sub-networks and fewer smallest ones; last, random ones in
which large choices are more frequent. The training is resumable and can be extended by a phase:
all random choices of a step are a function of (seed, step).
"""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import regular_file
from engine.errors import DataError
from engine.supernets.builtin import fashion_mnist
from engine.supernets.builtin.network import DEPTHS, EXPANDS, KERNELS, FashionMobileNetV3
from engine.tasks.images.image_set import Kind, Split, augment, normalise
from engine.training.depthwise import speed_up_depthwise
from engine.training.recipe import Phase, Recipe, one_cycle
from engine.training.replicas import ALONE, Replicas, without_averaging

_MAX_CHECKPOINT_BYTES = 10 * regular_file.GB
_MAX_SHIFT = 2  # pixels, of images of 28 pixels


def random_subnet(
    rng: np.random.Generator,
    blocks: int,
    stages: int,
    frequencies: tuple[float, float, float] | None = None,
) -> dict[str, list[int]]:
    """A sub-network with every kernel, expansion and depth drawn with `frequencies`."""
    return {
        "ks": rng.choice(KERNELS, blocks, p=frequencies).tolist(),
        "e": rng.choice(EXPANDS, blocks, p=frequencies).tolist(),
        "d": rng.choice(DEPTHS, stages, p=frequencies).tolist(),
    }


def sandwich_step(
    net: FashionMobileNetV3,
    x: Tensor,
    y: Tensor,
    configs: list[dict[str, list[int]]],
    replica: nn.Module | None = None,
) -> float:
    """Add the gradients of the largest sub-network and of `configs`, which learn from its output.

    A `replica` of `net` that averages gradients over processes does so once, for their sum.
    Returns the largest one's cross-entropy.
    """
    forward = net if replica is None else replica
    net.set_max_net()
    with nullcontext() if not configs else without_averaging(forward):
        logits = forward(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
    soft_labels = logits.detach().softmax(1)
    for number, config in enumerate(configs, start=1):
        net.set_active_subnet(**config)
        with nullcontext() if number == len(configs) else without_averaging(forward):
            F.cross_entropy(forward(x), soft_labels).backward()
    return float(loss.item())


class Training:
    """A resumable training: the network, its optimiser and the current step.

    Each of several `replicas` has a share of every batch.
    """

    def __init__(
        self, recipe: Recipe, data: Split, device: torch.device, kind: Kind = fashion_mnist.KIND,
        replicas: Replicas = ALONE,
    ) -> None:  # fmt: skip
        self.recipe, self.data, self.device, self.kind = recipe, data, device, kind
        self.replicas = replicas
        self.total = recipe.total_steps(len(data))
        self.step = 0
        torch.manual_seed(recipe.seed)
        self.net = FashionMobileNetV3(len(kind.classes), kind.channels).to(device)
        self.net.to(memory_format=torch.channels_last)
        if device.type == "cpu":
            speed_up_depthwise(self.net)
        self._replica = replicas.wrap(self.net)
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
        loss = sandwich_step(self.net, x, y, self._sampled_subnets(phase, rng), self._replica)
        self.optimiser.step()
        self.step += 1
        return self.replicas.mean(loss)

    def _sampled_subnets(
        self, phase: Phase, rng: np.random.Generator
    ) -> list[dict[str, list[int]]]:
        if phase.random_subnets == 0:
            return []
        blocks, stages = len(self.net.blocks) - 1, len(self.net.block_group_info)
        smallest = {
            "ks": [min(KERNELS)] * blocks,
            "e": [min(EXPANDS)] * blocks,
            "d": [min(DEPTHS)] * stages,
        }
        random_configs = [
            random_subnet(rng, blocks, stages, phase.frequencies)
            for _ in range(phase.random_subnets)
        ]
        return (
            [smallest, *random_configs] if self.step % phase.smallest_every == 0 else random_configs
        )

    def _batch(self) -> tuple[Tensor, Tensor, np.random.Generator]:
        epoch, index = divmod(self.step, self.recipe.steps_per_epoch(len(self.data)))
        order = np.random.default_rng((self.recipe.seed, 0, epoch)).permutation(len(self.data))
        rng = np.random.default_rng((self.recipe.seed, 1, self.step))
        batch = self.data.take(order[index * self.recipe.batch : (index + 1) * self.recipe.batch])
        shift = max(1, _MAX_SHIFT * self.kind.size // fashion_mnist.KIND.size)
        images = augment(batch.images, rng, shift, self.recipe.flip)
        share = self.replicas.share(len(images))
        x = normalise(images[share], self.device, self.kind)
        labels = batch.labels[share].astype(np.int64)
        return x, torch.from_numpy(labels).to(self.device), rng

    def save(self, path: Path) -> None:
        """Write a checkpoint atomically."""
        part = path.with_suffix(".part")
        state = {
            "recipe": self.recipe.to_json(),
            "step": self.step,
            "kind": repr(self.kind),
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        torch.save(state, part)
        part.replace(path)

    def resume(self, path: Path) -> None:
        """Resume from a checkpoint; only the phases after its current one may differ.

        Raises DataError if the checkpoint was trained by another recipe.
        """
        try:
            with regular_file.open_file(path, _MAX_CHECKPOINT_BYTES) as file:
                state = torch.load(file, map_location=self.device, weights_only=True)
        except Exception as error:  # torch raises many kinds for a damaged or hostile file
            reason = getattr(error, "strerror", None) or "it is damaged or no checkpoint"
            raise DataError(f"{path} cannot be read: {reason}. Delete it to begin anew.") from error
        step, images = state["step"], len(self.data)
        trained = Recipe.from_json(state["recipe"]).until(step, images)
        if trained != self.recipe.until(step, images):
            raise DataError(
                f"{path} was started with another recipe: {state['recipe']}. "
                "Use the same options, or another --out folder, or --name for your own images."
            )
        if state.get("kind", repr(self.kind)) != repr(self.kind):
            raise DataError(
                f"{path} was started with other images or another size. Use the same, or another "
                "--name."
            )
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = step


def export_weights(net: FashionMobileNetV3, path: Path) -> None:
    """Write the weights as a float16 state dict, as in the package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in net.cpu().state_dict().items()
    }
    torch.save(state, path)
