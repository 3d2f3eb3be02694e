"""The progress of a search in a terminal, in a notebook, or in a file that output is sent to."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from engine.runs.times.time_range import TimeRange

_COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
_NOTEBOOK_INTERVAL = 0.5  # seconds between two updates of a line
_FILE_INTERVAL = 30.0  # seconds between two lines
_REST_INTERVAL = 1.0  # seconds between two estimates

Remaining = Callable[[], TimeRange | None]
"""How long a search goes on; None if that is not known."""


class Display(Protocol):
    """Shows how many evaluations a search has made. `update` may be called in any thread."""

    def update(self, count: int) -> None:
        """Show the number of evaluations, at once or later."""
        ...

    def say(self, text: str) -> None:
        """Show a sentence."""
        ...


class TextLines:
    """Progress as plain text in `stream`: a line at most every `interval` seconds.

    With `in_place` one line is written again and again, after a carriage return. `first` is the
    number of evaluations before the search began.
    """

    def __init__(
        self,
        stream: TextIO,
        first: int,
        total: int,
        interval: float,
        in_place: bool,
        clock: Callable[[], float] = time.monotonic,
        unit: str = "evaluations",
        remaining: Remaining = lambda: None,
    ) -> None:
        self._unit, self._remaining = unit, remaining
        self._stream, self._first, self._total = stream, first, total
        self._interval, self._in_place, self._clock = interval, in_place, clock
        self._shown_at = clock()
        self._length = 0  # characters of the line that is being written again
        self._shown_count = -1

    def update(self, count: int) -> None:
        """Show the number of evaluations, unless something was shown a moment ago."""
        if self._clock() - self._shown_at >= self._interval:
            self._show(count)

    def say(self, text: str) -> None:
        """Write a sentence on a line of its own."""
        self._end_line()
        self._write(f"{text}\n")

    def close(self, count: int) -> None:
        """Show the last number of evaluations, if there are any."""
        if count > self._first and count != self._shown_count:
            self._show(count)
        self._end_line()

    def _show(self, count: int) -> None:
        self._shown_at, self._shown_count = self._clock(), count
        rest = self._remaining() if self._first < count < self._total else None
        left = "" if rest is None else f", {rest} left"
        line = f"searching: {count:,} of {self._total:,} {self._unit}{left}"
        if self._in_place:
            self._write(f"\r{line.ljust(self._length)}")
            self._length = len(line)
        else:
            self._write(f"{line}\n")

    def _end_line(self) -> None:
        if self._length:
            self._write("\n")
            self._length = 0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook, which has no terminal."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return hasattr(shell, "kernel")


@contextmanager
def shown_progress(
    enabled: bool,
    first: int,
    total: int,
    count: Callable[[], int],
    remaining: Remaining = lambda: None,
    unit: str = "evaluations",
) -> Iterator[Display]:
    """Show progress from `first` to `total` evaluations; `count` returns their last number.

    `remaining` returns how long the search goes on; it is asked about once a second.
    In a terminal it is a bar, in a notebook one line, elsewhere a line now and then, on stderr.
    Without `enabled` only sentences are shown.
    """
    console = Console(stderr=True)  # stdout may be redirected to a file
    if enabled and not console.is_terminal:
        notebook = in_notebook()
        stream, interval = (
            (sys.stdout, _NOTEBOOK_INTERVAL) if notebook else (sys.stderr, _FILE_INTERVAL)
        )
        lines = TextLines(
            stream, first, total, interval, in_place=notebook, unit=unit, remaining=remaining
        )
        try:
            yield lines
        finally:
            lines.close(count())
        return
    columns = (*_COLUMNS, _RestColumn(remaining))
    with Progress(*columns, console=console, disable=not enabled) as bar:
        shown_bar = _Bar(console, bar, total)
        try:
            yield shown_bar
        finally:
            shown_bar.close(count())


class _RestColumn(ProgressColumn):
    """How long the search goes on, renewed while it does."""

    def __init__(self, remaining: Remaining) -> None:
        super().__init__()
        self._remaining = remaining
        self._asked_at, self._text = float("-inf"), ""

    def render(self, task: Task) -> Text:
        if time.monotonic() - self._asked_at > _REST_INTERVAL:
            rest = None if task.finished else self._remaining()
            self._text = "" if rest is None else f"{rest} left"
            self._asked_at = time.monotonic()
        return Text(self._text)


class _Bar:
    def __init__(self, console: Console, bar: Progress, total: int) -> None:
        self._console, self._bar = console, bar
        self._task = bar.add_task("searching", total=total)

    def update(self, count: int) -> None:
        self._bar.update(self._task, completed=count)

    def say(self, text: str) -> None:
        self._console.print(text, soft_wrap=True, markup=False, highlight=False)

    def close(self, count: int) -> None:
        self.update(count)
        self._bar.live.transient = not count  # an error alone, without an empty bar
