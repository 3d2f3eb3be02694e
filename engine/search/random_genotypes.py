"""Random genotypes: biased to small or large choices, and mutations of a genotype."""

import numpy as np
import numpy.typing as npt

from engine.space import Genotypes, SearchSpace

_MOST_ENUMERATED_CHOICES = 16  # with one random number for each choice
_STEP_SHARE = 0.5  # of the changes of a gene with many choices


def biased_sample(
    space: SearchSpace, n: int, rng: np.random.Generator, max_bias: float
) -> Genotypes:
    """`(n, genes)` genotypes, each biased to small or to large numbers in all genes.

    Uniform genes give networks of middling size only, as a sum of many draws does. Choice `k` of
    `c` has a probability proportional to `exp(bias k / (c - 1))`, and `exp(-bias k / (c - 1))`
    where choices fall. Categorical genes are drawn uniformly.
    """
    bias = rng.uniform(-max_bias, max_bias, (n, 1, 1))
    enumerated_choices = np.minimum(
        space.choices,
        np.where(space.choices > _MOST_ENUMERATED_CHOICES, 1, _MOST_ENUMERATED_CHOICES),
    )
    largest_count = int(enumerated_choices.max())
    span = np.where(space.ordered, np.maximum(enumerated_choices - 1, 1), np.inf)
    scores = bias * (np.arange(largest_count)[None, None, :] * (space.directions / span)[:, None])
    scores = scores + rng.gumbel(size=(n, len(space.genes), largest_count))
    scores = np.where(np.arange(largest_count) < enumerated_choices[:, None], scores, -np.inf)
    choice_indices = scores.argmax(axis=2)
    has_many_choices = space.choices > _MOST_ENUMERATED_CHOICES
    if has_many_choices.any():
        biases = bias[:, 0] * space.directions[has_many_choices]
        choice_indices[:, has_many_choices] = _biased_choices(
            space.choices[has_many_choices], biases, rng
        )
    return space.canonical(choice_indices)


def _biased_choices(
    choices: npt.NDArray[np.int64], bias: npt.NDArray[np.float64], rng: np.random.Generator
) -> Genotypes:
    """`(n, genes)` choices as `biased_sample` draws them, by the inverse of their distribution."""
    quantile = rng.random(bias.shape)
    rate = bias / (choices - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        biased_quantile = np.log1p(quantile * np.expm1(rate * choices)) / rate
    position = np.where(np.abs(bias) < 1e-9, quantile * choices, biased_quantile)
    return np.clip(position.astype(np.int64), 0, choices - 1)


def mutated_choices(
    space: SearchSpace, genotypes: Genotypes, random_choices: Genotypes, rng: np.random.Generator
) -> Genotypes:
    """`(n, genes)` new choices: `random_choices`; half of them steps for large genes.

    A uniform draw from many ordered choices rarely hits a near one. Step sizes are uniform on a
    logarithmic scale.
    """
    has_many_choices = space.ordered & (space.choices > _MOST_ENUMERATED_CHOICES)
    if not has_many_choices.any():
        return random_choices
    choices, shape = space.choices[has_many_choices], (len(genotypes), int(has_many_choices.sum()))
    step_sizes = np.exp(rng.random(shape) * np.log(choices / 2)).astype(np.int64)
    steps = np.where(rng.random(shape) < 0.5, -step_sizes, step_sizes)
    near_choices = np.clip(genotypes[:, has_many_choices] + steps, 0, choices - 1)
    mutated = random_choices.copy()
    mutated[:, has_many_choices] = np.where(
        rng.random(shape) < _STEP_SHARE, near_choices, random_choices[:, has_many_choices]
    )
    return mutated
