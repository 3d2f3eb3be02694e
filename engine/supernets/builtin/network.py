"""The elastic network of the built-in supernet: a MobileNetV3 for small images."""

from ofa.imagenet_classification.elastic_nn.modules.dynamic_layers import DynamicMBConvLayer
from ofa.utils.layers import ConvLayer, IdentityLayer, LinearLayer, MBConvLayer, ResidualBlock

from engine.compat.ofa import ElasticMobileNetV3

KERNELS = (3, 5, 7)
EXPANDS = (3, 4, 6)
DEPTHS = (2, 3, 4)
STEM_CHANNELS = 16
STAGE_CHANNELS = (16, 24, 48)
STAGE_STRIDES = (1, 2, 2)
HEAD_CHANNELS = 192


class FashionMobileNetV3(ElasticMobileNetV3):
    """Once-for-All's elastic MobileNetV3, three stages of up to four `DynamicMBConvLayer` blocks.

    Only the constructor differs from the class of `ofa`: activating sub-networks, extracting them
    (`get_active_subnet`) and loading state dicts are inherited. Input: `(n, channels, h, w)`,
    designed for 28 x 28 grey images; output: `(n, classes)` logits. Source: Cai et al.,
    "Once-for-All", ICLR 2020.
    """

    def __init__(self, classes: int = 10, channels: int = 1) -> None:
        stem = ConvLayer(channels, STEM_CHANNELS, kernel_size=3, stride=2, act_func="h_swish")
        first = MBConvLayer(
            STEM_CHANNELS, STEM_CHANNELS, kernel_size=3, expand_ratio=1, act_func="relu"
        )
        blocks = [ResidualBlock(first, IdentityLayer(STEM_CHANNELS, STEM_CHANNELS))]
        stages = []
        in_channels = STEM_CHANNELS
        for width, stage_stride in zip(STAGE_CHANNELS, STAGE_STRIDES, strict=True):
            stages.append([len(blocks) + i for i in range(max(DEPTHS))])
            for index in range(max(DEPTHS)):
                stride = stage_stride if index == 0 else 1
                block = DynamicMBConvLayer(
                    [in_channels], [width], list(KERNELS), list(EXPANDS), stride, act_func="relu"
                )
                keeps_shape = stride == 1 and in_channels == width
                shortcut = IdentityLayer(in_channels, in_channels) if keeps_shape else None
                blocks.append(ResidualBlock(block, shortcut))
                in_channels = width
        expand = ConvLayer(in_channels, HEAD_CHANNELS, kernel_size=1, act_func="h_swish")
        mix = ConvLayer(
            HEAD_CHANNELS, HEAD_CHANNELS, kernel_size=1, use_bn=False, act_func="h_swish"
        )
        head = (expand, mix, LinearLayer(HEAD_CHANNELS, classes))
        super().__init__(
            stem, blocks, stages, head, kernels=KERNELS, expands=EXPANDS, depths=DEPTHS
        )

    @staticmethod
    def name() -> str:
        """The class name, as `ofa` writes it into network configurations."""
        return "FashionMobileNetV3"
