"""Train the networks of this folder, as their owner would have done it before.

`python train_original.py resnet|vit|language_model [EPOCHS]` writes the weights beside the network.
"""

import importlib
import sys
import time
from collections.abc import Callable, Iterable
from itertools import count, islice
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FOLDER = Path(__file__).parent
EPOCHS = {"resnet": 12, "vit": 40, "language_model": 4}
RATE = 3e-3
Batches = Callable[[], Iterable[Any]]


def image_batches(part: str, mean: float, std: float) -> Batches:
    """Batches of 64 images of `digits`, as numbers that are normalised."""
    from torch.utils.data import DataLoader
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    steps = [transforms.Grayscale(), transforms.ToTensor(), transforms.Normalize(mean, std)]
    dataset = ImageFolder(FOLDER / "digits" / part, transforms.Compose(steps))
    kept = [dataset[index] for index in range(len(dataset))]
    return lambda: DataLoader(kept, batch_size=64, shuffle=part == "train")  # type: ignore[arg-type]


def train(
    network: nn.Module,
    batches: Batches,
    loss: Callable[[Any, Tensor], Tensor],
    epochs: float,
) -> None:
    """AdamW with a rate that rises for a twentieth of the steps, and falls to zero."""
    steps = max(2, round(epochs * sum(1 for _ in batches())))
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.05)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.05)
    network.train()
    endless = (batch for _ in count() for batch in batches())
    for inputs, target in islice(endless, steps):
        optimiser.zero_grad()
        loss(network(inputs), target).backward()
        optimiser.step()
        rates.step()
    network.eval()


def main() -> None:
    """Train one network, say how good it is, and write its weights."""
    name = sys.argv[1]
    epochs = float(sys.argv[2]) if len(sys.argv) > 2 else EPOCHS[name]
    torch.manual_seed(0)
    torch.set_num_threads(1)  # for networks this small, more threads wait for one another
    module = importlib.import_module(name)
    network = module.make_model(weights=False)
    begin = time.perf_counter()
    if name == "language_model":
        train(network, lambda: module.batches("training"), module.loss, epochs)
        with torch.no_grad():
            pairs = [(network(x), y) for x, y in module.batches("test")]
        quality = float(module.score(*map(list, zip(*pairs, strict=True)))["bits_per_byte"])
        found = f"{quality:.3f} bits per byte"
    else:
        train(network, image_batches("train", module.MEAN, module.STD), F.cross_entropy, epochs)
        with torch.no_grad():
            test = image_batches("test", module.MEAN, module.STD)()
            hits = torch.cat([network(x).argmax(1) == y for x, y in test])
        found = f"{100 * hits.float().mean():.1f} % of the test images"
    torch.save(network.state_dict(), FOLDER / f"{name}.pt")
    print(f"{name}: {found}, {epochs:g} epochs, {time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
