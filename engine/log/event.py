"""Event: an entry of a run's log that is not an evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """One event. `number` counts from 1 in the log, `time` is POSIX, `data` plain values.

    Kinds: created (config, name), state (state, message, ran: running time in seconds), cycle
    (cycle, proposals, after, predictors, seconds), workers (count): how many sub-networks can be
    measured at a time from then on, where that is not what the configuration says, renamed (name),
    extended (num_evals), share (workers, priority): what a run may have of shared workers, tagged
    (tags), note (text), archived (archived), shortlist (numbers), noted (number,
    text): the note on an evaluation, asked (wanted): what another
    process requests, machine (determinants, conditions): the kind that a cluster measures on, retry
    (numbers, after, num_evals): failed evaluations to repeat, imported: the report of an imported
    results file, sibling (run, name, supernet, genotypes, values, sentence): what the search learns
    from a run of another supernet of the same space, latencies (origin, metrics, latencies):
    latencies of other machines for evaluations, confirmed (number, repeat, metrics, seconds,
    reason): a repeated measurement of an evaluation, beside the budget, repaired (lost): records
    that a repair of the log could not read.
    """

    number: int
    time: float
    kind: str
    data: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Plain data for `Event(**data)`. Values are not copied: serialise it at once."""
        return {"number": self.number, "time": self.time, "kind": self.kind, "data": self.data}
