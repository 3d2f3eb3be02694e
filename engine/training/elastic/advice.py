"""Advice on the way from one network to many, by the number of sizes that are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Way = Literal["prune", "chain", "train"]

MOST_PRUNED, MOST_CHAINED = 4, 10
"""The largest numbers of sizes for which pruning, and nested pruning, are advised."""

FINE_TUNING_SHARE = {"prune": 0.25, "chain": 0.08}
"""The usual length of the fine-tuning of one size, as a share of the original training."""

_WORDS: Mapping[Way, str] = {
    "prune": "Each size is cut from your network and fine-tuned by itself. Best for one to four "
    "sizes; each more costs as much again.",
    "chain": "The sizes are cut one after another, the largest first, each from the last one. Best "
    "for five to ten sizes that you know.",
    "train": "All sub-networks are trained at once, then a search finds the best of them. Best for "
    "many or unknown sizes, and for several objectives such as latency and parameters.",
}


@dataclass(frozen=True)
class WayCost:
    """What one way costs: `seconds` until all wanted sizes are trained, and what it brings."""

    way: Way
    seconds: float
    sentence: str
    is_advised: bool


def advised_way(sizes: int | None, objectives: int = 2) -> Way:
    """The way for so many sizes (None: unknown) and objectives, such as accuracy and MACs.

    Measured on a residual network and a vision transformer with Fashion-MNIST at equal time: see
    `docs/any-network.md`.
    """
    if sizes is None or sizes > MOST_CHAINED or objectives > 2:
        return "train"
    return "prune" if sizes <= MOST_PRUNED else "chain"


def way_costs(
    sizes: int | None,
    objectives: int,
    plain_steps: int,
    plain_seconds: float,
    supernet_seconds: float,
) -> list[WayCost]:
    """The cost of each way, for an original training of `plain_steps` steps.

    `plain_seconds` and `supernet_seconds` are those of one step of the original network and of a
    supernet. Without a number of sizes, that of pruning is for one size and is not advised.
    """
    advised = advised_way(sizes, objectives)
    one_training = plain_steps * plain_seconds
    seconds: Mapping[Way, float] = {
        "prune": (sizes or 1) * FINE_TUNING_SHARE["prune"] * one_training,
        "chain": (sizes or MOST_CHAINED) * FINE_TUNING_SHARE["chain"] * one_training,
        "train": plain_steps * supernet_seconds,
    }
    return [WayCost(way, seconds[way], _WORDS[way], way == advised) for way in _WORDS]


def advice_sentence(sizes: int | None, objectives: int = 2) -> str:
    """What is advised and why, in one sentence."""
    way = advised_way(sizes, objectives)
    if way == "train":
        why = (
            "the number of sizes is not known"
            if sizes is None
            else f"{sizes} sizes are many"
            if sizes > MOST_CHAINED
            else "there are several objectives"
        )
        return f"Train a supernet (elastic train): {why}."
    if way == "chain":
        return f"Prune in a chain (elastic chain): {sizes} sizes share one training."
    plural = "s" if sizes != 1 else ""
    return f"Prune (elastic prune): {sizes} size{plural} fine-tuned alone are the most accurate."
