"""Sub-network: one measured sub-network, and the files that rebuild it."""

from functools import partial
from html import escape

import streamlit as st

from app import navigation, subnetwork_panel, url_parameters
from app.decide.shortlist import shortlist_button
from app.diagrams.genes import gene_rows
from app.display_names import file_name, name_markdown
from app.downloads.panel import bundle_download, configuration_note
from app.evaluation_note import note_panel
from app.fine_tuning import can_be_fine_tuned, fine_tuning_panel
from app.formatting import escape_markdown
from app.progress import progress_panel
from app.run_links import run_links
from app.run_picker import empty_run_panel, no_measurements_text, run_to_show, show_run_errors
from app.selection import last_selected_number
from app.session import jobs, opened_run, service, show_errors
from engine.analysis.confirmation_text import confirmed_text
from engine.analysis.number_text import metric_value
from engine.errors import DynasError
from engine.evaluation.record import Evaluation
from engine.export.bundle.refusal import network_refusal
from engine.export.formats import SUBNETWORK_FORMATS
from engine.export.table import run_csv
from engine.runs.held_out import HeldOutData, held_out_data
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.tasks.base import DataNames

_POLL = 0.5
_OUTPUT_HEIGHT = 260  # pixels of the output of a worker
_NUMBER = "n"  # in the address


def render() -> None:
    """Draw the page."""
    sentence = "Set up a search; each sub-network it measures has its page here."
    run = run_to_show("subnetwork", "Sub-network", sentence, service().list())
    if run is None:
        return
    with show_run_errors("subnetwork", run), opened_run(run) as history:
        number = _number(run, history)
        if number is None:
            with st.container(horizontal=True):
                st.title("Sub-network", anchor=False)
            empty_run_panel("subnetwork", _missing_text(history), run)
            return
        url_parameters.set_parameter(_NUMBER, number)
        _header(run, history, number)
        _body(run, history, history.evaluations[number - 1])


def _number(run: str, history: RunHistory) -> int | None:
    """The number in the address, else the selected one, else the best of the front.

    None if the run has no such sub-network, or none at all.
    """
    count = len(history.evaluations)
    if url_parameters.text_parameter(_NUMBER):
        return url_parameters.int_parameter(_NUMBER, 1, count)
    last = last_selected_number(run)
    if last is not None and last <= count:
        return last
    front = history.front()
    if front:
        first = history.objectives[0]
        return min(front, key=lambda e: first.sign * e.metrics[first.name]).number
    return None


def _missing_text(history: RunHistory) -> str:
    count = len(history.evaluations)
    if not count or not url_parameters.text_parameter(_NUMBER):
        return no_measurements_text(history.summary().state)
    return (
        f"**The address names a sub-network that is not in this run.** Numbers go from 1 to "
        f"{count:,}."
    )


def _header(run: str, history: RunHistory, number: int) -> None:
    front = [evaluation.number for evaluation in history.front()]
    index = front.index(number) if number in front else None
    title, buttons = st.columns([0.42, 0.58], vertical_alignment="center")
    with title:
        position = (
            f"on the front, {index + 1} of {len(front)}"
            if index is not None
            else "not on the front"
        )
        with st.container(horizontal=True):  # as on the other pages: without a margin of its own
            st.title(f"Sub-network #{number}", anchor=False)
        st.caption(f"Of the run **{name_markdown(history.summary().name)}** · {position}")
    with buttons, st.container(horizontal=True, horizontal_alignment="right"):
        previous_number = front[index - 1] if index is not None and index > 0 else None
        next_number = front[index + 1] if index is not None and index + 1 < len(front) else None
        _step_button(
            "Previous on the front",
            "subnetwork_previous",
            ":material/chevron_left:",
            previous_number,
        )
        _step_button(
            "Next on the front", "subnetwork_next", ":material/chevron_right:", next_number
        )
        shortlist_button(run, history.evaluations[number - 1], "subnetwork_shortlist")
        run_links("subnetwork", run, number)


def _step_button(label: str, key: str, icon: str, number: int | None) -> None:
    if st.button("", key=key, icon=icon, help=label, disabled=number is None):
        url_parameters.set_parameter(_NUMBER, number)
        st.rerun()


