"""Random numbers of a step as a function of a seed and of the step."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded(*numbers: int) -> Iterator[np.random.Generator]:
    """Seed the generators of torch, numpy and Python inside the block, and yield another one.

    Dropout and loaders of users take from them. Afterwards they continue as before the block.
    """
    sequence = np.random.SeedSequence(numbers)
    seed = int(sequence.generate_state(1)[0])
    before, numpy_before = random.getstate(), np.random.get_state()  # noqa: NPY002 - of users
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        torch.manual_seed(seed)
        try:
            yield np.random.default_rng(sequence)
        finally:
            random.setstate(before)
            np.random.set_state(numpy_before)  # noqa: NPY002
