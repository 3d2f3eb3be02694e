"""GrowingArray: an array that is extended at its end."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_INITIAL_CAPACITY = 256  # elements


class GrowingArray:
    """An array that begins with `length` elements `fill_value`.

    Appending has amortised constant cost. Arrays that were returned do not change.
    """

    def __init__(
        self, dtype: type[np.generic], fill_value: float | int = 0, length: int = 0
    ) -> None:
        self._fill_value, self._length = fill_value, length
        self._buffer: npt.NDArray[Any] = np.full(
            max(_INITIAL_CAPACITY, 2 * length), fill_value, dtype
        )

    def extend(self, values: Sequence[float | int]) -> None:
        """Append `values`."""
        end = self._length + len(values)
        if end > len(self._buffer):
            larger = np.full(2 * end, self._fill_value, self._buffer.dtype)
            larger[: self._length] = self._buffer[: self._length]
            self._buffer = larger  # arrays returned earlier keep the old buffer
        self._buffer[self._length : end] = values
        self._length = end

    @property
    def array(self) -> npt.NDArray[Any]:
        """The `(n,)` elements so far."""
        return self._buffer[: self._length]
