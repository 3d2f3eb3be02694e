"""Once-for-All's elastic networks for ImageNet, with the structure of the published weights."""

from typing import Any

from ofa.imagenet_classification.elastic_nn.networks import (
    OFAMobileNetV3,
    OFAProxylessNASNets,
    OFAResNets,
)

from engine.supernets.ofa.spaces import RESNET_EXPANDS, RESNET_OPTIONAL_BLOCKS, RESNET_WIDTHS

_MOBILENET: dict[str, Any] = {
    "dropout_rate": 0,
    "ks_list": [3, 5, 7],
    "expand_ratio_list": [3, 4, 6],
    "depth_list": [2, 3, 4],
}


def mobilenet_v3(width: float) -> OFAMobileNetV3:
    """`ofa_mbv3_d234_e346_k357_w{width}` with random weights."""
    return OFAMobileNetV3(width_mult=width, **_MOBILENET)


def proxyless(width: float) -> OFAProxylessNASNets:
    """`ofa_proxyless_d234_e346_k357_w{width}` with random weights."""
    return OFAProxylessNASNets(width_mult=width, **_MOBILENET)


def resnet50() -> OFAResNets:
    """`ofa_resnet50` with random weights."""
    return OFAResNets(
        dropout_rate=0,
        depth_list=list(range(RESNET_OPTIONAL_BLOCKS + 1)),
        expand_ratio_list=list(RESNET_EXPANDS),
        width_mult_list=list(RESNET_WIDTHS),
    )
