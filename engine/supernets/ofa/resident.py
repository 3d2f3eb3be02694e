"""Decoded images that stay in the memory of a GPU from one evaluation to the next."""

import threading
from collections import OrderedDict

import numpy as np
import torch
from torch import Tensor

from engine.supernets.ofa.pixels import Pixels

_SHARE = 4  # of the memory that is free, images of one file take no more than a fourth


class ResidentImages:
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
            found = self._held[key] = torch.from_numpy(np.array(pixels)).to(device)
            return found

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._held.clear()

    def _fit(self, pixels: Pixels, device: str) -> bool:
        torch.cuda.empty_cache()  # what torch has in reserve is free as well
        free, _ = torch.cuda.mem_get_info(device)
        return pixels.nbytes <= free // _SHARE


IMAGES = ResidentImages()
"""Those of this process."""
