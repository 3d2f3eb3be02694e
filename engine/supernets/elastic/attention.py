"""torch's multi-head attention with a projection for each of queries, keys and values.

`nn.MultiheadAttention` keeps the three in one matrix and takes its number of heads for that of its
embedding. Computed from three matrices, heads and embedding are independent of each other.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class SplitAttention(nn.MultiheadAttention):
    """Multi-head attention whose heads and embedding can have any size.

    Returns what `nn.MultiheadAttention` returns for the same arguments.
    """

    q_proj: nn.Linear
    k_proj: nn.Linear
    v_proj: nn.Linear

    def __init__(self, original: nn.MultiheadAttention) -> None:
        nn.Module.__init__(self)
        size, packed = original.embed_dim, original.in_proj_weight
        bias = original.in_proj_bias
        weights = [
            original.q_proj_weight, original.k_proj_weight, original.v_proj_weight
        ] if packed is None else packed.detach().chunk(3)  # fmt: skip
        for number, name in enumerate(("q_proj", "k_proj", "v_proj")):
            weight = weights[number].detach()
            layer = nn.Linear(weight.shape[1], size, bias is not None, weight.device, weight.dtype)
            layer.weight = nn.Parameter(weight.clone())
            if bias is not None:
                layer.bias = nn.Parameter(bias.detach().chunk(3)[number].clone())
            setattr(self, name, layer)
        self.out_proj = original.out_proj
        self.head_dim, self.dropout = original.head_dim, original.dropout
        self.batch_first = original.batch_first
        self.embed_dim, self.num_heads = original.embed_dim, original.num_heads
        self._qkv_same_embed_dim = False  # so that encoder layers do not bypass this module
        for name in ("in_proj_weight", "in_proj_bias", "bias_k", "bias_v"):
            self.register_parameter(name, None)
        self.train(original.training)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The attended values, and where wanted the weights of attention."""
        is_single = query.dim() == 2
        if is_single:
            query, key, value = (x.unsqueeze(0) for x in (query, key, value))
        elif not self.batch_first:
            query, key, value = (x.transpose(0, 1) for x in (query, key, value))
        q, k, v = (
            project(x).unflatten(-1, (-1, self.head_dim)).transpose(1, 2)
            for project, x in ((self.q_proj, query), (self.k_proj, key), (self.v_proj, value))
        )
        mask = _joined_mask(attn_mask, key_padding_mask, q)
        weights = None
        rate = self.dropout if self.training else 0.0
        if need_weights:
            scores = q @ k.transpose(-2, -1) * self.head_dim**-0.5
            shares = (scores if mask is None else scores + mask).softmax(-1)
            attended = F.dropout(shares, rate) @ v
            weights = shares.mean(1) if average_attn_weights else shares
        else:
            attended = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=rate)
        output = self.out_proj(attended.transpose(1, 2).flatten(2))
        if is_single:
            return output.squeeze(0), None if weights is None else weights.squeeze(0)
        return output if self.batch_first else output.transpose(0, 1), weights


def _joined_mask(
    attn_mask: Tensor | None, padding: Tensor | None, queries: Tensor
) -> Tensor | None:
    """Both masks as numbers that are added to scores `(batch, heads, queries, keys)`."""
    mask = None if attn_mask is None else _added(attn_mask, queries)
    if mask is not None and mask.dim() == 3:  # one for each head of each input
        mask = mask.reshape(queries.shape[0], -1, *mask.shape[1:])
    if padding is not None:
        padded = _added(padding if padding.dim() == 2 else padding[None], queries)[:, None, None]
        mask = padded if mask is None else mask + padded
    return mask


def _added(mask: Tensor, like: Tensor) -> Tensor:
    if mask.dtype != torch.bool:
        return mask.to(like.dtype)
    return torch.zeros_like(mask, dtype=like.dtype).masked_fill(mask, float("-inf"))


def split_attention(model: nn.Module) -> nn.Module:
    """The network with its multi-head attention split, where that computes the same; in place."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is nn.MultiheadAttention and _can_be_split(child):
                setattr(parent, name, SplitAttention(child))
    return model


def _can_be_split(attention: Any) -> bool:
    return attention.bias_k is None and not attention.add_zero_attn
