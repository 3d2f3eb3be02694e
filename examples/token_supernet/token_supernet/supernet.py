"""The supernet for DyNAS Studio: its space, its task, and its sub-networks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dynas_studio import Config, DataNames, Gene, LoaderTask, Metric, SearchSpace, SlicedSupernet
from token_supernet import corpus

if TYPE_CHECKING:
    from torch import nn

DEPTHS, HEADS, HIDDEN = (1, 2, 3, 4), (1, 2, 4), (48, 96, 192)

PERPLEXITY = Metric(
    name="perplexity",
    label="Perplexity",
    unit="characters",
    direction="min",
    source="measured",
    description="Between how many equally likely characters the network is undecided at each step: "
    "e to the mean of -log p, with p the probability of the character that comes next.",
    lowest=1.0,
)


def perplexity(outputs: list[Any], targets: list[Any]) -> dict[str, float]:
    """Perplexity over all characters of all batches."""
    import torch

    logits, classes = torch.cat(outputs).flatten(0, 1), torch.cat(targets).flatten()
    return {"perplexity": float(torch.nn.functional.cross_entropy(logits.double(), classes).exp())}


def example(count: int) -> dict[str, Any]:
    """`count` rows of characters, generated without a text."""
    import torch

    tokens = torch.arange(count * corpus.LENGTH) % len(corpus.CHARACTERS)
    return {"tokens": tokens.reshape(count, corpus.LENGTH)}


class TokenSupernet(SlicedSupernet):
    """`token_transformer`: 1-4 layers, each of 1, 2 or 4 heads and 48, 96 or 192 hidden units."""

    name = "token_transformer"
    title = "Language model of characters"
    description = "Elastic transformer that tells the next character of technical English."
    weights = Path(__file__).parent / "weights.pt"
    space = SearchSpace(
        (
            Gene("depth", DEPTHS, role="depth"),
            *(
                Gene(group, choices, switch=0, needs=n, role=role, part=f"layer {n}")
                for group, choices, role in (("heads", HEADS, "heads"), ("hidden", HIDDEN, "width"))
                for n in DEPTHS
            ),
        )
    )
    task = LoaderTask(
        [PERPLEXITY],
        perplexity,
        example,
        validation=lambda: corpus.batches("validation"),
        held_out=lambda: corpus.batches("test"),
        data_names=DataNames(
            "window of text", "windows of text", "validation topics", "test topics"
        ),
        origin="Measured on topics of Python's help() that were left out of the training. Others "
        "stay unseen by the search, to test the sub-networks you choose.",
    )

    def network(self, config: Config) -> "nn.Module":
        """The transformer of a config."""
        from token_supernet.network import Transformer

        depth = config["depth"][0]
        return Transformer(config["heads"][:depth], config["hidden"][:depth])
