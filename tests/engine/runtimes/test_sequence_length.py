"""ONNX models of networks for tokens take sequences of any length that the network takes."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.runtimes.onnx_model import export_onnx
from engine.runtimes.registry import find_runtime
from engine.runtimes.sequence_length import sequence_length
from engine.tasks.inputs import call_network

LENGTH = 8


class Tokens(nn.Module):
    """A causal layer of attention on tokens, with the positions that a table has."""

    def __init__(self, positions: int = 4 * LENGTH) -> None:
        super().__init__()
        self.tokens, self.positions = nn.Embedding(16, 8), nn.Embedding(positions, 8)
        self.layer = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, ids, attention_mask=None):
        length = ids.shape[1]
        x = self.tokens(ids) + self.positions.weight[:length]
        later = torch.full((length, length), float("-inf")).triu(1)
        if attention_mask is not None:
            x = x * attention_mask[..., None]
        return {"logits": self.layer(x, x, x, attn_mask=later, need_weights=False)[0]}


class OneLength(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.head = nn.Embedding(16, 4), nn.Linear(4 * LENGTH, 3)

    def forward(self, ids):
        return self.head(self.tokens(ids).flatten(1))


def ids(count, length):
    return torch.randint(0, 16, (count, length), generator=torch.Generator().manual_seed(length))


def with_mask(count, length):
    return {"ids": ids(count, length), "attention_mask": (ids(count, length) > 3).float()}


def difference(module, model, inputs):
    (output,) = find_runtime("onnxruntime").load(model.content)(model.arrays(inputs))
    with torch.no_grad():
        return np.abs(output - call_network(module, inputs)["logits"].numpy()).max()


@pytest.mark.parametrize("make", [ids, with_mask])
@pytest.mark.parametrize("positions", [LENGTH, 4 * LENGTH])
def test_a_model_for_any_length_has_the_outputs_of_the_network(make, positions):
    module = Tokens(positions).eval()
    model = export_onnx(module, make(2, LENGTH), any_length=True)
    assert model.any_length
    for count, length in ((1, 1), (3, LENGTH - 1), (2, positions)):
        assert difference(module, model, make(count, length)) < 1e-5


def test_a_model_has_the_length_of_its_example_unless_it_is_to_have_any():
    module = Tokens().eval()
    model = export_onnx(module, ids(2, LENGTH))
    assert not model.any_length
    assert difference(module, model, ids(3, LENGTH)) < 1e-5


def test_a_network_of_one_length_is_written_for_that_length():
    module, x = OneLength().eval(), ids(2, LENGTH)
    assert sequence_length(module, x) is None
    model = export_onnx(module, x, any_length=True)
    assert not model.any_length
    (output,) = find_runtime("onnxruntime").load(model.content)(model.arrays(x))
    np.testing.assert_allclose(output, module(x).detach().numpy(), atol=1e-5)


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (2, 8)])
def test_images_and_rows_of_numbers_are_no_sequences(shape):
    assert sequence_length(nn.Identity(), torch.zeros(shape)) is None
