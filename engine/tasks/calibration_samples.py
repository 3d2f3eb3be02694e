"""Other samples of the inputs on which normalisation statistics are computed."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from engine.tasks.base import Inputs


def resampled(batches: Iterable[Inputs], seed: int) -> Iterator[Inputs]:
    """Each batch with as many of its inputs, drawn with replacement; the same ones for a `seed`.

    Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", The Annals of Statistics
    7(1), 1979; batch by batch, so that batches keep their size.
    """
    import torch

    from engine.compat.torch import tree_map
    from engine.tasks.inputs import input_count

    generator = np.random.default_rng(seed)
    for batch in batches:
        count = input_count(batch)
        rows = torch.from_numpy(generator.integers(0, count, count))

        def draw(value: Any, rows: torch.Tensor = rows, count: int = count) -> Any:
            is_batched = isinstance(value, torch.Tensor) and value.ndim and len(value) == count
            return value[rows.to(value.device)] if is_batched else value

        yield tree_map(draw, batch)
