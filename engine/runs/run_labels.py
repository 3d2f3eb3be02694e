"""Labels of a run: tags, note, shortlist and archived state, stored as events of its log."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from engine.errors import RunError
from engine.log.event import Event
from engine.runs.history import RunHistory

MAX_TAG_LENGTH = 40  # characters
_MAX_TAGS = 20
_MAX_NOTE_LENGTH = 20_000  # characters
_MAX_SHORTLIST = 50


@dataclass(frozen=True)
class Labels:
    """Tags in the order of entry, a note in Markdown, whether the run is archived.

    `shortlist` holds the evaluation numbers of picked sub-networks, in the order of choice.
    """

    tags: tuple[str, ...] = ()
    note: str = ""
    archived: bool = False
    shortlist: tuple[int, ...] = ()


class LabelReader:
    """Computes the labels of runs incrementally, with a weak cache by history."""

    def __init__(self) -> None:
        self._cache: WeakKeyDictionary[RunHistory, tuple[int, Labels]] = WeakKeyDictionary()

    def of(self, history: RunHistory) -> Labels:
        """The labels of a run as of its last refresh."""
        count, labels = self._cache.get(history, (0, Labels()))
        events = history.events[count:]
        for event in events:
            labels = _apply_event(labels, event)
        self._cache[history] = (count + len(events), labels)
        return labels


def _apply_event(labels: Labels, event: Event) -> Labels:
    if event.kind == "tagged":
        return replace(labels, tags=tuple(event.data["tags"]))
    if event.kind == "note":
        return replace(labels, note=event.data["text"])
    if event.kind == "archived":
        return replace(labels, archived=event.data["archived"])
    if event.kind == "shortlist":
        return replace(labels, shortlist=tuple(event.data["numbers"]))
    return labels


def label_events(
    labels: Labels,
    tags: Sequence[str] | None,
    note: str | None,
    archived: bool | None,
    shortlist: Sequence[int] | None,
) -> list[tuple[str, dict[str, Any]]]:
    """The events (kind, data) that change the labels of a run; None leaves a label unchanged.

    The shortlist must come from `clean_shortlist`. Raises RunError for a tag or a note that is
    too long, or for too many tags.
    """
    events: list[tuple[str, dict[str, Any]]] = []
    if tags is not None and (cleaned := clean_tags(tags)) != labels.tags:
        events.append(("tagged", {"tags": list(cleaned)}))
    if note is not None and note.strip() != labels.note:
        if len(note) > _MAX_NOTE_LENGTH:
            raise RunError(f"The note is longer than {_MAX_NOTE_LENGTH:,} characters. Shorten it.")
        events.append(("note", {"text": note.strip()}))
    if archived is not None and archived != labels.archived:
        events.append(("archived", {"archived": archived}))
    if shortlist is not None and tuple(shortlist) != labels.shortlist:
        events.append(("shortlist", {"numbers": list(shortlist)}))
    return events


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags without surrounding space, empty ones and duplicates; raises RunError."""
    cleaned = tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags if tag.strip()))
    for tag in cleaned:
        if len(tag) > MAX_TAG_LENGTH:
            raise RunError(f"The tag '{tag[:20]}…' is longer than {MAX_TAG_LENGTH} characters.")
    if len(cleaned) > _MAX_TAGS:
        raise RunError(f"A run has at most {_MAX_TAGS} tags; these are {len(cleaned)}.")
    return cleaned


def clean_shortlist(numbers: Sequence[int], history: RunHistory) -> tuple[int, ...]:
    """Evaluation numbers without duplicates, in the given order.

    Raises RunError for a missing or failed evaluation, or for too many.
    """
    for number in numbers:
        if not 1 <= number <= len(history.evaluations):
            raise RunError(f"Run '{history.name}' has no evaluation {number}.")
        if not (evaluation := history.evaluations[number - 1]).ok:
            raise RunError(
                f"Evaluation {number} failed ({evaluation.reason}): there is nothing to choose."
            )
    cleaned = tuple(dict.fromkeys(numbers))
    if len(cleaned) > _MAX_SHORTLIST:
        raise RunError(
            f"A shortlist holds at most {_MAX_SHORTLIST} sub-networks. Remove some first."
        )
    return cleaned
