"""What happened to a run besides its evaluations."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """One event. `number` counts from 1 in the log, `time` is POSIX, `data` plain values.

    Kinds: created (config, name), state (state, message, ran: seconds that it had been running),
    cycle (cycle, proposals, after, predictors), renamed (name), extended (num_evals), tagged
    (tags), note (text), archived (archived), shortlist (numbers), asked (wanted): what another
    process wants the run to do, retry (numbers, after, num_evals): failed evaluations that are to
    be tried again, imported: what became of the rows of a results file, repaired (lost): records
    that a repair of the log could not keep.
    """

    number: int
    time: float
    kind: str
    data: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Plain data that `Event(**data)` takes back."""
        return asdict(self)
