"""The Run page below the charts: the table of the front, the selected sub-network, the log."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from app import subnetwork_panel
from app.display_names import file_name, name_markdown
from app.formatting import age, escape_markdown
from app.live.empty_state import empty_state_text
from app.live.worker_sheet import short
from app.selection import select
from app.tables.front import front_info, front_table
from engine.analysis.number_text import cycle_name, front_name, metric_value
from engine.count_text import count_text
from engine.evaluation.record import Evaluation
from engine.export.formats import SUBNETWORK_FORMATS
from engine.export.table import run_csv
from engine.log.event import Event
from engine.meters.conditions import disturbance_warning
from engine.runs.history import RunHistory
from engine.runs.share import Share
from engine.runs.worker_count import KIND

_TABLE_HEIGHT = 330
_MAX_ROWS = 500  # of the table of evaluations, which is sent again with each new one
_REQUEST_TEXTS = {
    "paused": "Another process asked for a pause",
    "running": "Another process asked to go on",
    "stopped": "Another process asked to stop",
    "stopped now": "Another process asked to stop now",
    "first": "Asked to go first",
}
_MAX_EVENT_LENGTH = 400  # characters
_OUTPUT_HEIGHT = 120  # pixels of the output of a worker
_MAX_EVENTS = 30  # and failed evaluations


def front_panel(run: str, history: RunHistory, selected: int | None) -> None:
    """Draw the non-dominated sub-networks, the newest marked; a click selects in the charts."""
    names = history.config.all_metrics
    info = front_info(history, names)
    title = front_name(history.provenance, "front now")
    st.markdown(f"**The {title}** · {count_text(len(info.rows), 'sub-network')}")
    if not info.rows:
        pending_text = "The first measured sub-network appears here."
        st.caption(empty_state_text(history.summary(), pending_text))
        return
    front_table(
        info,
        selected=selected,
        height=_TABLE_HEIGHT,
        key=f"front_{run}",
        on_pick=lambda number: select(run, number),
    )


def architecture_panel(run: str, history: RunHistory, number: int | None) -> None:
    """Draw the selected sub-network: its diagram, and its downloads."""
    if number is None:
        st.markdown("**Architecture**")
        st.caption("The selected sub-network is drawn here.")
        return
    evaluation = history.evaluations[number - 1]
    st.markdown(f"**Architecture** · #{number}")
    with st.container(key="live_architecture", gap="small"):
        architecture = subnetwork_panel.architecture(history.supernet_name, evaluation)
        subnetwork_panel.diagram(architecture, evaluation, f"live_diagram_{run}")
        with st.container(horizontal=True):
            for entry in SUBNETWORK_FORMATS:
                subnetwork_panel.download_button(entry, history.config, evaluation, "live_download")


def records_panel(run: str, history: RunHistory) -> None:
    """Draw the table of all evaluations and the event log, both collapsed at first."""
    table = st.expander("All evaluations", key="live_table", on_change="rerun")
    if table.open:
        with table:
            _evaluations(run, history)
    log = st.expander("Events and failed evaluations", key="live_events", on_change="rerun")
    if log.open:
        with log:
            _events(history)


def _evaluations(run: str, history: RunHistory) -> None:
    names = history.config.all_metrics
    front = history.front_numbers
    rows: list[dict[str, Any]] = [
        {
            "Number": evaluation.number,
            "On front": "yes" if evaluation.number in front else "",
            "State": _state(history, evaluation),
            **{
                history.metric(name).label: metric_value(
                    name, evaluation.metrics.get(name), evaluation.sources.get(name, "")
                )
                for name in names
            },
            "Cycle": cycle_name(evaluation.cycle),
            "Seconds": round(evaluation.seconds, 2),
            "Remark": evaluation.reason or disturbance_warning(evaluation.conditions),
        }
        for evaluation in history.evaluations[: -_MAX_ROWS - 1 : -1]
    ]
    if len(history.evaluations) > _MAX_ROWS:
        st.caption(
            f"The newest {_MAX_ROWS} of {len(history.evaluations):,}. Explore has all of them, to "
            "sort and filter."
        )
    st.dataframe(rows, hide_index=True, height=320, key=f"live_table_{run}")
    st.download_button(
        "Whole run as CSV",
        lambda: run_csv(history),
        file_name(history.summary().name, "csv"),
        "text/csv",
        key="live_run_csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _state(history: RunHistory, evaluation: Evaluation) -> str:
    if not evaluation.ok:
        return "failed"
    return "ok" if history.feasible(evaluation) else "infeasible"


def _events(history: RunHistory) -> None:
    failures = [evaluation for evaluation in list(history.evaluations) if not evaluation.ok]
    if len(failures) > _MAX_EVENTS:
        st.caption(f"The newest {_MAX_EVENTS} of {len(failures):,} failed evaluations:")
    for evaluation in failures[-_MAX_EVENTS:]:
        st.markdown(
            f":red[:material/close: #{evaluation.number}] {escape_markdown(evaluation.reason)}"
        )
        subnetwork_panel.worker_output(evaluation, _OUTPUT_HEIGHT)
    if not failures:
        st.caption("No evaluation has failed.")
    now = datetime.now().timestamp()
    for event in _shown_events(list(history.events))[-_MAX_EVENTS:][::-1]:
        st.caption(
            f"{age(now - event.time)} · {name_markdown(event_text(event), _MAX_EVENT_LENGTH)}"
        )


def _shown_events(events: Sequence[Event]) -> list[Event]:
    """The events without counts of workers that another count follows at once."""
    kinds = [event.kind for event in events]
    return [
        event
        for event, followed_by in zip(events, [*kinds[1:], ""], strict=True)
        if event.kind != KIND or followed_by != KIND
    ]


def event_text(event: Event) -> str:
    """The sentence that describes an event."""
    data = event.data
    texts: dict[str, Callable[[], str]] = {
        "created": lambda: "Created",
        "state": lambda: f"{data['state'].capitalize()}. {data.get('message', '')}".rstrip(". "),
        "cycle": lambda: (
            _cycle_text(data)
            + (f", planned in {short(data['seconds'])}" if "seconds" in data else "")
        ),
        "renamed": lambda: f"Renamed to {data['name']}",
        "workers": lambda: f"{count_text(data['count'], 'worker')} can measure",
        "retry": lambda: (
            f"{count_text(len(data['numbers']), 'failed evaluation')} to be tried again"
        ),
        "extended": lambda: f"Budget is now {data['num_evals']:,}",
        "share": lambda: (
            f"May have {Share(data['workers']).workers_text}, priority {data['priority']}"
        ),
        "tagged": lambda: f"Tagged {', '.join(data['tags'])}" if data["tags"] else "Tags removed",
        "asked": lambda: _REQUEST_TEXTS.get(data["wanted"], "Unknown request"),
        "note": lambda: "Note changed" if data.get("text") else "Note removed",
        "noted": lambda: (
            f"Note on #{data['number']}: {data['text']}"
            if data["text"]
            else f"Note on #{data['number']} removed"
        ),
        "shortlist": lambda: _shortlist_text(data["numbers"]),
        "imported": lambda: " ".join(data["sentences"]),
        "sibling": lambda: data["sentence"],
        "archived": lambda: "Archived" if data["archived"] else "Unarchived",
    }
    return texts.get(event.kind, lambda: event.kind)()


def _cycle_text(data: Mapping[str, Any]) -> str:
    if "computed" in data:
        return f"{count_text(data['computed'], 'sub-network')} computed"
    return f"Cycle {data['cycle']} began after {count_text(data['after'], 'evaluation')}"


def _shortlist_text(numbers: Sequence[int]) -> str:
    shortlist = ", ".join(f"#{number}" for number in numbers)
    return f"Shortlist is now {shortlist}" if numbers else "Shortlist emptied"
