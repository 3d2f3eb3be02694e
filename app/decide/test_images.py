"""The shortlist measured once more, on the test images, in the background."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.session import jobs, service
from engine.errors import DynasError
from engine.runs.history import RunHistory

_POLL = 0.7  # seconds


def tested(run: str, history: RunHistory, numbers: Sequence[int]) -> dict[int, float]:
    """The accuracy in % on the test images by number, of those of which it is known."""
    if why_not(history):
        return {}
    known = {number: service().known_test_accuracy(run, number) for number in numbers}
    return {number: accuracy for number, accuracy in known.items() if accuracy is not None}


def why_not(history: RunHistory) -> str:
    """Why test accuracy cannot be had for this run; empty if it can."""
    source = history.config.dynas.accuracy_source
    if source == "measured":
        return ""
    return (
        f"Test accuracy is not offered: the accuracy of this run comes from a {source}, and no "
        "images were at hand to measure on."
    )


def measure_panel(
    run: str, history: RunHistory, numbers: Sequence[int], known: Mapping[int, float]
) -> None:
    """A button that measures all `numbers`, or how far that is."""
    if reason := why_not(history):
        st.caption(f":material/info: {reason}")
        return
    missing = [number for number in numbers if number not in known]
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
    if ended or any(service().known_test_accuracy(run, n) is not None for n in missing):
        st.rerun()  # one more is known, or has failed
    if waiting:
        done = len(numbers) - len(missing)
        st.progress(
            done / len(numbers),
            text=f"Measuring on the test images: {done} of {len(numbers)} known",
        )
        return
    for text in _failures(run, missing):
        st.error(text, icon=":material/error:")
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
                _key(run, number), lambda number=number: engine.test_accuracy(run, number)
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
