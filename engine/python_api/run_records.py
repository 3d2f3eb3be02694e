"""RunRecords: the notes on the evaluations of a run, and its records as files."""

from pathlib import Path

from engine.python_api.arguments import checked_count, wrong_argument
from engine.python_api.run_identity import RunIdentity
from engine.python_api.written_files import write_report, write_run
from engine.runs.evaluation_notes import evaluation_notes


class RunRecords(RunIdentity):
    """The part of `Run` for notes and files."""

    @property
    def notes(self) -> dict[int, str]:
        """The notes on evaluations, by number.

        >>> run.note(1, "smallest kernel everywhere")
        >>> run.notes
        {1: 'smallest kernel everywhere'}
        """
        return evaluation_notes(self._service.history(self._id))

    def note(self, number: int, text: str) -> None:
        """Put a note on an evaluation, in place of an earlier one; an empty text removes it.

        The log of the run keeps it. Raises ConfigError for a number that no evaluation has,
        RunError for a text of more than 2,000 characters.

        >>> run.note(1, "")
        >>> run.notes
        {}
        """
        number = checked_count(
            "number", number, 1, len(self._service.history(self._id).evaluations)
        )
        if not isinstance(text, str):
            raise wrong_argument("text", "a text", text)
        self._service.note_evaluation(self._id, number, text)

    def export(self, path: str | Path, format: str | None = None) -> Path:
        """Write all evaluations to the file `path`, which must not exist; returns its path.

        `format` is `csv`, a table with a row for each evaluation, or `json`, all records of the
        log; by default the suffix of `path` decides. `json` works for a damaged log too.
        Raises ConfigError for another format, DataError if the file cannot be written.
        """
        return write_run(self._service, self._id, path, format)

    def report(self, path: str | Path) -> Path:
        """Write the run to the HTML file `path`, which must not exist; returns its path.

        It has figures, the front, the shortlist or suggestions, the configuration and versions. It
        opens without a server or a network, and has no paths of this machine in it. Raises
        DataError if it cannot be written, FigureError if Plotly is not installed.

        >>> run.report("report.html").suffix
        '.html'
        """
        return write_report(self._service.history(self._id), path)
