"""What a user asks of a training: plain data, which its process reads from its folder."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.devices import Precision

SAVE_SECONDS = 60.0
"""The usual time between two checkpoints."""

_LONGEST, _HIGHEST_RATE, _MOST_AT_A_TIME = 1e6, 100.0, 10**6
_Duration = Annotated[float, Field(gt=0, le=_LONGEST, allow_inf_nan=False)]

Way = Literal["train", "prune", "chain", "finetune"]


class TrainingRequest(BaseModel):
    """A training.

    `model` and `weights` name the network as on the command line, `data` the folder of its images,
    if it does not bring a task, and `size` their side in pixels. `settings` are those of the
    analysis. `shares` are the sizes of `prune` and `chain`, as shares of the network's MACs.
    `finetune` trains `genotypes` of the supernet called `name`.

    `original_rate` is the peak learning rate and `epochs` the length with which the network was
    trained. The training costs `length` times as much as that one, for each size. All three have
    usual values if they are None. `passes` over the data are the length of the fine-tuning of each
    network in place of `length`.

    An `untrained` network is trained for `epochs` before, by labels alone.

    `run` and `number` say which evaluation is fine-tuned, for its record. A training that `waits`
    begins when no other one runs on the machine, see `engine.training.elastic.turns`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    way: Way
    name: str
    model: str = ""
    weights: str | None = None
    random_weights: bool = False
    untrained: bool = False
    data: str | None = None
    size: int | None = Field(default=None, ge=1, le=4096)
    settings: dict[str, Any] = {}
    shares: tuple[float, ...] = ()
    genotypes: tuple[tuple[int, ...], ...] = ()
    run: str = ""
    number: int | None = None
    epochs: _Duration | None = None
    length: _Duration | None = None
    passes: _Duration | None = None
    original_rate: float | None = Field(default=None, gt=0, le=_HIGHEST_RATE, allow_inf_nan=False)
    flip: bool = True
    batch: int = Field(default=128, ge=2, le=_MOST_AT_A_TIME)
    accumulate: int = Field(default=1, ge=1, le=_MOST_AT_A_TIME)
    seed: int = Field(default=0, ge=0, lt=2**32)
    device: str = "auto"
    precision: Precision = "fp32"
    save_seconds: float = SAVE_SECONDS
    waits: bool = True

    @property
    def identity(self) -> str:
        """What must be the same for a training to go on, as text."""
        return self.model_dump_json(exclude={"device", "save_seconds", "waits"})
