"""The shortlist measured once more, on the test images, in the background."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app.formatting import plain
from app.session import jobs, service
from engine.errors import DynasError
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source

_POLL = 0.7  # seconds


@dataclass(frozen=True)
class Tested:
    """The accuracy in % on the test images by number, where known; why there is none, if so."""

    known: Mapping[int, float]
    why_not: str = ""


def tested(run: str, history: RunHistory, numbers: Sequence[int]) -> Tested:
    """What is known of these sub-networks."""
    source = quality_source(history.config)
    if source != "measured":
        return Tested(
            {}, f"the accuracy of this run comes from a {source}, and there were no images."
        )
    try:
        found = {number: service().known_held_out_quality(run, number) for number in numbers}
    except DynasError as error:  # such as weights that are no longer there
        return Tested({}, str(error))
    return Tested({number: accuracy for number, accuracy in found.items() if accuracy is not None})


def measure_panel(run: str, numbers: Sequence[int], found: Tested) -> None:
    """A button that measures all `numbers`, or how far that is."""
    if found.why_not:
        st.caption(f":material/info: Test accuracy is not offered: {plain(found.why_not)}")
        return
    missing = [number for number in numbers if number not in found.known]
    waiting = [number for number in missing if _waits(run, number)]
    st.fragment(_panel, run_every=_POLL if waiting else None)(run, numbers, missing, waiting)


def _waits(run: str, number: int) -> bool:
    job = jobs().get(_key(run, number))
    return job is not None and not job.done()


def _key(run: str, number: int) -> tuple[str, str, int]:
    return ("test", run, number)  # as on the page of a sub-network: measured once for both


def _panel(
    run: str, numbers: Sequence[int], missing: Sequence[int], waiting: Sequence[int]
) -> None:
    ended = any(not _waits(run, number) for number in waiting)
    if ended or any(service().known_held_out_quality(run, n) is not None for n in missing):
        st.rerun()  # one more is known, or has failed
    if waiting:
        done = len(numbers) - len(missing)
        st.progress(
            done / len(numbers),
            text=f"Measuring on the test images: {done} of {len(numbers)} known",
        )
        return
    for text in _failures(run, missing):
        st.error(plain(text), icon=":material/error:")
    if not missing:
        st.caption(":material/check: All are measured on the test images.")
        return
    some = f"{len(missing)} of them" if len(missing) < len(numbers) else "all"
    if st.button(
        "Measure on the test images",
        key="decide_measure",
        icon=":material/science:",
        help=f"Measures {some} once more, in the background. The search has optimised on the "
        "validation images; the test images are held out: use them for the few that you choose.",
    ):
        engine = service()
        for number in missing:
            jobs().submit(
                _key(run, number), lambda number=number: engine.held_out_quality(run, number)
            )
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