def _body(run: str, history: RunHistory, evaluation: Evaluation) -> None:
    left, right = st.columns([0.54, 0.46], gap="large")
    with left:
        if not evaluation.ok:
            st.error(
                f"This evaluation failed: {escape_markdown(evaluation.reason)}",
                icon=":material/error:",
            )
            subnetwork_panel.worker_output(evaluation, _OUTPUT_HEIGHT)
        with st.container(border=True, key="subnetwork_metrics"):
            confirmed = partial(confirmed_text, history, evaluation)
            rows = subnetwork_panel.metric_rows(evaluation, history.config, confirmed)
            conditions = subnetwork_panel.conditions_html(evaluation)
            st.html(subnetwork_panel.metrics_html(rows) + conditions)
            has_network = not network_refusal(history.config)
            if evaluation.ok and has_network and quality_source(history) == "measured":
                _held_out_quality(run, history, evaluation)
        note_panel(run, history, evaluation.number, "subnetwork")
        architecture = subnetwork_panel.architecture(history.supernet_name, evaluation)
        title = "Architecture" if has_network else "Choices"
        st.markdown(f"**{title}** · {architecture.legend}")
        subnetwork_panel.diagram(architecture, evaluation, f"diagram_{run}")
        genes = st.expander("Genes as a table", key="subnetwork_genes", on_change="rerun")
        if genes.open:
            with genes:
                st.dataframe(genes_table(history.supernet_name, evaluation), hide_index=True)
    with right:
        if evaluation.ok and can_be_fine_tuned(history):
            with st.container(border=True, key="subnetwork_fine_tuning"), show_errors():
                fine_tuning_panel(run, [evaluation], "subnetwork_finetune")
        _downloads(run, history, evaluation)


def genes_table(supernet_name: str, evaluation: Evaluation) -> list[dict[str, object]]:
    """A row for each kind of gene with its values; for each group if the supernet is missing."""
    try:
        rows = gene_rows(subnetwork_panel.supernet(supernet_name).space, evaluation.config)
    except DynasError:
        return [
            {"Gene": group, "Values": " ".join(map(str, values))}
            for group, values in evaluation.config.items()
            if values is not None
        ]
    return [{"Gene": row.name, "Values": row.values} for row in rows]


def _downloads(run: str, history: RunHistory, evaluation: Evaluation) -> None:
    config = history.config
    with st.container(border=True, key="subnetwork_bundle"):
        heading = "**Download the network** · files that other programs load"
        bundle_download(run, history, [evaluation], "subnetwork_bundle", heading)
    st.markdown(f"**Download its configuration** · {configuration_note(history)}")
    tabs = st.tabs([entry.label for entry in SUBNETWORK_FORMATS])
    for tab, entry in zip(tabs, SUBNETWORK_FORMATS, strict=True):
        with tab:
            st.code(entry.write(config, evaluation), language=entry.name, height=300)
            subnetwork_panel.download_button(entry, config, evaluation, "subnetwork_download")
    st.download_button(
        "Whole run as CSV",
        lambda: run_csv(history),
        file_name(history.summary().name, "csv"),
        "text/csv",
        key="subnetwork_run_csv",
        icon=":material/table:",
        on_click="ignore",
    )


def _held_out_quality(run: str, history: RunHistory, evaluation: Evaluation) -> None:
    data = held_out_data(history.supernet_name)
    if data is None:
        return  # the diagram reports the missing package
    if not data.is_available:
        st.caption("Its task has no held-out data for a final test.")
        return
    try:
        quality = service().cached_held_out_quality(run, evaluation.number)
    except DynasError as error:  # such as missing weights: the page can still be drawn
        _requirements_note(str(error), data.words)
        return
    job = jobs().get(("test", run, evaluation.number))
    is_running = quality is None and job is not None and not job.done()
    seconds = _POLL if is_running else None
    st.fragment(_test_panel, run_every=seconds)(run, evaluation.number, is_running, data)


def _requirements_note(sentence: str, words: DataNames) -> None:
    st.info(
        escape_markdown(f"Not ready to measure on the {words.held_out}. {sentence}"),
        icon=":material/info:",
    )
    if st.button(
        "Supernets & data",
        key="subnetwork_supply",
        icon=":material/database:",
        help="Download the weights or say where they are",
    ):
        navigation.open_supernets()


def _test_panel(run: str, number: int, was_running: bool, data: HeldOutData) -> None:
    quality = service().cached_held_out_quality(run, number)
    if quality is not None:
        if was_running:
            st.rerun()
        description = escape(data.held_out_quality.description, quote=True)
        st.html(
            '<dl class="dynas-metrics" data-testid="held-out-quality">'
            f"<dt>{escape(data.quality.label)}</dt><dd>{metric_value(data.quality.name, quality)}"
            f'<span class="dynas-badge" title="{description}">'
            "held out</span></dd></dl>"
        )
        return
    key, engine = ("test", run, number), service()
    job = jobs().get(key)
    if job is not None and not job.done():
        progress_panel(key, "subnetwork_test")
        return
    if job is not None and (error := job.exception()) is not None:
        text = (
            escape_markdown(str(error))
            if isinstance(error, DynasError)
            else "The measurement failed."
        )
        st.error(text, icon=":material/error:")
    if st.button(
        f"Measure on the {escape_markdown(data.words.held_out)}",
        key="subnetwork_measure",
        icon=":material/science:",
        help=f"The search has optimised on the {escape_markdown(data.words.validation)} and never "
        f"seen the {escape_markdown(data.words.held_out)}: measure only the few sub-networks of "
        "your final choice on them.",
    ):
        jobs().submit_with_progress(
            key, lambda job: engine.held_out_quality(run, number, job.cancelled)
        )
        st.rerun()
