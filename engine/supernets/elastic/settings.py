"""How far a network is bent: widths, depth, kernels and resolutions, and what stays rigid."""

import math

from pydantic import BaseModel, ConfigDict, Field, field_validator

from engine.errors import ConfigError
from engine.quoting import quoted

_LEAST_RATIO = 0.1
_LARGEST_SIDE = 4096


class ElasticSettings(BaseModel):
    """The choices that the genes of an elastic network have.

    `ratios` of the full width, rounded to multiples of `divisor` channels where there are enough.
    `least_depth` is the share of a stage's blocks that always stays. `resolutions` are sides of
    square inputs, in pixels; none keeps the input as it is. `rigid` names genes, as a table of
    them does, that keep their full size, and `choices` gives others those numbers of channels,
    heads or blocks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ratios: tuple[float, ...] = (0.5, 0.75, 1.0)
    divisor: int = Field(default=8, ge=1, le=1024)
    least_depth: float = Field(default=0.5, gt=0, le=1)
    depth: bool = True
    kernels: bool = True
    resolutions: tuple[int, ...] = ()
    rigid: tuple[str, ...] = ()
    choices: dict[str, tuple[int, ...]] = Field(default_factory=dict)

    @field_validator("ratios")
    @classmethod
    def _check_ratios(cls, ratios: tuple[float, ...]) -> tuple[float, ...]:
        if not ratios or any(not _LEAST_RATIO <= ratio <= 1 for ratio in ratios):
            raise ValueError(f"give numbers from {_LEAST_RATIO} to 1, such as 0.5, 0.75, 1")
        return tuple(sorted({*ratios, 1.0}))

    @field_validator("resolutions")
    @classmethod
    def _check_resolutions(cls, resolutions: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 1 <= side <= _LARGEST_SIDE for side in resolutions):
            raise ValueError(f"give whole numbers of pixels from 1 to {_LARGEST_SIDE:,}")
        return tuple(sorted(set(resolutions)))


def number_list(text: str, name: str) -> list[float]:
    """The numbers in the text of an option or a field called `name`, separated by commas or spaces.

    Raises ConfigError for anything else.

    >>> number_list("0.5, 0.75 1", "Widths")
    [0.5, 0.75, 1.0]
    """
    try:
        numbers = [float(part) for part in text.replace(",", " ").split()]
    except ValueError:
        numbers = [math.nan]
    if not all(map(math.isfinite, numbers)):
        raise ConfigError(f"{name}: give numbers with commas between them, not {quoted(text, 60)}.")
    return numbers
