"""EvaluationCache: measured numbers by what determines them, shared by a data folder's runs."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import LogError
from engine.evaluation.values import refusal
from engine.log.store import open_store


class EvaluationCache:
    """Numbers by a digest of weights, data, protocol, config and metric. Losing it loses no run."""

    def __init__(self, folder: Path) -> None:
        self._store = open_store(folder)

    def get(self, determinants: Mapping[str, Any]) -> float | None:
        """The number measured under exactly these `determinants`, or None.

        One that is damaged, or cannot be a value of its metric, is as good as none.
        """
        value = self._found(determinants)
        if value is None or refusal(determinants["metric"], value):
            return None
        return float(value)

    def put(self, determinants: Mapping[str, Any], value: float) -> None:
        """Remember a measured number."""
        self._store[_digest(determinants)] = value

    def conditions(self, determinants: Mapping[str, Any]) -> dict[str, Any]:
        """What the number under these `determinants` was timed on; empty if nobody noted it."""
        found = self._found(_noted(determinants))
        return dict(found) if isinstance(found, dict) else {}

    def note_conditions(
        self, determinants: Mapping[str, Any], conditions: Mapping[str, Any]
    ) -> None:
        """Remember what the number under these `determinants` was timed on."""
        self._store[_digest(_noted(determinants))] = dict(conditions)

    def _found(self, determinants: Mapping[str, Any]) -> Any:
        try:
            return self._store.value(_digest(determinants), default=None)
        except LogError:
            return None  # it is measured again

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()


def _noted(determinants: Mapping[str, Any]) -> dict[str, Any]:
    return {**determinants, "of": "conditions"}


def _digest(determinants: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(determinants, sort_keys=True).encode()).hexdigest()
