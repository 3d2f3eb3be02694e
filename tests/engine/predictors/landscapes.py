"""What predictors are tested on: the features of a small space, and functions of them."""

import numpy as np

from engine.space import mbconv_space

SPACE = mbconv_space(stages=2, blocks=3, depths=(1, 2, 3))
WEIGHTS = np.random.default_rng(7).gamma(1.0, size=int(SPACE.choices.sum()))


def features(n, seed):
    return SPACE.features(SPACE.sample(n, np.random.default_rng(seed)))


def smooth(rows):
    return 80 + rows @ WEIGHTS + 0.3 * (rows[:, 0] * rows[:, 5])


def linear(rows):
    return 80 + rows @ WEIGHTS


def rugged(rows):
    """Steps: nothing adds up, and most genes do nothing."""
    deep, wide = rows[:, -1] + rows[:, -4], rows[:, 1] + rows[:, 4]
    return 10.0 * ((deep > 1) & (wide > 0)) - 6.0 * ((deep == 1) ^ (rows[:, 2] > 0))
