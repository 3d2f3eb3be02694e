"""Reserves stdout for the results of a command; other output goes to stderr."""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserve_stdout() -> Iterator[None]:
    """Redirect stdout to stderr inside the block, for Python and C code.

    Packages with supernets and metrics may print; `search > front.csv` must not contain that.
    """
    sys.stdout.flush()
    try:
        stdout_copy = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # the stream is closed
        stdout_copy = -1
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        if stdout_copy >= 0:
            os.dup2(stdout_copy, 1)
            os.close(stdout_copy)
