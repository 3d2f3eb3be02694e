"""The panel that makes a bundle of one or more sub-networks and hands it over."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.access import policy as access
from app.display_names import file_name
from app.downloads.archive import Archive
from app.downloads.archive_store import ArchiveKey, BundleOptions
from app.downloads.routes import archive_url
from app.formatting import escape_markdown
from app.progress import POLL_SECONDS, job_failure, job_panel
from app.session import archives, show_errors
from engine.count_text import count_text
from engine.errors import DynasError
from engine.evaluation.record import Evaluation
from engine.export.bundle.parts import BUNDLE_PARTS, PARTS
from engine.export.bundle.refusal import network_refusal
from engine.export.bundle.request import BundleRequest
from engine.runs.fine_tuning import fine_tuning_folder
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.supernets import registry
from engine.training.elastic.fine_tuning_record import FineTuned

_INCLUDED = "mean"  # in the description of a task's preprocessing: it can be part of a network


def bundle_download(
    run: str, history: RunHistory, evaluations: Sequence[Evaluation], key: str, heading: str
) -> None:
    """Draw a heading, the choice of files, the button that makes the archive, progress and link.

    The archive has a folder for each of the `evaluations`. `key` starts the keys of all widgets.
    `heading` is Markdown. A run without networks has a sentence in place of all this.
    """
    if sentence := network_refusal(history.config):
        st.caption(f":material/info: {escape_markdown(sentence)}")
        return
    st.markdown(heading)
    if reason := refusal(history, evaluations):
        st.caption(f":material/info: {escape_markdown(reason)}")
        return
    unfinished = archives().unfinished(run, _numbers(evaluations))
    poll = POLL_SECONDS if unfinished else None
    st.fragment(_panel, run_every=poll)(run, history, evaluations, key, unfinished is not None)


def configuration_note(history: RunHistory) -> str:
    """What the text of a sub-network's configuration is for, after a heading."""
    return "for your script" if network_refusal(history.config) else "text that rebuilds it here"


def refusal(history: RunHistory, evaluations: Sequence[Evaluation]) -> str:
    """Why no bundle can be made of these sub-networks, as a sentence; empty if one can."""
    failed = [f"#{evaluation.number}" for evaluation in evaluations if not evaluation.ok]
    if failed:
        return f"The evaluation of {', '.join(failed)} failed: there is no network to download."
    if (source := quality_source(history)) == "published predictor":
        return (
            f"The network itself cannot be downloaded: the quality in this run comes from a "
            f"{source}, so there are no trained weights. A run that measures quality has them."
        )
    try:
        registry.load(history.supernet_name)
    except DynasError as error:
        return f"The network cannot be downloaded while its supernet does not load. {error}"
    return ""


def _numbers(evaluations: Sequence[Evaluation]) -> tuple[int, ...]:
    return tuple(evaluation.number for evaluation in evaluations)


def _panel(
    run: str, history: RunHistory, evaluations: Sequence[Evaluation], key: str, was_running: bool
) -> None:
    numbers = _numbers(evaluations)
    unfinished = archives().unfinished(run, numbers)
    if (unfinished is not None) != was_running:
        st.rerun()  # started or ended: the page decides how often this is drawn
    options = _options(history, key, unfinished.options if unfinished else None)
    if unfinished is not None:
        if (job := archives().job(unfinished)) is not None and not job.done():
            job_panel("bundle", job, key)
        return
    archive_key = ArchiveKey(run, numbers, options, _fine_tuned(history, numbers))
    archive = archives().archive(archive_key)
    if archive is not None:
        _finished(archive, key)
        return
    job = archives().job(archive_key)
    if job is not None and (sentence := job_failure(job)):
        st.error(escape_markdown(sentence), icon=":material/error:")
    if not options.parts:
        st.caption("Choose a file or more.")
    made = "bundles" if len(numbers) > 1 else "bundle"
    if st.button(
        f"Prepare the {made}",
        key=f"{key}_make",
        icon=":material/deployed_code:",
        disabled=not options.parts,
        help="In the background: each file is checked against the measured network before it is "
        "handed over, which takes as long as a few evaluations",
    ):
        with show_errors():
            _make(archive_key, history, evaluations)
            st.rerun()


def _fine_tuned(history: RunHistory, numbers: Sequence[int]) -> tuple[float, ...]:
    """When those of the sub-networks were fine-tuned that were."""
    folders = (fine_tuning_folder(history.data_folder, history.id, number) for number in numbers)
    records = [FineTuned.read(folder) for folder in folders]
    return tuple(record.finished or 0.0 for record in records if record is not None)


def _make(key: ArchiveKey, history: RunHistory, evaluations: Sequence[Evaluation]) -> None:
    access.current().files.check_inputs(history.config)
    requests = [
        BundleRequest(
            history.config,
            evaluation,
            history.id,
            history.name,
            key.options.parts,
            key.options.with_preprocessing,
        )
        for evaluation in evaluations
    ]
    what = f"sub-network {key.numbers[0]}" if len(key.numbers) == 1 else "shortlist"
    archives().make(key, file_name(f"{history.name} {what}", "zip"), requests)


def _options(history: RunHistory, key: str, fixed: BundleOptions | None) -> BundleOptions:
    """Draw the options; `fixed` are those of a bundle that is being made."""
    chosen = st.pills(
        "Files",
        list(PARTS),
        selection_mode="multi",
        default=list(BUNDLE_PARTS),
        format_func=lambda name: PARTS[name].label,
        key=f"{key}_parts",
        disabled=fixed is not None,
        help="; ".join(f"{part.label}: for {part.purpose}" for part in PARTS.values())
        + ". Each bundle also has the preprocessing, the measured numbers and a model card.",
    )
    parts = tuple(name for name in PARTS if name in (chosen or ()))
    with_preprocessing = False
    if _describes_preprocessing(history):
        is_possible = any(PARTS[name].can_preprocess for name in parts)
        with_preprocessing = is_possible & st.checkbox(
            "Preprocessing inside the ONNX file",
            key=f"{key}_preprocessing",
            disabled=fixed is not None or not is_possible,
            help="The ONNX file then takes pixels from 0 to 255: scale, mean and standard "
            "deviation are part of it",
        )
    return fixed or BundleOptions(parts, with_preprocessing)


def _describes_preprocessing(history: RunHistory) -> bool:
    try:
        return _INCLUDED in history.supernet.task.preprocessing()
    except DynasError:  # the package is not installed: making the bundle says so
        return False


def _finished(archive: Archive, key: str) -> None:
    size = size_text(archive.size)
    with st.container(key=f"{key}_finished", gap="small"):
        st.html(
            f'<a class="dynas-download" href="{escape(archive_url(archive), quote=True)}" download '
            f'data-testid="{escape(key, quote=True)}-archive">Download the ZIP<span>{size}</span>'
            "</a>"
        )
        if len(archive.folders) > 1:
            st.caption(f"A folder for each of {count_text(len(archive.folders), 'sub-network')}.")
        for sentence in archive.problems:
            st.warning(escape_markdown(sentence), icon=":material/warning:")
        for sentence in archive.remarks:
            st.caption(f":material/info: {escape_markdown(sentence)}")


def size_text(size: int) -> str:
    """A number of bytes such as `4.1 MB`."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.0f} kB"
