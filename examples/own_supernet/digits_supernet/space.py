"""The genes, and a formula for MACs and parameters."""

import numpy as np
import numpy.typing as npt

from dynas_studio import Gene, Genotypes, SearchSpace

PATCHES, PIXELS = 16, 4  # an 8 x 8 image is 16 patches of 2 x 2 pixels
WIDTH, HEAD_WIDTH, CLASSES = 32, 8, 10
DEPTHS = (1, 2, 3, 4)
HEADS = (1, 2, 4)
HIDDEN = (16, 32, 64)
LAYERS = max(DEPTHS)

# A layer is present if the depth is at least its number; otherwise its genes are switched off.
SPACE = SearchSpace(
    (
        Gene("depth", DEPTHS, role="depth"),
        *(
            Gene("heads", HEADS, switch=0, needs=n, role="heads", part=f"layer {n}")
            for n in range(1, LAYERS + 1)
        ),
        *(
            Gene("hidden", HIDDEN, switch=0, needs=n, role="width", part=f"layer {n}")
            for n in range(1, LAYERS + 1)
        ),
    )
)


def macs_params(genotypes: Genotypes) -> npt.NDArray[np.int64]:
    """`(n, 2)` exact MACs of one image and parameters of `(n, genes)` genotypes.

    A layer normalisation counts five operations an element, as fvcore counts it.
    """
    rows = np.atleast_2d(genotypes)
    inner = HEAD_WIDTH * np.array(HEADS)[rows[:, 1 : 1 + LAYERS]]
    hidden = np.array(HIDDEN)[rows[:, 1 + LAYERS :]]
    is_active = SPACE.active(rows)[:, 1 : 1 + LAYERS]
    norm = 5 * PATCHES * WIDTH
    attention = 4 * PATCHES * WIDTH * inner + 2 * PATCHES * PATCHES * inner
    layer_macs = 2 * norm + attention + 2 * PATCHES * WIDTH * hidden
    layer_params = 4 * WIDTH + (4 * WIDTH + 3) * inner + WIDTH + (2 * WIDTH + 1) * hidden + WIDTH
    macs = PATCHES * PIXELS * WIDTH + 5 * WIDTH + WIDTH * CLASSES
    params = (PIXELS + 1) * WIDTH + PATCHES * WIDTH + 2 * WIDTH + (WIDTH + 1) * CLASSES
    layers = np.stack([layer_macs * is_active, layer_params * is_active], axis=1).sum(axis=2)
    costs: npt.NDArray[np.int64] = np.array([macs, params]) + layers
    return costs
