"""A limit on failed logins per client."""

import time
from collections import OrderedDict
from collections.abc import Callable

from app.access.hosts import ip_of

_MAX_FAILURES = 10  # attempts
_WINDOW = 60.0  # seconds
_MAX_CLIENTS = 1024  # of more, those whose last failure is oldest are dropped


class AttemptLimiter:
    """Failed attempts by client address: after ten within a minute, a client waits for a minute.

    IPv6 addresses count by their 64-bit network, since one machine has all of it. Not thread-safe:
    only the server's thread uses it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def seconds_to_wait(self, client: str) -> float:
        """Seconds until the next attempt of `client` is checked; 0 if it is checked now."""
        count, last = self._failures.get(_network(client), (0, 0.0))
        remaining_seconds = last + _WINDOW - self._clock()
        return remaining_seconds if count >= _MAX_FAILURES and remaining_seconds > 0 else 0.0

    def record_failure(self, client: str) -> None:
        """Count a failed attempt."""
        key, now = _network(client), self._clock()
        count, last = self._failures.pop(key, (0, now))
        self._failures[key] = (count + 1 if now - last < _WINDOW else 1, now)
        while len(self._failures) > _MAX_CLIENTS:
            self._failures.popitem(last=False)


def _network(client: str) -> str:
    address = ip_of(client)
    if address is None or address.version == 4:
        return client
    return address.exploded[:19]
