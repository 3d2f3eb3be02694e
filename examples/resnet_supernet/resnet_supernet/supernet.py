"""The supernet for DyNAS Studio: its space, its task, and its sub-networks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dynas_studio import (
    ACC,
    Config,
    DataNames,
    Gene,
    LoaderTask,
    SearchSpace,
    SlicedSupernet,
    Stage,
)
from resnet_supernet.data import CLASSES, splits

if TYPE_CHECKING:
    from torch import Tensor, nn

WIDTHS = ((2, 4, 8), (4, 8, 12), (4, 8, 16), (6, 12, 24))
DEPTHS = (1, 2)


def accuracy(outputs: "list[Tensor]", classes: "list[Tensor]") -> dict[str, float]:
    """Top-1 over all images, in %."""
    import torch

    is_correct = torch.cat(outputs).argmax(1) == torch.cat(classes)
    return {"acc": 100 * float(is_correct.double().mean())}


def example(count: int) -> Any:
    """`count` images with a gradient from black to white."""
    import torch

    return torch.linspace(-1, 1, count * 64).reshape(count, 1, 8, 8)


class ResnetSupernet(SlicedSupernet):
    """`digits_resnet`: four stages of one or two blocks, each of three widths."""

    name = "digits_resnet"
    title = "ResNet on handwritten digits"
    description = "A small ResNet for 8 x 8 grey images, elastic in the width and depth of stages."
    weights = Path(__file__).parent / "weights.pt"
    stages = tuple(
        Stage(widths[-1], size, DEPTHS[-1], stride)
        for widths, size, stride in zip(WIDTHS, (8, 4, 2, 1), (1, 2, 2, 2), strict=True)
    )
    space = SearchSpace(
        tuple(
            Gene(group, choices, role=group, part=f"stage {number}")
            for number, widths in enumerate(WIDTHS, start=1)
            for group, choices in (("depth", DEPTHS), ("width", widths))
        )
    )
    task = LoaderTask(
        [ACC],
        accuracy,
        example,
        validation=lambda: [splits()["validation"]],
        held_out=lambda: [splits()["test"]],
        calibration=lambda: [splits()["training"]],
        data_names=DataNames("image", "images", "validation images", "test images"),
        origin="Measured on 599 images held out from training. As many others stay unseen by the "
        "search, for the test accuracy of the sub-networks you choose.",
        classes=CLASSES,
    )

    def network(self, config: Config) -> "nn.Module":
        """The ResNet of a config."""
        from resnet_supernet.network import ResNet

        return ResNet(config["width"], config["depth"])
