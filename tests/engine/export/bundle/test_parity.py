"""What is compared of the outputs of a file and of the network."""

import pytest
import torch

from engine.export.bundle.parity import compare, without_padding

MASK = torch.tensor([[0, 0, 1], [1, 1, 1]])


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 5)])
def test_outputs_where_there_is_no_token_are_not_compared(shape):
    inputs = {"ids": torch.ones(2, 3), "attention_mask": MASK}
    expected, found = {"logits": torch.ones(shape)}, {"logits": torch.ones(shape)}
    found["logits"][0, :2] = 7
    kept = [without_padding(inputs, outputs) for outputs in (expected, found)]
    assert compare(kept[:1], kept[1:], 2).max_abs_difference == 0
    found["logits"][0, 2] = 7
    kept[1] = without_padding(inputs, found)
    assert compare(kept[:1], kept[1:], 2).max_abs_difference == 6


@pytest.mark.parametrize("inputs", [torch.ones(2, 3), {"ids": torch.ones(2, 3)}, (MASK,)])
def test_without_a_mask_all_outputs_are_compared(inputs):
    outputs = torch.rand(2, 3)
    assert torch.equal(without_padding(inputs, outputs), outputs)


def test_an_output_for_each_text_is_compared_as_a_whole():
    outputs = torch.rand(2, 5)
    assert torch.equal(without_padding({"attention_mask": MASK}, outputs), outputs)
