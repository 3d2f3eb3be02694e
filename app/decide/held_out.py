"""The shortlist measured once more, on data that no search sees, in the background."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from app.formatting import plain
from app.session import jobs, service
from engine.errors import DynasError
from engine.runs.held_out import held_out_data
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.tasks.base import DataNames

_POLL = 0.7  # seconds


@dataclass(frozen=True)
class Tested:
    """The main quality on held-out data by number, where known; why there is none, if so."""

    known: Mapping[int, float]
    why_not: str = ""
    words: DataNames = field(default_factory=DataNames)


def tested(run: str, history: RunHistory, numbers: Sequence[int]) -> Tested:
    """What is known of these sub-networks."""
    source, data = quality_source(history), held_out_data(history.supernet_name)
    words = data.words if data else DataNames()
    if source != "measured":
        why = f"the quality in this run comes from a {source}, and there were no {words.items}."
        return Tested({}, why)
    if data and not data.is_available:
        return Tested({}, "its task holds no data out from the search.")
    try:
        found = {number: service().cached_held_out_quality(run, number) for number in numbers}
    except DynasError as error:  # such as weights that are no longer there
        return Tested({}, str(error))
    known = {number: quality for number, quality in found.items() if quality is not None}
    return Tested(known, words=words)


def measure_panel(run: str, numbers: Sequence[int], found: Tested) -> None:
    """A button that measures all `numbers`, or how far that is."""
    if found.why_not:
        st.caption(f":material/info: A final test is not offered: {plain(found.why_not)}")
        return
    missing = [number for number in numbers if number not in found.known]
    waiting = [number for number in missing if _waits(run, number)]
    every = _POLL if waiting else None
    st.fragment(_panel, run_every=every)(run, numbers, missing, waiting, found.words)


def _waits(run: str, number: int) -> bool:
    job = jobs().get(_key(run, number))
    return job is not None and not job.done()


def _key(run: str, number: int) -> tuple[str, str, int]:
    return ("test", run, number)  # as on the page of a sub-network: measured once for both


def _panel(
    run: str,
    numbers: Sequence[int],
    missing: Sequence[int],
    waiting: Sequence[int],
    words: DataNames,
) -> None:
    ended = any(not _waits(run, number) for number in waiting)
    if ended or any(service().cached_held_out_quality(run, n) is not None for n in missing):
        st.rerun()  # one more is known, or has failed
    if waiting:
        done = len(numbers) - len(missing)
        st.progress(
            done / len(numbers),
            text=f"Measuring on the {words.held_out}: {done} of {len(numbers)} known",
        )
        return
    for text in _failures(run, missing):
        st.error(plain(text), icon=":material/error:")
    if not missing:
        st.caption(f":material/check: All are measured on the {plain(words.held_out)}.")
        return
    some = f"{len(missing)} of them" if len(missing) < len(numbers) else "all"
    if st.button(
        f"Measure on the {plain(words.held_out)}",
        key="decide_measure",
        icon=":material/science:",
        help=f"Measures {some} once more, in the background. The search has optimised on the "
        f"{plain(words.validation)}; it has never seen the {plain(words.held_out)}: use that for "
        "the few that you choose.",
    ):
        engine = service()
        for number in missing:
            jobs().submit(_key(run, number), partial(engine.held_out_quality, run, number))
        st.rerun()


def _failures(run: str, numbers: Sequence[int]) -> list[str]:
    """What went wrong, each sentence once with the sub-networks that it is about."""
    by_text: dict[str, list[int]] = {}
    for number in numbers:
        job = jobs().get(_key(run, number))
        error = job.exception() if job is not None and job.done() else None
        if error is not None:
            text = str(error) if isinstance(error, DynasError) else "The measurement failed."
            by_text.setdefault(text, []).append(number)
    return [f"{', '.join(f'#{number}' for number in of)}: {text}" for text, of in by_text.items()]
