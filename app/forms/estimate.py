"""How long a search will take, from runs before it or from one evaluation that is timed."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from statistics import median

import streamlit as st

from app.background import Job
from app.formatting import counted, duration, plain
from app.forms import search_form as form
from app.progress import progress_panel
from app.session import jobs, readable, service
from engine.config import NASConfig
from engine.errors import DynasError
from engine.runs.history import RunHistory
from engine.runs.side_measurements import STARTUP_SECONDS, Estimate

_POLL = 1.0
_SHORT, _SECONDS = 0.1, 10.0  # seconds: below, an evaluation is told in ms, or with a decimal
_FEWEST = 3  # measured evaluations of a run from which it tells how long one takes


@dataclass(frozen=True)
class EstimateInfo:
    """Plain data of the panel. `seconds` is the time of one evaluation."""

    evaluations: int
    workers: int
    seconds: float
    total: float

    @property
    def text(self) -> str:
        """Such as `250 evaluations × 0.9 s on 2 workers`."""
        each = duration(self.seconds)
        if self.seconds < _SHORT:
            each = f"{max(1, round(1000 * self.seconds))} ms"
        elif self.seconds < _SECONDS:
            each = f"{self.seconds:.1f} s"
        evaluations = counted(self.evaluations, "evaluation")
        return f"{evaluations} × {each} on {counted(self.workers, 'worker')}"


def estimate_info(config: NASConfig, timed: Estimate, timed_evaluations: int) -> EstimateInfo:
    """What a timing says of `config`, which may have another budget than the timed one."""
    evaluations = config.dynas.num_evals
    more = (evaluations - timed_evaluations) * timed.seconds_per_evaluation / timed.workers
    total = timed.total_seconds + more
    return EstimateInfo(evaluations, timed.workers, timed.seconds_per_evaluation, total)


def _key(config: NASConfig) -> tuple[object, ...]:
    dynas = config.dynas
    timed = tuple(form.measured(config.all_metrics))
    return ("estimate", dynas.supernet, timed, dynas.workers, config.settings)


def _time(config: NASConfig) -> Job:
    engine = service()
    return jobs().follow(
        _key(config),
        lambda job: (
            engine.side_measurements.estimate(config, job.cancelled),
            config.dynas.num_evals,
        ),
    )


def from_runs(config: NASConfig, histories: Iterable[RunHistory]) -> EstimateInfo | None:
    """What the first of `histories` that measured the same in the same way tells of `config`.

    None if there is none, or if it has measured too little to tell.
    """
    for history in histories:
        if _key(history.config) == _key(config):
            seconds = [e.seconds for e in history.evaluations if e.ok and not e.reused]
            if len(seconds) >= _FEWEST:
                each, workers = median(seconds), config.dynas.workers
                total = STARTUP_SECONDS + config.dynas.num_evals * each / workers
                return EstimateInfo(config.dynas.num_evals, workers, each, total)
    return None


def estimate_panel(config: NASConfig) -> None:
    """Draw the estimate: from a run that was alike, else from an evaluation timed when asked."""
    st.markdown("**Estimate**")
    config = config.with_absolute_paths()  # as runs have them
    job = jobs().get(_key(config))
    waiting = job is not None and not job.done()
    st.fragment(_panel, run_every=_POLL if waiting else None)(config, waiting)


def _panel(config: NASConfig, waiting: bool) -> None:
    job = jobs().get(_key(config))
    if job is None:
        engine = service()
        alike = [run.id for run in engine.list() if _key(run.config) == _key(config)]
        known = from_runs(config, readable(alike))
        if known is not None:
            _show(known, "from the times of an earlier run")
        else:
            st.caption("How long it takes depends on this machine.")
            _time_button("Time one evaluation", config)
        return
    if not job.done():
        progress_panel(_key(config), "new_estimate")
        return
    if waiting:
        st.rerun()
    error = job.exception()
    if error is None:
        _show(estimate_info(config, *job.result()), "one evaluation was timed")
        return
    st.caption(
        ":material/warning: "
        + (plain(str(error)) if isinstance(error, DynasError) else "The timing failed.")
    )
    _time_button("Time again", config)


def _time_button(label: str, config: NASConfig) -> None:
    if st.button(label, key="new_estimate", icon=":material/timer:"):
        _time(config)
        st.rerun()


def _show(info: EstimateInfo, basis: str) -> None:
    st.html(
        f'<div class="dynas-facts" data-testid="estimate"><span><b>about {duration(info.total)}'
        f"</b></span><span>{escape(info.text)}</span></div>"
        f'<div class="dynas-small">{escape(basis)}</div>'
    )
