"""Advice on the way from one network to many, by the number of sizes that are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.training.elastic.length import FINE_TUNING_LENGTHS, SUPERNET_LENGTH

Way = Literal["prune", "chain", "train"]

MOST_PRUNED, MOST_CHAINED = 2, 20
"""The largest numbers of sizes for which pruning, and nested pruning, are advised."""

_CHAINED_IF_UNKNOWN = 10  # sizes of which the cost of a chain is told

_WORDS: Mapping[Way, str] = {
    "prune": "Each size is cut from your network and fine-tuned by itself. Best for one or two "
    "sizes; each more costs as much again.",
    "chain": "The sizes are cut one after another, the largest first, each from the last one. Best "
    "for three to twenty sizes that you know.",
    "train": "All sub-networks are trained at once, then a search finds the best of them. Best for "
    "many or unknown sizes, and for several objectives such as latency and parameters.",
}


@dataclass(frozen=True)
class WayCost:
    """What one way costs: `seconds` until all wanted sizes are trained, and what it brings.

    Without a number of sizes, `basis` says of how many sizes that is, such as `a size`.
    """

    way: Way
    seconds: float
    sentence: str
    is_advised: bool
    basis: str = ""


def advised_way(sizes: int | None, objectives: int = 2) -> Way:
    """The way for so many sizes (None: unknown) and objectives, such as accuracy and MACs.

    The limits are those of `benchmarks.own_network`, at equal time: see `docs/any-network.md`.
    """
    if sizes is None or sizes > MOST_CHAINED or objectives > 2:
        return "train"
    return "prune" if sizes <= MOST_PRUNED else "chain"


def way_costs(
    sizes: int | None, objectives: int, original_seconds: float, supernet_factor: float = 1.0
) -> list[WayCost]:
    """The cost of each way, for a network whose own training takes `original_seconds`.

    Steps of a supernet take `supernet_factor` times as long as their MACs tell. Without a number of
    sizes, the cost of pruning is that of one size, and that of a chain is that of ten.
    """
    advised = advised_way(sizes, objectives)
    shares: Mapping[Way, float] = {
        "prune": (sizes or 1) * FINE_TUNING_LENGTHS["prune"],
        "chain": (sizes or _CHAINED_IF_UNKNOWN) * FINE_TUNING_LENGTHS["chain"],
        "train": SUPERNET_LENGTH * supernet_factor,
    }
    bases: Mapping[Way, str] = (
        {"prune": "a size", "chain": f"for {_CHAINED_IF_UNKNOWN} sizes"} if sizes is None else {}
    )
    return [
        WayCost(way, shares[way] * original_seconds, words, way == advised, bases.get(way, ""))
        for way, words in _WORDS.items()
    ]


def advice_sentence(sizes: int | None, objectives: int = 2) -> str:
    """What is advised and why, in one sentence."""
    way = advised_way(sizes, objectives)
    if way == "chain":
        return f"Prune in a chain (elastic chain): {sizes} sizes share one training."
    if way == "prune":
        plural = "s" if sizes != 1 else ""
        return (
            f"Prune (elastic prune): {sizes} size{plural} fine-tuned alone are the most accurate."
        )
    if sizes is None:
        return "Train a supernet (elastic train): the number of sizes is not known."
    if sizes > MOST_CHAINED:
        return f"Train a supernet (elastic train): {sizes} sizes are many."
    return "Train a supernet (elastic train): there are several objectives beside accuracy."
