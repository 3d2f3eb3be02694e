"""A cache of decoded images in GPU memory across evaluations."""

import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Pixels = npt.NDArray[np.uint8]

_CHUNK = 1_000  # images
_SHARE = 4  # images of one file take at most a quarter of the free memory


class GpuImages:
    """An LRU cache of files of decoded images on devices."""

    def __init__(self) -> None:
        self._tensors: OrderedDict[tuple[str, str], Tensor] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, pixels: Pixels, device: str) -> Tensor | None:
        """The bytes of a file on `device`, in the shape of `pixels`; None if they do not fit.

        `pixels` is the whole content of the file, as returned by `pixel_files.open_pixels`.
        """
        if not isinstance(pixels, np.memmap):
            return None
        with self._lock:
            key = (str(pixels.filename), device)
            if key in self._tensors:
                self._tensors.move_to_end(key)
                return self._tensors[key]
            while not self._fits(pixels, device):
                if not self._tensors:
                    return None
                self._tensors.popitem(last=False)
            tensor = self._tensors[key] = _copy_to_device(pixels, device)
            return tensor

    def _fits(self, pixels: Pixels, device: str) -> bool:
        torch.cuda.empty_cache()  # releases memory that torch reserves
        free, _ = torch.cuda.mem_get_info(device)
        return pixels.nbytes <= free // _SHARE


def _copy_to_device(pixels: Pixels, device: str) -> Tensor:
    """Copies in chunks: all of ImageNet's validation images take 7.5 GB."""
    tensor = torch.empty(pixels.shape, dtype=torch.uint8, device=device)
    for start in range(0, len(pixels), _CHUNK):
        part = np.array(pixels[start : start + _CHUNK])
        tensor[start : start + _CHUNK] = torch.from_numpy(part)
    return tensor


IMAGES = GpuImages()
"""The cache of this process."""
