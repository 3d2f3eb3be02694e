"""Lead: how many measurements more than it has workers a cluster is sent."""

_WAY = 0.15  # seconds from the end of a measurement until its worker could have another one
_WEIGHT = 0.05  # of the last measurement in the mean


class Lead:
    """Lets measurements wait on the cluster, so that a worker that ends one has the next at once.

    Only as many as end while a result goes to the search and the next sub-network comes back: none
    where measurements take minutes, since what is sent early is chosen from fewer results.
    """

    def __init__(self) -> None:
        self._seconds = 0.0

    def note(self, seconds: float) -> None:
        """Learn how long a measurement took."""
        self._seconds += (seconds - self._seconds) * (_WEIGHT if self._seconds else 1.0)

    def of(self, workers: int) -> int:
        """The number for so many workers; 0 before anything was measured."""
        return min(int(workers * _WAY / self._seconds), workers) if self._seconds else 0
