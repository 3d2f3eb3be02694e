"""Stdout belongs to the results that a command prints; all else that is written goes to stderr."""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_for_results() -> Iterator[None]:
    """In this block what anybody writes to stdout, Python or C, goes to stderr.

    Packages that bring supernets and metrics may print; `search > front.csv` must not hold that.
    """
    sys.stdout.flush()
    try:
        saved = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # there is no such stream
        saved = -1
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        if saved >= 0:
            os.dup2(saved, 1)
            os.close(saved)
