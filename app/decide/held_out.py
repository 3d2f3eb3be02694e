"""Measurement of the shortlist on held-out data, in the background."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from app.formatting import escape_markdown
from app.session import jobs, service
from engine.errors import DynasError
from engine.runs.held_out import held_out_data
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.tasks.base import DataNames

_POLL_SECONDS = 0.7  # seconds


@dataclass(frozen=True)
class HeldOutResults:
    """The main quality on held-out data by number, or the reason why it cannot be measured."""

    quality_by_number: Mapping[int, float]
    unavailable_reason: str = ""
    data_names: DataNames = field(default_factory=DataNames)


def held_out_results(run: str, history: RunHistory, numbers: Sequence[int]) -> HeldOutResults:
    """The cached held-out results of these sub-networks."""
    source, data = quality_source(history), held_out_data(history.supernet_name)
    data_names = data.words if data else DataNames()
    if source != "measured":
        reason = (
            f"the quality in this run comes from a {source}, and there were no {data_names.items}."
        )
        return HeldOutResults({}, reason)
    if data and not data.is_available:
        return HeldOutResults({}, "its task has no held-out data from the search.")
    try:
        cached_quality = {
            number: service().cached_held_out_quality(run, number) for number in numbers
        }
    except DynasError as error:  # such as weights that are no longer there
        return HeldOutResults({}, str(error))
    quality_by_number = {
        number: quality for number, quality in cached_quality.items() if quality is not None
    }
    return HeldOutResults(quality_by_number, data_names=data_names)


def measure_panel(run: str, numbers: Sequence[int], results: HeldOutResults) -> None:
    """Draw a button that measures all `numbers`, or the progress of the measurement."""
    if results.unavailable_reason:
        st.caption(
            ":material/info: A final test is not offered: "
            f"{escape_markdown(results.unavailable_reason)}"
        )
        return
    missing = [number for number in numbers if number not in results.quality_by_number]
    pending = [number for number in missing if _is_pending(run, number)]
    refresh_seconds = _POLL_SECONDS if pending else None
    st.fragment(_panel, run_every=refresh_seconds)(
        run, numbers, missing, pending, results.data_names
    )


def _is_pending(run: str, number: int) -> bool:
    job = jobs().get(_key(run, number))
    return job is not None and not job.done()


def _key(run: str, number: int) -> tuple[str, str, int]:
    return ("test", run, number)  # the key of the Sub-network page, which shares the job


def _panel(
    run: str,
    numbers: Sequence[int],
    missing: Sequence[int],
    pending: Sequence[int],
    data_names: DataNames,
) -> None:
    has_ended = any(not _is_pending(run, number) for number in pending)
    if has_ended or any(service().cached_held_out_quality(run, n) is not None for n in missing):
        st.rerun()  # a measurement has ended
    if pending:
        done = len(numbers) - len(missing)
        st.progress(
            done / len(numbers),
            text=f"Measuring on the {data_names.held_out}: {done} of {len(numbers)} known",
        )
        return
    for text in _failures(run, missing):
        st.error(escape_markdown(text), icon=":material/error:")
    if not missing:
        st.caption(
            f":material/check: All are measured on the {escape_markdown(data_names.held_out)}."
        )
        return
    which = f"{len(missing)} of them" if len(missing) < len(numbers) else "all"
    if st.button(
        f"Measure on the {escape_markdown(data_names.held_out)}",
        key="decide_measure",
        icon=":material/science:",
        help=f"Measures {which} once more, in the background. The search has optimised on the "
        f"{escape_markdown(data_names.validation)}; it has never seen the "
        f"{escape_markdown(data_names.held_out)}: use that for the few that you choose.",
    ):
        engine = service()
        for number in missing:
            jobs().submit(_key(run, number), partial(engine.held_out_quality, run, number))
        st.rerun()


def _failures(run: str, numbers: Sequence[int]) -> list[str]:
    """The error messages, each once with the numbers of its sub-networks."""
    by_text: dict[str, list[int]] = {}
    for number in numbers:
        job = jobs().get(_key(run, number))
        error = job.exception() if job is not None and job.done() else None
        if error is not None:
            text = str(error) if isinstance(error, DynasError) else "The measurement failed."
            by_text.setdefault(text, []).append(number)
    return [
        f"{', '.join(f'#{number}' for number in numbers_of_text)}: {text}"
        for text, numbers_of_text in by_text.items()
    ]
