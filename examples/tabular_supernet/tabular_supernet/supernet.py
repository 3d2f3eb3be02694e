"""The supernet for DyNAS Studio: its space, its task, and its sub-networks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dynas_studio import Config, DataNames, Gene, LoaderTask, Metric, SearchSpace, SlicedSupernet
from tabular_supernet.data import CLASSES, COLUMNS, splits

if TYPE_CHECKING:
    from torch import Tensor, nn

LAYERS, WIDTHS = 3, range(2, 25, 2)

LOG_LOSS = Metric(
    name="log_loss",
    label="Log loss",
    unit="nats",
    direction="min",
    source="measured",
    description="Mean of -log p, with p the probability that the network gives to an input's true "
    "class. It tells networks apart that classify the same inputs correctly.",
    lowest=0.0,
)


def log_loss(outputs: "list[Tensor]", classes: "list[Tensor]") -> dict[str, float]:
    """Log loss over all rows."""
    import torch

    logits = torch.cat(outputs).double()
    loss = torch.nn.functional.cross_entropy(logits, torch.cat(classes))
    return {LOG_LOSS.name: float(loss)}


def example(count: int) -> Any:
    """`count` rows of numbers from -2 to 2."""
    import torch

    return torch.linspace(-2, 2, count * COLUMNS).reshape(count, COLUMNS)


class TabularSupernet(SlicedSupernet):
    """`tabular_perceptron`: three layers of 2 to 24 units, and one of three activations."""

    name = "tabular_perceptron"
    title = "Perceptron on a table of tumours"
    description = "Elastic perceptron with batch-norm that tells malignant tumours from benign."
    weights = Path(__file__).parent / "weights.pt"
    space = SearchSpace(
        (
            Gene("activation", ("relu", "gelu", "tanh"), kind="categorical"),
            *(Gene("width", WIDTHS, role="width", part=f"layer {n + 1}") for n in range(LAYERS)),
        )
    )
    task = LoaderTask(
        [LOG_LOSS],
        log_loss,
        example,
        validation=lambda: [splits()["validation"]],
        held_out=lambda: [splits()["test"]],
        calibration=lambda: [splits()["training"]],
        data_names=DataNames("row", "rows", "validation rows", "test rows"),
        origin="Measured on 190 rows of the breast cancer data of scikit-learn. 189 others stay "
        "unseen by the search, to test the sub-networks you choose.",
        classes=CLASSES,
    )

    def network(self, config: Config) -> "nn.Module":
        """The perceptron of a config."""
        from tabular_supernet.network import Perceptron

        return Perceptron(config["activation"][0], config["width"])
