"""English text that ships with Python, the topics of `help()`, as ids of characters."""

import functools
from pydoc_data.topics import topics
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from torch import Tensor

CHARACTERS = "\n" + "".join(map(chr, range(32, 127)))  # any other is read as a question mark
LENGTH = 64  # characters that a network sees
_EVERY = 5  # of the topics, one validates and another one tests
_WINDOWS = 64  # of as many characters, spread over a part: enough to tell networks apart
_BATCH = 32


@functools.cache
def part(name: str) -> npt.NDArray[np.int64]:
    """The characters `(n,)` of the topics that are for `training`, `validation` or `test`."""
    wanted = {"validation": [0], "test": [1]}.get(name, range(2, _EVERY))
    chosen = [topics[key] for i, key in enumerate(sorted(topics)) if i % _EVERY in wanted]
    ids = {character: i for i, character in enumerate(CHARACTERS)}
    return np.array([ids.get(c, ids["?"]) for c in "\n".join(chosen)], dtype=np.int64)


def batches(name: str) -> "list[tuple[dict[str, Any], Tensor]]":
    """Batches `{"tokens": (n, 64)}` of windows of a part, and the characters that come next."""
    text = part(name)
    starts = np.linspace(0, len(text) - LENGTH - 1, _WINDOWS).astype(np.int64)
    return [windows(text, some) for some in np.split(starts, _WINDOWS // _BATCH)]


def windows(text: npt.NDArray[np.int64], starts: Any) -> "tuple[dict[str, Any], Tensor]":
    """The windows that begin at `starts`, and the same moved on by a character."""
    import torch

    rows = torch.from_numpy(np.stack([text[start : start + LENGTH + 1] for start in starts]))
    return {"tokens": rows[:, :-1]}, rows[:, 1:]
