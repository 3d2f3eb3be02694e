"""Make a run of a results CSV that somebody else's search wrote."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app import navigation
from app.formatting import counted, plain
from app.names import distinct
from app.session import service, told_to_user
from engine.analysis.number_text import metric_title
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry as meters
from engine.metrics import metric, order_metrics
from engine.runs.importing.report import ImportReport
from engine.runs.importing.source_file import MAX_FILE_MB
from engine.runs.results_csv import ImportedResults, ResultsFile
from engine.runs.supernet_proposal import SupernetProposal, propose_supernet, read_for_supernet
from engine.supernets import registry

if TYPE_CHECKING:
    from app.compat.streamlit import UploadedFile

_OPEN, _READ, _FOUND = "import_open", "import_read", "import_found"


@dataclass(frozen=True)
class _Read:
    """An uploaded file as it was read, or the sentence on why it cannot be."""

    id: str
    file: ResultsFile | None = None
    proposal: SupernetProposal | None = None
    problem: str = ""


@dataclass(frozen=True)
class _Found:
    """What an uploaded file holds of a supernet, or the sentence on why it is not of it."""

    id: str
    supernet: str
    results: ImportedResults | None = None
    problem: str = ""


def import_button() -> None:
    """A button that opens the dialog."""
    if st.button("Import results", icon=":material/upload:", key="runs_import"):
        st.session_state[_OPEN] = True
    if st.session_state.get(_OPEN):
        _dialog()


def _close() -> None:
    for key in (_OPEN, _READ, _FOUND):
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
    read = _read(upload)
    if read.file is None or read.proposal is None:
        st.error(plain(read.problem), icon=":material/error:")
        return
    supernet = _supernet(read.id, read.proposal)
    if supernet is None:
        return
    found = _found(read.id, read.file, supernet)
    if found.results is None:
        st.error(plain(found.problem), icon=":material/error:")
        return
    objectives = _objectives(found)
    results = found.results.with_metrics(objectives)
    _report(results.report)
    usable = results.report.usable
    if st.button(
        f"Import {counted(usable, 'sub-network')}",
        key="import_apply",
        type="primary",
        disabled=not (usable and objectives),
    ):
        _import(upload.name, found, objectives)


def _read(upload: "UploadedFile") -> _Read:
    known: _Read | None = st.session_state.get(_READ)
    if known is None or known.id != upload.file_id:
        try:
            with st.spinner("ParsedConfig the file"):
                file = ResultsFile.read(upload.getvalue(), upload.name)
                known = _Read(upload.file_id, file, propose_supernet(file))
        except ConfigError as error:
            known = _Read(upload.file_id, problem=str(error))
        st.session_state[_READ] = known
    return known


def _supernet(file_id: str, found: SupernetProposal) -> str | None:
    """The supernet that is chosen; the proposed one unless somebody chooses another."""
    options = list(dict.fromkeys([*registry.names(), *found.fitting]))
    chosen = st.selectbox(
        "Supernet",
        options,
        index=options.index(found.supernet) if found.supernet else None,
        format_func=distinct({name: registry.title(name) for name in options}).__getitem__,
        placeholder="Choose the supernet that the file is of",
        key=f"import_supernet_{file_id}",
        help="Whose sub-networks they are.",
    )
    icon = ":material/check:" if found.supernet else ":material/help:"
    ask = "" if found.supernet or chosen else " Choose the supernet."
    st.caption(f"{icon} {plain(found.reason)}{ask}")
    return chosen


def _found(file_id: str, file: ResultsFile, supernet: str) -> _Found:
    known: _Found | None = st.session_state.get(_FOUND)
    if known is None or (known.id, known.supernet) != (file_id, supernet):
        try:
            with st.spinner("Reading the sub-networks"):
                results = read_for_supernet(file, registry.load(supernet))
                known = _Found(file_id, supernet, results)
        except ConfigError as error:
            known = _Found(file_id, supernet, problem=str(error))
        st.session_state[_FOUND] = known
    return known


def _objectives(found: _Found) -> list[str]:
    """The metrics that are chosen of those that the file tells of."""
    there = found.results.metrics if found.results else []
    qualities = [known.name for known in registry.load(found.supernet).task.metrics]
    usual = [name for name in (*qualities[:1], "macs") if name in there]
    chosen = st.pills(
        "Objectives",
        there,
        default=usual if len(usual) > 1 else there[:2],
        selection_mode="multi",
        format_func=lambda name: plain(metric_title(metric(name))),
        key=f"import_metrics_{found.id}_{found.supernet}",
        help="What the front is drawn of, and what an extended run optimises.",
    )
    return order_metrics(chosen or [], first=qualities)


def _report(report: ImportReport) -> None:
    """What became of the rows, before anything is made of them."""
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
            st.caption(f":material/check: {plain(report.confirmation)}")
        for sentence in report.warnings:
            st.warning(plain(sentence), icon=":material/warning:")
        for sentence in report.losses:
            st.caption(f":material/remove_circle_outline: {plain(sentence)}")
        for sentence in report.notes:
            st.caption(f":material/info: {plain(sentence)}")


def _import(name: str, found: _Found, objectives: list[str]) -> None:
    run = None
    with told_to_user():
        alone = {"workers": 1} if meters.machine_metrics(objectives, EvaluationSettings()) else {}
        record = [metric for metric in ("macs", "params") if metric not in objectives]
        config = NASConfig(
            dynas={"supernet": found.supernet, "metrics": objectives, "record": record, **alone}
        )
        if found.results:
            run = service().import_parsed_results(found.results, config, name.rpartition(".")[0])
    if run is not None:
        _close()
        navigation.open_live(run)
