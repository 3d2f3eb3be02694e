"""Notes on evaluations, which are events of the log of their run."""

from typing import Any

from engine.errors import RunError
from engine.runs.history import RunHistory

KIND = "noted"
"""The kind of event that records the note on an evaluation."""

COLUMN = "note"
"""The column of notes in tables, if there are any."""

MAX_LENGTH = 2000
"""The longest note, in characters."""


def evaluation_notes(history: RunHistory) -> dict[int, str]:
    """The notes of a run by the number of the evaluation, as of its last refresh."""
    notes = {
        event.data["number"]: event.data["text"] for event in history.events if event.kind == KIND
    }
    return {number: notes[number] for number in sorted(notes) if notes[number]}


def note_data(history: RunHistory, number: int, text: str) -> dict[str, Any] | None:
    """The data of the event that notes `text` on an evaluation; None if it has that note already.

    An empty text removes the note. Raises RunError for an evaluation that the run does not have,
    and for a text that is too long.
    """
    count = len(history.evaluations)
    if not 1 <= number <= count:
        numbers = f"numbers 1 to {count:,}" if count else "none yet"
        raise RunError(f"Run '{history.name}' has no evaluation {number}: it has {numbers}.")
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise RunError(f"The note is longer than {MAX_LENGTH:,} characters. Shorten it.")
    if text == evaluation_notes(history).get(number, ""):
        return None
    return {"number": number, "text": text}
