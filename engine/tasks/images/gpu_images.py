"""Decoded images that stay in the memory of a GPU from one evaluation to the next."""

import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Pixels = npt.NDArray[np.uint8]

_AT_ONCE = 1_000  # images
_SHARE = 4  # of the memory that is free, images of one file take no more than a fourth


class GpuImages:
    """Files of decoded images on devices, the last used ones as long as there is room."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], Tensor] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, pixels: Pixels, device: str) -> Tensor | None:
        """The bytes of a file on `device`, in the shape of `pixels`; None if they do not fit.

        `pixels` is all that the file holds, as `pixels.decoded` opens it.
        """
        if not isinstance(pixels, np.memmap):
            return None
        with self._lock:
            key = (str(pixels.filename), device)
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            while not self._fit(pixels, device):
                if not self._held:
                    return None
                self._held.popitem(last=False)
            found = self._held[key] = _copied(pixels, device)
            return found

    def _fit(self, pixels: Pixels, device: str) -> bool:
        torch.cuda.empty_cache()  # what torch has in reserve is free as well
        free, _ = torch.cuda.mem_get_info(device)
        return pixels.nbytes <= free // _SHARE


def _copied(pixels: Pixels, device: str) -> Tensor:
    """A part at a time: all of ImageNet's validation images take 7.5 GB."""
    found = torch.empty(pixels.shape, dtype=torch.uint8, device=device)
    for start in range(0, len(pixels), _AT_ONCE):
        part = np.array(pixels[start : start + _AT_ONCE])
        found[start : start + _AT_ONCE] = torch.from_numpy(part)
    return found


IMAGES = GpuImages()
"""Those of this process."""
