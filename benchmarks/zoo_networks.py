"""The zoo: networks of every kind, with random weights, that are made elastic to see what bends.

Images are small where a network takes them, so that a check takes seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.zoo_small_networks import SMALL_NETWORKS

_SIDE = 64  # pixels; the least for many networks that halve their input five times


@dataclass(frozen=True)
class ZooNetwork:
    """A network by name: `library` has it, `make` makes it, and `inputs` makes two inputs."""

    name: str
    library: str
    make: Callable[[], nn.Module]
    inputs: Callable[[], Any]

    def built(self) -> tuple[nn.Module, Any]:
        """The network in eval mode, and a batch of two inputs; the same ones each time."""
        torch.manual_seed(0)
        return self.make().eval(), self.inputs()


def _images(side: int) -> Callable[[], Tensor]:
    return lambda: torch.randn(2, 3, side, side)


TORCHVISION: dict[str, tuple[int, dict[str, Any]]] = {
    "alexnet": (_SIDE, {}),
    "convnext_tiny": (_SIDE, {}),
    "densenet121": (_SIDE, {}),
    "efficientnet_b0": (_SIDE, {}),
    "efficientnet_v2_s": (_SIDE, {}),
    "googlenet": (_SIDE, {"init_weights": False}),
    "inception_v3": (299, {"init_weights": False}),
    "maxvit_t": (224, {}),
    "mnasnet0_5": (_SIDE, {}),
    "mobilenet_v2": (_SIDE, {}),
    "mobilenet_v3_small": (_SIDE, {}),
    "regnet_y_400mf": (_SIDE, {}),
    "resnet18": (_SIDE, {}),
    "resnext50_32x4d": (_SIDE, {}),
    "shufflenet_v2_x0_5": (_SIDE, {}),
    "squeezenet1_1": (_SIDE, {}),
    "swin_t": (_SIDE, {}),
    "swin_v2_t": (_SIDE, {}),
    "vgg11_bn": (_SIDE, {}),
    "vit_b_16": (_SIDE, {"image_size": _SIDE}),
    "wide_resnet50_2": (_SIDE, {}),
}
"""The smallest network of each family: the side of its images, and arguments of its function."""

TIMM: dict[str, tuple[int, dict[str, Any]]] = {
    "mobilenetv4_conv_small": (_SIDE, {}),
    "vit_tiny_patch16_224": (_SIDE, {"img_size": _SIDE}),
    "convnextv2_atto": (_SIDE, {}),
    "ghostnet_100": (_SIDE, {}),
    "repvgg_a0": (_SIDE, {}),
    "mixer_s32_224": (_SIDE, {"img_size": _SIDE}),
    "edgenext_xx_small": (_SIDE, {}),
    "efficientvit_b0": (_SIDE, {}),
    "levit_128s": (224, {}),
    "poolformer_s12": (_SIDE, {}),
}

TRANSFORMERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "BERT": (
        "BertForSequenceClassification",
        "BertConfig",
        {"hidden_size": 64, "num_hidden_layers": 3, "intermediate_size": 128},
    ),
    "GPT-2": ("GPT2LMHeadModel", "GPT2Config", {"n_embd": 64, "n_layer": 3, "n_positions": 64}),
    "Llama": (
        "LlamaForCausalLM",
        "LlamaConfig",
        {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 4,
         "num_key_value_heads": 4},
    ),
    "ViT": (
        "ViTForImageClassification",
        "ViTConfig",
        {"hidden_size": 64, "num_hidden_layers": 4, "intermediate_size": 128, "image_size": 32,
         "patch_size": 8},
    ),
}  # fmt: skip
"""Tiny configurations: the class of the network, that of its configuration, and sizes."""

_HEADS = {"GPT-2": {"n_head": 4}, "Llama": {"num_attention_heads": 8}}
_VOCABULARY = 100


def _torchvision(name: str, options: dict[str, Any]) -> nn.Module:
    import torchvision

    model: nn.Module = torchvision.models.get_model(name, **options)
    return model


def _timm(name: str, options: dict[str, Any]) -> nn.Module:
    import timm

    model: nn.Module = timm.create_model(name, **options)
    return model


def _transformers(name: str) -> nn.Module:
    import transformers

    network, configuration, sizes = TRANSFORMERS[name]
    sizes = {**sizes, **_HEADS.get(name, {"num_attention_heads": 4})}
    if name != "ViT":
        sizes["vocab_size"] = _VOCABULARY
    made = getattr(transformers, configuration)(**sizes)
    model: nn.Module = getattr(transformers, network)(made)
    return model


def _tokens() -> dict[str, Tensor]:
    return {"input_ids": torch.randint(0, _VOCABULARY, (2, 16))}


def zoo() -> list[ZooNetwork]:
    """All networks, in the order of the table of the documentation."""
    found = [
        ZooNetwork(name, "torchvision", lambda n=name, o=options: _torchvision(n, o), _images(side))
        for name, (side, options) in TORCHVISION.items()
    ]
    found += [
        ZooNetwork(name, "timm", lambda n=name, o=options: _timm(n, o), _images(side))
        for name, (side, options) in TIMM.items()
    ]
    found += [
        ZooNetwork(
            name, "transformers", lambda n=name: _transformers(n),
            _images(32) if name == "ViT" else _tokens,
        )
        for name in TRANSFORMERS
    ]  # fmt: skip
    found += [
        ZooNetwork(name, "plain", make, inputs) for name, (make, inputs) in SMALL_NETWORKS.items()
    ]
    return found


def zoo_network(name: str) -> ZooNetwork:
    """The network of that name; raises KeyError for another one."""
    return {network.name: network for network in zoo()}[name]
