"""The measurements of `benchmarks.own_network`: where they are kept, and the tables of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.own_network_ways import Result
from engine.training.elastic.advice import advised_way

FOLDER = Path(__file__).parent / "results" / "own_network"
KEPT = Path(__file__).parent / "data" / "own_network.jsonl"
"""The measurements that the documentation reports, one a line."""

COUNTS = (1, 3, 5, 10)
BUDGETS = (1.0, 2.0, 4.0)
OURS = ("prune", "chain", "train")
PEERS = {"fastnas": 0.5, "fastnas_labels": 1.0}
"""The weight of the labels in the fine-tuning of FastNAS' networks; the rest is distillation."""

WITHIN_NOISE = 0.3
"""Points of accuracy: the standard error of one of 88 % on 10,000 images."""

_NAMES = {"fastnas": "FastNAS", "fastnas_labels": "FastNAS, labels alone"}


@dataclass(frozen=True)
class Cell:
    """One measurement: a way with a number of targets and a budget, in units of T0."""

    network: str
    way: str
    count: int
    budget: float
    seed: int

    @property
    def path(self) -> Path:
        """Where it is stored when it is measured."""
        return FOLDER / f"{self.network}-{self.way}-{self.count}-{self.budget:g}-{self.seed}.json"

    def read(self) -> dict[str, Any] | None:
        """The measurement made here, or that of the repository."""
        if self.path.exists():
            values: dict[str, Any] = json.loads(self.path.read_text())
            return values
        return kept_values().get(self)

    def write(self, result: Result, seconds: float) -> None:
        """Store a measurement that took `seconds` of processor time."""
        values = asdict(self) | asdict(result) | {"seconds": seconds}
        self.path.write_text(json.dumps(values, indent=1))
        mean, smallest = np.mean(result.accuracies), result.accuracies[0]
        print(f"{self.path.stem}: mean {mean:.2f} %, smallest {smallest:.2f} %", flush=True)


def kept_values() -> dict[Cell, dict[str, Any]]:
    """The measurements in the repository."""
    lines = KEPT.read_text().splitlines() if KEPT.exists() else []
    return {_cell_of(values): values for values in map(json.loads, lines)}


def keep() -> int:
    """Add those in the folder of results to those in the repository; returns how many there are."""
    values = kept_values()
    for path in FOLDER.glob("*-*.json"):
        read = json.loads(path.read_text())
        read["macs"] = [round(share, 4) for share in read["macs"]]
        read |= {name: round(read[name], 1) for name in ("choosing", "seconds")}
        values[_cell_of(read)] = read
    lines = [json.dumps(values[cell]) for cell in sorted(values, key=lambda cell: cell.path.name)]
    KEPT.write_text("\n".join(lines) + "\n")
    return len(lines)


def table(
    network: str,
    ways: Sequence[str] = (*OURS, *PEERS),
    counts: Sequence[int] = COUNTS,
    budgets: Sequence[float] = BUDGETS,
    seeds: Sequence[int] = (0, 1, 2),
) -> str:
    """Markdown: mean accuracy over the targets / at the smallest one, medians over the seeds."""
    head = [f"{count} size{'s' if count > 1 else ''}" for count in counts]
    lines = ["| time | way | " + " | ".join(head) + " |", "|---" * (2 + len(counts)) + "|"]
    for budget in budgets:
        shown = f"{budget:g} x T0"
        for way in ways:
            texts = [_text(network, way, count, budget, seeds) for count in counts]
            if any(texts):
                name = _NAMES.get(way, f"`{way}`")
                row = [shown, name, *(text or "–" for text in texts)]
                lines.append("| " + " | ".join(row).lstrip() + " |")
                shown = ""
    return "\n".join(lines)


def advice_table(
    networks: Sequence[str],
    counts: Sequence[int] = COUNTS,
    budgets: Sequence[float] = BUDGETS,
    seeds: Sequence[int] = (0, 1, 2),
) -> str:
    """Markdown: the mean of the advised way beside the best other one, and beside FastNAS."""
    head = [f"{count} size{'s' if count > 1 else ''}" for count in counts]
    lines = ["| network | time | " + " | ".join(head) + " |", "|---" * (2 + len(counts)) + "|"]
    for network in networks:
        for budget in budgets:
            texts = [_verdict(network, count, budget, seeds) for count in counts]
            if any(texts):
                row = [network, f"{budget:g} x T0", *(text or "–" for text in texts)]
                lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def advice_losses(seeds: Sequence[int] = (0, 1, 2)) -> dict[tuple[str, int, float], float]:
    """By how many points our best way is ahead of the advised one in what the repository keeps.

    Keys are the network, the number of sizes and the budget, where at least two ways are measured.
    """
    losses = {}
    for key in {(cell.network, cell.count, cell.budget) for cell in kept_values()}:
        means = {way: mean for way, mean in _means(*key, seeds) if way in OURS}
        advised = advised_way(key[1])
        if advised in means and len(means) > 1:
            losses[key] = max(means.values()) - means[advised]
    return losses


def mean_accuracy(
    network: str, way: str, count: int, budget: float, seeds: Sequence[int]
) -> tuple[float, float] | None:
    """The mean over the targets and that of the smallest one, medians over the measured seeds."""
    read = (Cell(network, way, count, budget, seed).read() for seed in seeds)
    values = [value["accuracies"] for value in read if value is not None]
    if not values:
        return None
    means, smallest = [np.mean(value) for value in values], [value[0] for value in values]
    return float(np.median(means)), float(np.median(smallest))


def _text(network: str, way: str, count: int, budget: float, seeds: Sequence[int]) -> str:
    if way == "chain" and count == 1:
        return "as `prune`" if _text(network, "prune", 1, budget, seeds) else ""
    read = mean_accuracy(network, way, count, budget, seeds)
    if read is None:
        return ""
    return f"{read[0]:.1f}" if count == 1 else f"{read[0]:.1f} / {read[1]:.1f}"


def _verdict(network: str, count: int, budget: float, seeds: Sequence[int]) -> str:
    """How far the advised way is ahead."""
    advised = advised_way(count)
    means = dict(_means(network, count, budget, seeds))
    if advised not in means:
        return ""
    others = {
        "the others": [means[way] for way in OURS if way in means and way != advised],
        "FastNAS": [means[way] for way in PEERS if way in means],
    }
    leads = [
        f"{means[advised] - max(values):+.1f} to {name}"
        for name, values in others.items()
        if values
    ]
    return ", ".join([f"`{advised}`", *leads])


def _means(
    network: str, count: int, budget: float, seeds: Sequence[int]
) -> Iterator[tuple[str, float]]:
    for way in (*OURS, *PEERS):
        if read := mean_accuracy(network, way, count, budget, seeds):
            yield way, read[0]


def _cell_of(values: dict[str, Any]) -> Cell:
    return Cell(*(values[name] for name in ("network", "way", "count", "budget", "seed")))
