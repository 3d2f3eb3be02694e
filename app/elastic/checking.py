"""The job that checks a network, in a process of its own: its start, its progress, its result."""

from typing import TYPE_CHECKING

import streamlit as st

from app.access import policy as access
from app.background import Job
from app.elastic.field_words import in_words_of_fields
from app.formatting import escape_markdown
from app.progress import POLL_SECONDS, failure_message, progress_panel
from app.session import jobs, show_errors
from engine.evaluation.subprocess_call import call_in_subprocess
from engine.requirements import Progress
from engine.training.elastic.check_result import Check
from engine.training.elastic.request import TrainingRequest

if TYPE_CHECKING:
    from collections.abc import Hashable

_CHECKED = "elastic_checked"  # in the session: the request that was checked last


def start_check(request: TrainingRequest) -> None:
    """Check what a request names, in the background; shows why that is not allowed."""
    with show_errors():
        access.current().check_training(request)
        jobs().discard(_key(request))
        jobs().submit_with_progress(_key(request), lambda job: _checked(request, job))
        st.session_state[_CHECKED] = request
        st.rerun()


def last_check(wanted: TrainingRequest | None) -> TrainingRequest | None:
    """The request that this visitor had checked last, or that any visitor had if it is `wanted`."""
    last: TrainingRequest | None = st.session_state.get(_CHECKED)
    if last is None and wanted is not None and jobs().get(_key(wanted)) is not None:
        st.session_state[_CHECKED] = last = wanted
    return last


def result_of(request: TrainingRequest) -> Check | None:
    """What the check of a request found; None if it goes on or failed, after drawing that."""
    job = jobs().get(_key(request))
    if job is None:
        return None
    if not job.done():
        st.fragment(_progress, run_every=POLL_SECONDS)(request)
        return None
    if message := failure_message(_key(request)):
        st.error(escape_markdown(in_words_of_fields(message)), icon=":material/error:")
    if job.exception() is not None:
        return None
    checked: Check = job.result()
    return checked


def is_checking(request: TrainingRequest | None) -> bool:
    """Whether the check of a request goes on."""
    job = None if request is None else jobs().get(_key(request))
    return job is not None and not job.done()


def _progress(request: TrainingRequest) -> None:
    if not is_checking(request):
        st.rerun()
    progress_panel(_key(request), "elastic_check")


def _key(request: TrainingRequest) -> tuple["Hashable", ...]:
    return ("elastic check", request.identity, request.device)


def _checked(request: TrainingRequest, job: Job) -> Check:
    result: Check = call_in_subprocess(
        _check, request, progress=job.report, cancelled=job.cancelled
    )
    return result


def _check(request: TrainingRequest, progress: Progress) -> Check:
    from engine.training.elastic.check import check  # imports torch, in the other process alone

    return check(request, progress)
