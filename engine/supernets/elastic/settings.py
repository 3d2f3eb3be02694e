"""How far a network is bent: widths, depth, kernels and resolutions, and what stays rigid."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

_LEAST_RATIO = 0.1


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
        if any(side < 1 for side in resolutions):
            raise ValueError("give whole numbers of pixels")
        return tuple(sorted(set(resolutions)))
