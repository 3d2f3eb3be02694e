"""Delays Ctrl-C while something is done that must be done as a whole or not at all."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts_delayed() -> Iterator[None]:
    """Handle SIGINT and SIGTERM when the block has ended, also one that raises.

    Signals without a handler of Python are not delayed. In other threads than the main one, where
    no signal is handled, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    handled = [number for number in _SIGNALS if callable(handlers[number])]
    for number in handled:
        signal.signal(number, lambda number, frame: received.append(number))
    try:
        yield
    finally:
        for number in reversed(handled):
            signal.signal(number, handlers[number])
        for received_number in received:
            signal.raise_signal(received_number)
