"""English text from Python's `help()` topics, as ids of characters."""

import functools
from pydoc_data.topics import topics
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from torch import Tensor

CHARACTERS = "\n" + "".join(map(chr, range(32, 127)))  # others are replaced by "?"
LENGTH = 64  # characters in an input
_EVERY = 5  # one topic in so many is for validation, and another one for test
_WINDOWS = 64  # spread over a part: enough to distinguish networks
_BATCH = 32


@functools.cache
def part(name: str) -> npt.NDArray[np.int64]:
    """The character ids `(n,)` of the topics for `training`, `validation` or `test`."""
    indices = {"validation": [0], "test": [1]}.get(name, range(2, _EVERY))
    texts = [topics[key] for i, key in enumerate(sorted(topics)) if i % _EVERY in indices]
    ids = {character: i for i, character in enumerate(CHARACTERS)}
    return np.array([ids.get(c, ids["?"]) for c in "\n".join(texts)], dtype=np.int64)


def batches(name: str) -> "list[tuple[dict[str, Any], Tensor]]":
    """Batches `{"tokens": (n, 64)}` of windows of a part, and their next characters."""
    text = part(name)
    starts = np.linspace(0, len(text) - LENGTH - 1, _WINDOWS).astype(np.int64)
    return [windows(text, batch_starts) for batch_starts in np.split(starts, _WINDOWS // _BATCH)]


def windows(text: npt.NDArray[np.int64], starts: Any) -> "tuple[dict[str, Any], Tensor]":
    """The windows that begin at `starts`, and the windows shifted by a character."""
    import torch

    rows = torch.from_numpy(np.stack([text[start : start + LENGTH + 1] for start in starts]))
    return {"tokens": rows[:, :-1]}, rows[:, 1:]
