"""How often somebody may be wrong."""

import time
from collections import OrderedDict
from collections.abc import Callable

from app.access.hosts import ip_of

_WRONG = 10  # tries
_WITHIN = 60.0  # seconds
_REMEMBERED = 1024  # addresses; of more, those are forgotten that were wrong longest ago


class Attempts:
    """Wrong tries by the address they came from: after ten in a minute, none is looked at for one.

    Addresses of IPv6 count by their network of 64 bits, since one machine has all of it. Used from
    one thread, that of the server.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Seconds until the next try of `client` is looked at; 0 if it is now."""
        count, last = self._wrong.get(_network(client), (0, 0.0))
        left = last + _WITHIN - self._clock()
        return left if count >= _WRONG and left > 0 else 0.0

    def failed(self, client: str) -> None:
        """Note a wrong try."""
        key, now = _network(client), self._clock()
        count, last = self._wrong.pop(key, (0, now))
        self._wrong[key] = (count + 1 if now - last < _WITHIN else 1, now)
        while len(self._wrong) > _REMEMBERED:
            self._wrong.popitem(last=False)


def _network(client: str) -> str:
    address = ip_of(client)
    if address is None or address.version == 4:
        return client
    return address.exploded[:19]
