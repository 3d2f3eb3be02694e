"""Writes the files of a bundle into a folder, in this process."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.analysis.number_text import number_with_unit
from engine.disk_errors import write_failure
from engine.errors import DataError, DynasError, EvaluationError
from engine.export.bundle import descriptions
from engine.export.bundle.card import model_card
from engine.export.bundle.checked_files import CheckedFile, write_parts
from engine.export.bundle.exported_network import ExportedNetwork
from engine.export.bundle.fine_tuned_weights import (
    tuned_description,
    tuned_remarks,
    use_fine_tuned_weights,
)
from engine.export.bundle.parts import find_parts
from engine.export.bundle.quality import MeasuredQuality, QualityCheck, quality_tolerance
from engine.export.bundle.request import BundleReport, BundleRequest
from engine.export.bundle.scripts import missing_scripts, scripts
from engine.export.json_text import json_text
from engine.meters.measured_network import MeasuredNetwork
from engine.requirements import Progress
from engine.sources import describe_source, is_predicted
from engine.supernets import registry
from engine.training.elastic.fine_tuning_record import FineTuned

_STEPS_OF_A_PART = 3  # writing, checking, measuring


def write_bundle(request: BundleRequest, folder: Path, progress: Progress) -> BundleReport:
    """Write the bundle into `folder`, which is emptied first.

    Raises ConfigError for an unknown part, DataError for missing weights or data or a full disk,
    and EvaluationError if not a single part can be written.
    """
    parts = find_parts(request.parts)
    subject = _subject(request)
    steps = 3 + _STEPS_OF_A_PART * len(parts)
    done = -1
    current = ""

    def report(what: str) -> None:
        nonlocal done, current
        done, current = min(done + 1, steps), what
        progress(what, done, steps)

    def on_inputs(count: int) -> None:
        progress(f"{current}: {count:,} {subject.supernet.task.data_names.items}", done, steps)

    report("Reading weights and data")
    tuned = use_fine_tuned_weights(request, subject)
    quality = QualityCheck(subject, on_inputs)
    _ = subject.network
    report("Measuring the quality of the network")
    expected = quality.measure(subject.network)
    network = ExportedNetwork(subject, list(expected.batches), request.with_preprocessing)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        checks = write_parts(network, parts, folder, quality, expected, report)
        if not checks.files:
            raise EvaluationError("\n".join(checks.problems))
        report("Measuring the quality on held-out data")
        held_out, remarks = _held_out(subject, quality)
        remarks = [
            *tuned_remarks(tuned, quality.metrics),
            *_differences(request, quality, expected, tuned is not None),
            *remarks,
            *missing_scripts(network, checks.files),
        ]
        _write_descriptions(
            request, network, (expected, held_out), checks.files, remarks, checks.problems, folder,
            tuned,
        )  # fmt: skip
    except OSError as error:
        raise DataError(write_failure(error, "the bundle", folder.parent)) from error
    files = tuple(sorted(path.name for path in folder.iterdir()))
    return BundleReport(folder, files, checks.problems, tuple(remarks))


def _subject(request: BundleRequest) -> MeasuredNetwork:
    """The sub-network under settings for float32 on the CPU; raises DataError if it cannot be."""
    settings = replace(request.config.settings, device="cpu", precision="fp32")
    supernet = registry.load(request.config.dynas.supernet).with_options(settings)
    if supernet.quality_source(settings) != "measured":
        raise DataError(
            f"Run '{request.run_name}' took its accuracy from a published predictor, which needs "
            "no weights: there is no trained network to hand over. Name weights and images: --set "
            "supernet_options.accuracy_source=measured --set supernet_options.weights_path=FILE "
            "--set task_options.dataset_path=FOLDER."
        )
    if missing := supernet.missing_requirements(settings):
        raise DataError("\n".join(missing))
    return MeasuredNetwork(supernet, request.evaluation.config, settings)


def _held_out(
    subject: MeasuredNetwork, quality: QualityCheck
) -> tuple[MeasuredQuality | None, list[str]]:
    names = subject.supernet.task.data_names
    if not names.held_out:
        return None, []
    try:
        return quality.measure(subject.network, "held out"), []
    except DynasError as error:
        return None, [f"The quality on the {names.held_out} was not measured: {error}"]


def _differences(
    request: BundleRequest, quality: QualityCheck, expected: MeasuredQuality, is_tuned: bool
) -> list[str]:
    """A sentence for each quality metric whose value here is not the one of the run."""
    evaluation, sentences = request.evaluation, []
    for metric in quality.metrics:
        shown, here = evaluation.metrics.get(metric.name), expected.values[metric.name]
        if shown is None or abs(shown - here) <= quality_tolerance(metric, here, expected.inputs):
            continue
        here_text, shown_text = (number_with_unit(value, metric.unit) for value in (here, shown))
        sentences.append(
            f"{metric.label} is {here_text} here, and {shown_text} in the run: "
            f"{_explanation(request, metric.name, is_tuned)}."
        )
    return sentences


def _explanation(request: BundleRequest, metric: str, is_tuned: bool) -> str:
    if is_tuned:
        return "the run measured the weights before they were fine-tuned"
    settings = request.config.settings
    source = request.evaluation.sources.get(metric, "")
    if is_predicted(source) or describe_source(source):
        return f"that one is {describe_source(source)}"
    if settings.precision != "fp32":
        return f"the run computed in {settings.precision}, the bundle is in fp32"
    if settings.device != "cpu":
        return f"the run computed on {settings.device}, the bundle was measured on the CPU"
    return "the weights or the data have changed since"


def _write_descriptions(
    request: BundleRequest,
    network: ExportedNetwork,
    qualities: tuple[MeasuredQuality, MeasuredQuality | None],
    files: Sequence[CheckedFile],
    remarks: Sequence[str],
    problems: Sequence[str],
    folder: Path,
    tuned: FineTuned | None,
) -> None:
    description = {
        **descriptions.network_description(request, network, files),
        **({"fine_tuned": tuned_description(tuned)} if tuned else {}),
    }
    preprocessing = descriptions.preprocessing_description(network, files)
    measured = {
        **descriptions.measured_description(request, network, *qualities, files, remarks),
        **({"fine_tuning": {"before": tuned.before, "after": tuned.after}} if tuned else {}),
    }
    texts = {"network.json": json_text(description), "measured.json": json_text(measured)}
    if preprocessing:
        texts["preprocess.json"] = json_text(preprocessing)
    if names := network.task.class_names(network.subject.settings):
        texts["classes.txt"] = "".join(f"{' '.join(name.split())}\n" for name in names)
    texts |= scripts(files, preprocessing, _gives_classes(description))
    texts["README.md"] = model_card(
        network, description, measured, preprocessing, files, problems, tuple(texts)
    )
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _gives_classes(description: Mapping[str, Any]) -> bool:
    """Whether the network has one output of a number for each class."""
    return [len(output["shape"]) for output in description["outputs"]] == [2]
