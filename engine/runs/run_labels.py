"""What people say of a run: tags, note, shortlist, whether it is put away. Events of its log."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from engine.errors import RunError
from engine.log.event import Event
from engine.runs.history import RunHistory

MAX_TAG_LENGTH = 40  # characters
_MOST_TAGS = 20
_LONGEST_NOTE = 20_000  # characters
_LONGEST_SHORTLIST = 50


@dataclass(frozen=True)
class Labels:
    """Tags in the order in which they were given, a note in Markdown, whether it is archived.

    `shortlist` holds the numbers of the sub-networks that were picked, in the order of choice.
    """

    tags: tuple[str, ...] = ()
    note: str = ""
    archived: bool = False
    shortlist: tuple[int, ...] = ()


class LabelReader:
    """The labels of runs, each event read once as long as somebody has the run's history."""

    def __init__(self) -> None:
        self._read: WeakKeyDictionary[RunHistory, tuple[int, Labels]] = WeakKeyDictionary()

    def of(self, history: RunHistory) -> Labels:
        """The labels of a run as of its last refresh."""
        count, labels = self._read.get(history, (0, Labels()))
        events = history.events[count:]
        for event in events:
            labels = _after(labels, event)
        self._read[history] = (count + len(events), labels)
        return labels


def _after(labels: Labels, event: Event) -> Labels:
    if event.kind == "tagged":
        return replace(labels, tags=tuple(event.data["tags"]))
    if event.kind == "note":
        return replace(labels, note=event.data["text"])
    if event.kind == "archived":
        return replace(labels, archived=event.data["archived"])
    if event.kind == "shortlist":
        return replace(labels, shortlist=tuple(event.data["numbers"]))
    return labels


def changes(
    labels: Labels,
    tags: Sequence[str] | None,
    note: str | None,
    archived: bool | None,
    shortlist: Sequence[int] | None,
) -> list[tuple[str, dict[str, Any]]]:
    """The events (kind, data) that give a run new labels; None leaves one as it is.

    A shortlist is taken as `clean_shortlist` gives it. Raises RunError for a tag or a note that is
    too long, or for too many tags.
    """
    made: list[tuple[str, dict[str, Any]]] = []
    if tags is not None and (cleaned := clean_tags(tags)) != labels.tags:
        made.append(("tagged", {"tags": list(cleaned)}))
    if note is not None and note.strip() != labels.note:
        if len(note) > _LONGEST_NOTE:
            raise RunError(f"The note is longer than {_LONGEST_NOTE:,} characters. Shorten it.")
        made.append(("note", {"text": note.strip()}))
    if archived is not None and archived != labels.archived:
        made.append(("archived", {"archived": archived}))
    if shortlist is not None and tuple(shortlist) != labels.shortlist:
        made.append(("shortlist", {"numbers": list(shortlist)}))
    return made


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags without space around them, none empty, each once; raises RunError as `changes` does."""
    cleaned = tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags if tag.strip()))
    for tag in cleaned:
        if len(tag) > MAX_TAG_LENGTH:
            raise RunError(f"The tag '{tag[:20]}…' is longer than {MAX_TAG_LENGTH} characters.")
    if len(cleaned) > _MOST_TAGS:
        raise RunError(f"A run has at most {_MOST_TAGS} tags; these are {len(cleaned)}.")
    return cleaned


def clean_shortlist(numbers: Sequence[int], history: RunHistory) -> tuple[int, ...]:
    """Numbers of sub-networks that `history` has measured, each once, in the order given.

    Raises RunError for one that is not there or failed, or for too many.
    """
    for number in numbers:
        if not 1 <= number <= len(history.evaluations):
            raise RunError(f"Run '{history.name}' has no evaluation {number}.")
        if not (evaluation := history.evaluations[number - 1]).ok:
            raise RunError(
                f"Evaluation {number} failed ({evaluation.reason}): there is nothing to choose."
            )
    cleaned = tuple(dict.fromkeys(numbers))
    if len(cleaned) > _LONGEST_SHORTLIST:
        raise RunError(
            f"A shortlist holds at most {_LONGEST_SHORTLIST} sub-networks. Remove some first."
        )
    return cleaned
