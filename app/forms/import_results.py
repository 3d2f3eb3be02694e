"""The dialog that imports a results CSV of another program as a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app import navigation
from app.display_names import distinct_labels
from app.formatting import escape_markdown
from app.session import service, show_errors
from engine.analysis.number_text import metric_title
from engine.config import NASConfig
from engine.count_text import count_text
from engine.errors import ConfigError
from engine.metrics import metric, order_metrics
from engine.runs.file_import import FileRun, read_as_run
from engine.runs.importing.report import ImportReport
from engine.runs.importing.source_file import MAX_FILE_MB
from engine.runs.results_csv import ResultsFile
from engine.runs.supernet_proposal import SupernetProposal, propose_supernet
from engine.supernets import registry

if TYPE_CHECKING:
    from app.compat.streamlit import UploadedFile

_OPEN, _FILE, _RESULTS = "import_open", "import_read", "import_found"


@dataclass(frozen=True)
class _ParsedUpload:
    """An uploaded file as parsed, or the reason why it cannot be."""

    id: str
    file: ResultsFile | None = None
    proposal: SupernetProposal | None = None
    problem: str = ""


@dataclass(frozen=True)
class _SupernetResults:
    """The results of an uploaded file for one supernet, or why they do not fit it."""

    id: str
    supernet: str
    run: FileRun | None = None
    problem: str = ""


def import_button() -> None:
    """A button that opens the dialog."""
    if st.button("Import results", icon=":material/upload:", key="runs_import"):
        st.session_state[_OPEN] = True
    if st.session_state.get(_OPEN):
        _dialog()


def _close() -> None:
    for key in (_OPEN, _FILE, _RESULTS):
        st.session_state.pop(key, None)


@st.dialog("Import results", width="medium", on_dismiss=_close)
def _dialog() -> None:
    upload = st.file_uploader(
        "Results file",
        type=["csv", "tsv", "txt"],
        key="import_file",
        max_upload_size=MAX_FILE_MB,
        help="A CSV of this dashboard, of DyNAS-T or of Neural Compressor. Columns may stand in "
        "any order and be separated by commas, semicolons or tabs.",
    )
    if upload is None:
        return
    uploaded = _read_upload(upload)
    if uploaded.file is None or uploaded.proposal is None:
        st.error(escape_markdown(uploaded.problem), icon=":material/error:")
        return
    supernet = _supernet_field(uploaded.id, uploaded.proposal)
    if supernet is None:
        return
    supernet_results = _read_results(uploaded.id, uploaded.file, supernet)
    if supernet_results.run is None:
        st.error(escape_markdown(supernet_results.problem), icon=":material/error:")
        return
    objectives = _objectives_field(uploaded.id, supernet_results.run)
    results = supernet_results.run.results.with_metrics(objectives)
    _report(results.report)
    usable = results.report.usable
    if st.button(
        f"Import {count_text(usable, 'sub-network')}",
        key="import_apply",
        type="primary",
        disabled=not (usable and objectives),
    ):
        _import(upload.name, supernet_results.run, objectives)


def _read_upload(upload: "UploadedFile") -> _ParsedUpload:
    uploaded: _ParsedUpload | None = st.session_state.get(_FILE)
    if uploaded is None or uploaded.id != upload.file_id:
        try:
            with st.spinner("Reading the file"):
                file = ResultsFile.read(upload.getvalue(), upload.name)
                uploaded = _ParsedUpload(upload.file_id, file, propose_supernet(file))
        except ConfigError as error:
            uploaded = _ParsedUpload(upload.file_id, problem=str(error))
        st.session_state[_FILE] = uploaded
    return uploaded


def _supernet_field(file_id: str, proposal: SupernetProposal) -> str | None:
    """Draw the choice of the supernet, by default the proposed one; returns its name."""
    options = list(dict.fromkeys([*registry.names(), *proposal.fitting]))
    selected = st.selectbox(
        "Supernet",
        options,
        index=options.index(proposal.supernet) if proposal.supernet else None,
        format_func=distinct_labels({name: registry.title(name) for name in options}).__getitem__,
        placeholder="Choose the supernet of the file",
        key=f"import_supernet_{file_id}",
        help="The supernet whose sub-networks the file lists.",
    )
    icon = ":material/check:" if proposal.supernet else ":material/help:"
    request_text = "" if proposal.supernet or selected else " Choose the supernet."
    st.caption(f"{icon} {escape_markdown(proposal.reason)}{request_text}")
    return selected


def _read_results(file_id: str, file: ResultsFile, supernet: str) -> _SupernetResults:
    supernet_results: _SupernetResults | None = st.session_state.get(_RESULTS)
    if supernet_results is None or (supernet_results.id, supernet_results.supernet) != (
        file_id,
        supernet,
    ):
        try:
            with st.spinner("Reading the sub-networks"):
                run = read_as_run(file, _configured, supernet)
                supernet_results = _SupernetResults(file_id, supernet, run)
        except ConfigError as error:
            supernet_results = _SupernetResults(file_id, supernet, problem=str(error))
        st.session_state[_RESULTS] = supernet_results
    return supernet_results


def _configured(supernet: str, **settings: Sequence[str]) -> NASConfig:
    return NASConfig(dynas={"supernet": supernet, **settings})


def _objectives_field(file_id: str, run: FileRun) -> list[str]:
    """Draw the choice of objectives among the metrics of the file; returns their names."""
    available = run.results.metrics
    supernet = registry.load(run.config.dynas.supernet)
    qualities = [quality.name for quality in supernet.task.metrics]
    default_objectives = [name for name in supernet.default_objectives if name in available]
    selected = st.pills(
        "Objectives",
        available,
        default=default_objectives if len(default_objectives) > 1 else available[:2],
        selection_mode="multi",
        format_func=lambda name: escape_markdown(metric_title(metric(name))),
        key=f"import_metrics_{file_id}_{supernet.name}",
        help="What the front is drawn of, and what an extended run optimises.",
    )
    return order_metrics(selected or [], first=qualities)


def _report(report: ImportReport) -> None:
    """Draw the counts, warnings and notes of the import."""
    counts = {
        "Rows": report.rows,
        "Distinct": report.distinct,
        "Repeated": report.repeated,
        "Refused": report.refused,
        **({"Failed": report.failed} if report.failed else {}),
    }
    with st.container(key="import_report", gap="small"):
        for column, (label, number) in zip(st.columns(len(counts)), counts.items(), strict=True):
            column.metric(label, f"{number:,}")
        if report.confirmation:
            st.caption(f":material/check: {escape_markdown(report.confirmation)}")
        for sentence in report.warnings:
            st.warning(escape_markdown(sentence), icon=":material/warning:")
        for sentence in report.losses:
            st.caption(f":material/remove_circle_outline: {escape_markdown(sentence)}")
        for sentence in report.notes:
            st.caption(f":material/info: {escape_markdown(sentence)}")


def _import(name: str, file_run: FileRun, objectives: list[str]) -> None:
    run = None
    with show_errors():
        there = file_run.results.metrics
        record = [name for name in ("macs", "params") if name in there and name not in objectives]
        config = _configured(file_run.config.dynas.supernet, metrics=objectives, record=record)
        run = service().import_parsed_results(file_run.results, config, name.rpartition(".")[0])
    if run is not None:
        _close()
        navigation.open_live(run)
