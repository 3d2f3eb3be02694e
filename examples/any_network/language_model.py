"""A small language model of transformers on bytes of English text that comes with Python."""

from functools import cache
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from dynas_studio import ElasticTask, Metric

LENGTH = 64
VALIDATION, TEST = 256, 256
"""Windows of text."""

BITS = Metric(
    "bits_per_byte", "Bits per byte", "", "min", "measured",
    "Mean cross-entropy of the next byte, in bits.", lowest=0.0,
)  # fmt: skip


def make_model(weights: bool = True) -> nn.Module:
    """The network, with the weights of `train_original.py` if `weights`."""
    from transformers import LlamaConfig, LlamaForCausalLM

    network: nn.Module = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=256, hidden_size=64, intermediate_size=128, num_hidden_layers=4,
            num_attention_heads=8, num_key_value_heads=4, max_position_embeddings=LENGTH,
            tie_word_embeddings=True, use_cache=False,
        )
    )  # fmt: skip
    if weights:
        network.load_state_dict(torch.load(Path(__file__).with_suffix(".pt")))
    return network


@cache
def windows() -> dict[str, Tensor]:
    """`(n, LENGTH + 1)` bytes of Python's help texts: to train on, to validate and to test."""
    from pydoc_data.topics import topics

    text = "\n".join(topics[name] for name in sorted(topics)).encode()
    count = len(text) // (LENGTH + 1)
    rows = torch.frombuffer(bytearray(text[: count * (LENGTH + 1)]), dtype=torch.uint8)
    rows = rows.reshape(count, LENGTH + 1).long()
    rows = rows[torch.randperm(count, generator=torch.Generator().manual_seed(0))]
    return {
        "test": rows[:TEST],
        "validation": rows[TEST : TEST + VALIDATION],
        "training": rows[TEST + VALIDATION :],
    }


def batches(part: str) -> DataLoader[tuple[Tensor, ...]]:
    """Batches of bytes and of those that come next."""
    rows = windows()[part]
    dataset = TensorDataset(rows[:, :-1], rows[:, 1:])
    return DataLoader(dataset, batch_size=32, shuffle=part == "training")


def loss(outputs: Any, target: Tensor) -> Tensor:
    """The cross-entropy of the next byte, in nats."""
    logits = outputs["logits"] if isinstance(outputs, dict) else outputs
    return F.cross_entropy(logits.flatten(0, 1), target.flatten())


def score(outputs: list[Any], targets: list[Tensor]) -> dict[str, Tensor]:
    """Bits per byte of all batches."""
    losses = [loss(o, t) * t.numel() for o, t in zip(outputs, targets, strict=True)]
    count = sum(target.numel() for target in targets)
    return {"bits_per_byte": torch.stack(losses).sum() / count / torch.tensor(2.0).log()}


def make_task() -> ElasticTask:
    """The text, the loss and the metric."""
    return ElasticTask(
        training=lambda: batches("training"),
        validation=lambda: batches("validation"),
        held_out=lambda: batches("test"),
        loss=loss,
        metrics=[BITS],
        score=score,
    )
