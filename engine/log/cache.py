"""EvaluationCache: measured values by their determinants, shared by the runs of a data folder."""

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import DamagedLogError, LogError
from engine.evaluation.value_checks import refusal
from engine.log.store import Store

_log = logging.getLogger(__name__)


class EvaluationCache:
    """Values by a digest of weights, data, protocol, config and metric.

    No run depends on it, so a fault of the cache never stops one: a value that cannot be read is
    measured again, one that cannot be written is not cached, and a damaged database is moved away
    and replaced by a new one. Each is a warning in the program's log.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = Store(folder)

    def get(self, determinants: Mapping[str, Any]) -> float | None:
        """The value measured under exactly these `determinants`.

        None if there is none, or if it is damaged or invalid for its metric.
        """
        value = self._read(_digest(determinants))
        if value is None or refusal(determinants["metric"], value):
            return None
        return float(value)

    def put(self, determinants: Mapping[str, Any], value: float) -> None:
        """Store a measured value."""
        self._put(_digest(determinants), value)

    def conditions(self, determinants: Mapping[str, Any]) -> dict[str, Any]:
        """The conditions under which the value was timed; empty if unknown."""
        value = self._read(_digest(_conditions_key(determinants)))
        return value if isinstance(value, dict) else {}

    def note_conditions(
        self, determinants: Mapping[str, Any], conditions: Mapping[str, Any]
    ) -> None:
        """Store the conditions under which the value of these `determinants` was timed."""
        self._put(_digest(_conditions_key(determinants)), dict(conditions))

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def _read(self, key: str) -> Any:
        if not self._store.exists:
            return None
        try:
            return self._store.read(lambda snapshot: snapshot.values([key])).get(key)
        except LogError as error:
            _log.warning("A number of the evaluation cache is measured again: %s", error)
            return None

    def _put(self, key: str, value: Any) -> None:
        try:
            try:
                self._write(key, value)
            except DamagedLogError as error:
                self._replace_damaged(error)
                self._write(key, value)
        except (LogError, OSError) as error:
            _log.warning("A measured number is not remembered: %s", error)

    def _write(self, key: str, value: Any) -> None:
        if not self._store.exists:
            self._store = Store.create(self._folder)
        with self._store.transaction() as put:
            put(key, value)

    def _replace_damaged(self, error: LogError) -> None:
        self._store.close()
        backup = self._folder.with_name(f"{self._folder.name}.damaged-{time.time():.6f}")
        self._folder.rename(backup)
        _log.warning("The evaluation cache is damaged and was moved to %s: %s", backup, error)


def _conditions_key(determinants: Mapping[str, Any]) -> dict[str, Any]:
    return {**determinants, "of": "conditions"}


def _digest(determinants: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(determinants, sort_keys=True).encode()).hexdigest()
