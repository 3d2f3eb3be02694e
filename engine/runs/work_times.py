"""WorkTimes: when each worker measured, as arrays that are extended as a run grows."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.runs.growing_array import GrowingArray


@dataclass(frozen=True)
class WorkArrays:
    """The measurements of a run so far as read-only `(n,)` arrays, in the order of the log.

    `began` and `ended` are POSIX times, `worker` indexes `names`, `ok` is 1 for those that
    succeeded, else 0. `lost` has the number of measurements with which each worker vanished, by
    name. Evaluations for which nothing was measured, since their numbers were known, are left out.
    """

    began: npt.NDArray[np.float64]
    ended: npt.NDArray[np.float64]
    worker: npt.NDArray[np.int64]
    ok: npt.NDArray[np.int64]
    names: tuple[str, ...]
    lost: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.began)


class WorkTimes:
    """The arrays of an append-only list of `evaluations`. Thread-safe."""

    def __init__(self, evaluations: Sequence[Evaluation]) -> None:
        self._evaluations, self._lock = evaluations, threading.Lock()
        self._began, self._ended = GrowingArray(np.float64), GrowingArray(np.float64)
        self._worker, self._ok = GrowingArray(np.int64), GrowingArray(np.int64)
        self._codes: dict[str, int] = {}
        self._lost: Counter[str] = Counter()
        self._length = 0

    def arrays(self) -> WorkArrays:
        """All measurements; processes evaluations since the last call only."""
        with self._lock:
            return self._follow()

    def _follow(self) -> WorkArrays:
        new_evaluations = self._evaluations[self._length :]
        self._length += len(new_evaluations)
        measured = [e for e in new_evaluations if _is_measured(e)]
        if measured:
            self._began.extend([e.finished - e.seconds for e in measured])
            self._ended.extend([e.finished for e in measured])
            self._worker.extend([self._code(e.worker) for e in measured])
            self._ok.extend([int(e.ok) for e in measured])
        for evaluation in measured:
            self._lost.update(evaluation.lost_workers)
        return WorkArrays(
            self._began.array, self._ended.array, self._worker.array, self._ok.array,
            tuple(self._codes), dict(self._lost),
        )  # fmt: skip

    def _code(self, worker: str) -> int:
        return self._codes.setdefault(worker, len(self._codes))


def _is_measured(evaluation: Evaluation) -> bool:
    """Whether a worker measured it, or failed to."""
    is_known = evaluation.reused or evaluation.cycle == WARM_START_CYCLE
    return not is_known and bool(evaluation.worker or not evaluation.ok)
