"""ByteClassifier: a network that normalises the bytes of images itself."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor


@runtime_checkable
class ByteClassifier(Protocol):
    """A network that classifies bytes, which is faster than normalising them before."""

    def classify_bytes(self, pixels: "Tensor") -> "Tensor":
        """`(n, classes)` logits of `(n, h, w, c)` bytes."""
        ...


def byte_classifier(network: object) -> "ByteClassifier | None":
    """`network`, if it is one."""
    return network if isinstance(network, ByteClassifier) else None
