"""RunIdentity: which run an object stands for, and how it shows itself."""

from contextlib import suppress
from pathlib import Path

from engine.data_dir import DataFolder
from engine.errors import RunError
from engine.python_api.known_attributes import KnownAttributes
from engine.python_api.run_text import facts_line, facts_table, run_facts
from engine.python_api.services import service_of_run, summary_of
from engine.runs.run_index import UnreadableRun
from engine.runs.run_summary import RunSummary
from engine.runs.service import RunService


class RunIdentity(KnownAttributes):
    """The run with an id in a data folder: two objects are equal if they stand for the same one.

    A subclass takes id and folder as its first two arguments.
    """

    _id: str
    _folder: DataFolder

    @property
    def _service(self) -> RunService:
        return service_of_run(self._id, self._folder)

    def _summary(self) -> RunSummary | UnreadableRun:
        return summary_of(self._service, self._id)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RunIdentity):
            return NotImplemented
        return (self._id, self._folder) == (other._id, other._folder)

    def __hash__(self) -> int:
        return hash((self._id, self._folder))

    def __reduce__(self) -> tuple[type["RunIdentity"], tuple[str, Path]]:
        return type(self), (self._id, self._folder.path)

    def __repr__(self) -> str:
        return f"<Run {self._id}: {facts_line(self._facts())}>"

    def _repr_html_(self) -> str:
        return facts_table(
            {"run": self._id, **self._facts(), "data folder": str(self._folder.path)}
        )

    def _facts(self) -> dict[str, str]:
        with suppress(RunError):
            return run_facts(self._summary())
        return {"state": "deleted"}
