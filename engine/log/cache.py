"""EvaluationCache: measured numbers by what determines them, shared by a data folder's runs."""

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
    """Numbers by a digest of weights, data, protocol, config and metric. Losing it loses no run.

    So it never stops one: what cannot be read counts as not measured yet, what cannot be written is
    not remembered, and a database that is damaged is set aside for a new one. The program's log
    tells of each.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = Store(folder)

    def get(self, determinants: Mapping[str, Any]) -> float | None:
        """The number measured under exactly these `determinants`, or None.

        One that is damaged, or cannot be a value of its metric, is as good as none.
        """
        value = self._value(_digest(determinants))
        if value is None or refusal(determinants["metric"], value):
            return None
        return float(value)

    def put(self, determinants: Mapping[str, Any], value: float) -> None:
        """Remember a measured number."""
        self._put(_digest(determinants), value)

    def conditions(self, determinants: Mapping[str, Any]) -> dict[str, Any]:
        """What the number under these `determinants` was timed on; empty if nobody noted it."""
        value = self._value(_digest(_noted(determinants)))
        return value if isinstance(value, dict) else {}

    def note_conditions(
        self, determinants: Mapping[str, Any], conditions: Mapping[str, Any]
    ) -> None:
        """Remember what the number under these `determinants` was timed on."""
        self._put(_digest(_noted(determinants)), dict(conditions))

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def _value(self, key: str) -> Any:
        if not self._store.exists:
            return None
        try:
            return self._store.look(lambda look: look.values([key])).get(key)
        except LogError as error:
            _log.warning("A number of the evaluation cache is measured again: %s", error)
            return None

    def _put(self, key: str, value: Any) -> None:
        try:
            try:
                self._write(key, value)
            except DamagedLogError as error:
                self._set_aside(error)
                self._write(key, value)
        except (LogError, OSError) as error:
            _log.warning("A measured number is not remembered: %s", error)

    def _write(self, key: str, value: Any) -> None:
        if not self._store.exists:
            self._store = Store.make(self._folder)
        with self._store.writing() as put:
            put(key, value)

    def _set_aside(self, why: LogError) -> None:
        self._store.close()
        aside = self._folder.with_name(f"{self._folder.name}.damaged-{time.time():.6f}")
        self._folder.rename(aside)
        _log.warning("The evaluation cache is damaged and was moved to %s: %s", aside, why)


def _noted(determinants: Mapping[str, Any]) -> dict[str, Any]:
    return {**determinants, "of": "conditions"}


def _digest(determinants: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(determinants, sort_keys=True).encode()).hexdigest()
