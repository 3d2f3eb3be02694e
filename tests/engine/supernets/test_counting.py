"""What a module costs: attention, inputs by name, weights that two modules share."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.supernets.counting import count_by_part, count_macs


class Attention(nn.Module):
    """Attention of queries over keys and values, between two linear layers."""

    def __init__(self, width=8, heads=2):
        super().__init__()
        self.heads = heads
        self.project, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, tokens):
        n, length, width = tokens.shape
        q, k, v = (
            part.view(n, length, self.heads, -1).transpose(1, 2)
            for part in self.project(tokens).chunk(3, dim=-1)
        )
        attended = functional.scaled_dot_product_attention(q, k, v)
        return self.out(attended.transpose(1, 2).reshape(n, length, width))


class ByName(nn.Module):
    """Takes its inputs by name; `scale` is left to its default."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(3, 4), nn.Linear(5, 4, bias=False)

    def forward(self, numbers, words, scale=1.0):
        return (self.first(numbers) + self.second(words)) * scale


class Tied(nn.Module):
    """The same matrix embeds and unembeds."""

    def __init__(self):
        super().__init__()
        self.embed, self.unembed = nn.Embedding(10, 4), nn.Linear(4, 10, bias=False)
        self.unembed.weight = self.embed.weight

    def forward(self, tokens):
        return self.unembed(self.embed(tokens))


def total(parts):
    return tuple(sum(costs) for costs in zip(*parts.values(), strict=True))


@pytest.mark.parametrize(("length", "heads"), [(5, 1), (5, 2), (7, 4)])
def test_attention_costs_two_products_of_all_tokens_with_all(length, heads):
    parts = count_by_part(Attention(heads=heads), torch.zeros(1, length, 8))
    assert parts["project"][0] == length * 8 * 24
    assert parts["out"][0] == length * 8 * 8
    assert parts[""][0] == 2 * length * length * 8  # whatever the heads


def test_attention_over_other_tokens_costs_by_both_lengths():
    class Cross(nn.Module):
        def forward(self, queries, keys, values):
            return functional.scaled_dot_product_attention(queries, keys, values)

    inputs = (torch.zeros(1, 2, 3, 4), torch.zeros(1, 2, 5, 4), torch.zeros(1, 2, 5, 6))
    assert count_macs(Cross(), inputs)[""] == 2 * 3 * 5 * (4 + 6)


@pytest.mark.parametrize("order", [("numbers", "words"), ("words", "numbers")])
def test_inputs_may_be_given_by_name_in_any_order(order):
    inputs = {"numbers": torch.zeros(1, 3), "words": torch.zeros(1, 5)}
    parts = count_by_part(ByName(), {name: inputs[name] for name in order})
    assert {name: costs[0] for name, costs in parts.items()} == {
        "": 0, "first": 12, "second": 20,
    }  # fmt: skip
    assert total(parts)[1:] == (12 + 4 + 20, 4 * (12 + 4 + 20))


def test_inputs_may_be_a_tuple():
    inputs = (torch.zeros(1, 3), torch.zeros(1, 5))
    assert total(count_by_part(ByName(), inputs)) == (32, 36, 144)


def test_weights_that_are_shared_are_one_of_the_parameters_and_each_in_a_saved_state():
    module = Tied()
    parts = count_by_part(module, torch.zeros(1, 6, dtype=torch.long))
    assert (parts["embed"][1], parts["unembed"][1]) == (40, 0)
    assert total(parts)[1] == sum(p.numel() for p in module.parameters()) == 40
    state = module.state_dict().values()
    assert total(parts)[2] == sum(value.numel() * value.element_size() for value in state)


def test_batch_norm_costs_nothing_and_its_count_of_batches_is_stored():
    parts = count_by_part(
        nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)), torch.zeros(1, 3, 2, 2)
    )
    assert parts["0"] == (48, 16, 64)
    assert parts["1"] == (0, 8, 4 * 16 + 8)


class Einsum(nn.Module):
    """Scores of queries and keys of several heads in windows, as MaxViT has them."""

    def forward(self, queries, keys):
        return torch.einsum("b g h i d, b g h j d -> b g h i j", queries, keys)


def test_a_sum_of_products_is_counted_to_the_last_digit():
    tensors = torch.zeros(1, 7, 3, 31, 5), torch.zeros(1, 7, 3, 29, 5)
    assert count_macs(Einsum(), tensors)[""] == 7 * 3 * 31 * 29 * 5


class Unusual(nn.Module):
    """Operators that fvcore does not know."""

    def __init__(self):
        super().__init__()
        self.same = nn.Conv2d(3, 6, 5, padding="same", groups=3)

    def forward(self, x, bias, first, second, vector):
        return self.same(x), torch.baddbmm(bias, first, second), torch.mv(first[0], vector)


def test_operators_that_fvcore_leaves_out_are_counted():
    inputs = (
        torch.zeros(1, 3, 8, 8), torch.zeros(2, 4, 7), torch.zeros(2, 4, 5),
        torch.zeros(2, 5, 7), torch.zeros(5),
    )  # fmt: skip
    assert count_macs(Unusual(), inputs)[""] == 6 * 25 * 64 + 2 * 4 * 5 * 7 + 4 * 5
