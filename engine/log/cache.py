"""EvaluationCache: measured numbers by what determines them, shared by a data folder's runs."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.log.store import open_store


class EvaluationCache:
    """Numbers by a digest of weights, data, protocol, config and metric. Losing it loses no run."""

    def __init__(self, folder: Path) -> None:
        self._store = open_store(folder)

    def get(self, determinants: Mapping[str, Any]) -> float | None:
        """The number measured under exactly these `determinants`, or None."""
        value = self._store.value(_digest(determinants), default=None)
        return None if value is None else float(value)

    def put(self, determinants: Mapping[str, Any], value: float) -> None:
        """Remember a measured number."""
        self._store[_digest(determinants)] = value

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()


def _digest(determinants: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(determinants, sort_keys=True).encode()).hexdigest()
