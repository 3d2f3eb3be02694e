"""multiprocessing: starting processes that do not import the main module."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_lock = threading.Lock()


@contextmanager
def hide_main_module() -> Iterator[None]:
    """Start processes that do not import the program's main module.

    They need nothing of it; importing it costs time and, in a script that starts a search without
    an `if __name__ == "__main__"` guard, would start that search again. multiprocessing decides by
    the attributes `__spec__` and `__file__` of that module.
    """
    with _lock:
        main = sys.modules["__main__"].__dict__
        saved_attributes: dict[str, Any] = {
            name: main[name] for name in ("__spec__", "__file__") if name in main
        }
        main["__spec__"] = None
        main.pop("__file__", None)
        try:
            yield
        finally:
            main.update(saved_attributes)
