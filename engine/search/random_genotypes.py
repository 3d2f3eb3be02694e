"""Genotypes at random: that lean to small or large choices, or stay near what they were."""

import numpy as np
import numpy.typing as npt

from engine.space import Genotypes, SearchSpace

_FEW = 16  # choices of which each has a random number of its own
_STEPPED = 0.5  # of the changes of a gene with many choices stay near


def leaning_sample(
    space: SearchSpace, n: int, rng: np.random.Generator, strongest: float
) -> Genotypes:
    """`(n, genes)` genotypes, each of which leans to small or to large numbers throughout.

    Uniform genes give networks of middling size only, as a sum of many draws does. Choice `k` of
    `c` is drawn with a probability in proportion to `exp(lean k / (c - 1))`, and `exp(-lean k /
    (c - 1))` where choices fall. Categorical genes have no small and no large choices: they are
    drawn uniformly.
    """
    lean = rng.uniform(-strongest, strongest, (n, 1, 1))
    few = np.minimum(space.choices, np.where(space.choices > _FEW, 1, _FEW))
    top = int(few.max())
    span = np.where(space.ordered, np.maximum(few - 1, 1), np.inf)
    scores = lean * (np.arange(top)[None, None, :] * (space.directions / span)[:, None])
    scores = scores + rng.gumbel(size=(n, len(space.genes), top))
    scores = np.where(np.arange(top) < few[:, None], scores, -np.inf)
    drawn = scores.argmax(axis=2)
    many = space.choices > _FEW
    if many.any():
        leans = lean[:, 0] * space.directions[many]
        drawn[:, many] = _leaning(space.choices[many], leans, rng)
    return space.canonical(drawn)


def _leaning(
    choices: npt.NDArray[np.int64], lean: npt.NDArray[np.float64], rng: np.random.Generator
) -> Genotypes:
    """`(n, genes)` choices as `leaning_sample` draws them, by the inverse of their distribution."""
    quantile = rng.random(lean.shape)
    rate = lean / (choices - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        leaning = np.log1p(quantile * np.expm1(rate * choices)) / rate
    place = np.where(np.abs(lean) < 1e-9, quantile * choices, leaning)
    return np.clip(place.astype(np.int64), 0, choices - 1)


def redrawn(
    space: SearchSpace, genotypes: Genotypes, drawn: Genotypes, rng: np.random.Generator
) -> Genotypes:
    """`(n, genes)` what genes change to: `drawn`, uniform, or in part near what they were.

    Of a gene with many choices in an order, a uniform draw hardly ever hits what is close by: half
    of its changes are steps, small and large ones equally likely by their order of magnitude.
    """
    many = space.ordered & (space.choices > _FEW)
    if not many.any():
        return drawn
    choices, shape = space.choices[many], (len(genotypes), int(many.sum()))
    size = np.exp(rng.random(shape) * np.log(choices / 2)).astype(np.int64)
    signed = np.where(rng.random(shape) < 0.5, -size, size)
    stepped = np.clip(genotypes[:, many] + signed, 0, choices - 1)
    changed = drawn.copy()
    changed[:, many] = np.where(rng.random(shape) < _STEPPED, stepped, drawn[:, many])
    return changed
