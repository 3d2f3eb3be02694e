"""ofa: objects created without their constructors, and a replaced forward pass."""

import types
from collections.abc import Callable, Sequence
from typing import Any

from ofa.imagenet_classification.elastic_nn.modules.dynamic_op import DynamicSeparableConv2d
from ofa.imagenet_classification.elastic_nn.networks import OFAMobileNetV3
from ofa.imagenet_classification.networks import MobileNetV3, ProxylessNASNets
from torch import Tensor, nn


class ElasticMobileNetV3(OFAMobileNetV3):
    """Once-for-All's elastic MobileNetV3 with custom parts instead of those for ImageNet.

    `blocks` has the fixed first block and then those of each stage, `stages` their positions.
    Switching sub-networks, extracting them (`get_active_subnet`) and loading state dicts are
    `ofa`'s.
    """

    def __init__(
        self,
        stem: nn.Module,
        blocks: Sequence[nn.Module],
        stages: Sequence[Sequence[int]],
        head: tuple[nn.Module, nn.Module, nn.Module],
        *,
        kernels: Sequence[int],
        expands: Sequence[int],
        depths: Sequence[int],
    ) -> None:
        self.ks_list = list(kernels)
        self.expand_ratio_list = list(expands)
        self.depth_list = list(depths)
        self.width_mult = 1.0
        self.block_group_info = [list(stage) for stage in stages]
        MobileNetV3.__init__(self, stem, list(blocks), *head)
        self.set_bn_param(momentum=0.1, eps=1e-5)
        self.runtime_depth = [len(stage) for stage in stages]


depthwise_forward: Callable[..., Tensor] = DynamicSeparableConv2d.forward
"""`(convolution, x, kernel size or None)`: the forward pass of an elastic depthwise convolution."""


def replace_depthwise_forward(net: nn.Module, forward: Callable[..., Tensor]) -> None:
    """Replace the forward pass of every elastic depthwise convolution of `net`."""
    for module in net.modules():
        if isinstance(module, DynamicSeparableConv2d):
            module.forward = types.MethodType(forward, module)


def table_layers(network: nn.Module, resolution: int) -> list[str] | None:
    """The layers of a network by their names in `ofa`'s latency tables; None for another kind.

    They are in the order of the network: the first convolution, each block, and the layers behind.
    The latency is the sum over them. The constructors of `ofa`'s tables download a file, or read
    one unsafely.
    """
    from ofa.nas.efficiency_predictor.latency_lookup_table import (
        MBv3LatencyTable,
        ProxylessNASLatencyTable,
    )

    kinds: dict[Any, Any] = {
        MobileNetV3: MBv3LatencyTable,
        ProxylessNASNets: ProxylessNASLatencyTable,
    }
    kind = next((k for family, k in kinds.items() if isinstance(network, family)), None)
    if kind is None:
        return None
    table, asked = kind.__new__(kind), _AskedLayers()
    table.lut = asked
    table.predict_network_latency(network, resolution)
    return asked.names


class _AskedLayers:
    """Stands for a table, and notes which layers it is asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __getitem__(self, name: str) -> dict[str, float]:
        self.names.append(name)
        return {"mean": 0.0}
