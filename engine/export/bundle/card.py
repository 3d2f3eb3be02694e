"""The model card of a bundle: `README.md`."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.analysis.number_text import number_with_unit
from engine.count_text import count_text
from engine.export.bundle.checked_files import CheckedFile
from engine.export.bundle.descriptions import module_inputs
from engine.export.bundle.exported_network import ExportedNetwork
from engine.export.bundle.loading_code import loading_sections
from engine.meters.conditions import describe_conditions, describe_quality_conditions
from engine.metrics import find_metric
from engine.sources import describe_source

_NOT_STATED = "Not stated."
_FILES = {
    "run.py": "classifies images; needs onnxruntime, numpy and Pillow only",
    "measure.py": "times the network on the machine it is carried to; needs onnxruntime and numpy",
    "preprocess.json": "how raw inputs become those of the network",
    "classes.txt": "the names of the classes, in the order of the outputs",
    "network.json": "configuration, genotype, supernet, run, inputs and outputs, versions",
    "measured.json": "every number on this page, and more",
}


def model_card(
    network: ExportedNetwork,
    description: Mapping[str, Any],
    measured: Mapping[str, Any],
    preprocessing: Mapping[str, Any],
    files: Sequence[CheckedFile],
    problems: Sequence[str],
    others: Sequence[str],
) -> str:
    """The card as Markdown; `others` are the names of the files besides the model files."""
    supernet = network.subject.supernet
    sections = [
        f"# {network.title}",
        _origin(network, description),
        _bullets(measured["remarks"]),
        "## Files\n\n" + _file_table(files, others) + _bullets(problems, "\n\n"),
        "## Quality\n\n" + _quality_table(network, measured),
        _fine_tuning(network, description),
        "## Other metrics\n\n"
        + _metric_table(measured, set(measured["quality"]["validation"]["network"])),
        "## Checks\n\n" + _parity(network, files),
        "## Preprocessing\n\n" + _preprocessing(preprocessing),
        "## How to load it\n\n"
        + loading_sections(description, module_inputs(network), files, others),
        "## Configuration\n\n" + _configuration(description),
        "## Licence\n\n"
        f"- Weights: {supernet.licence or _NOT_STATED}\n"
        f"- Data: {network.task.licence or _NOT_STATED}",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _origin(network: ExportedNetwork, description: Mapping[str, Any]) -> str:
    supernet, run = network.subject.supernet, description["run"]
    return (
        f"{supernet.description or supernet.title}\n\n"
        f"Evaluation {description['evaluation']} of the run {_code(run['name'])} "
        f"({_code(run['id'])}), a neural architecture search with DyNAS Studio. The weights are "
        "those of the supernet, with normalisation statistics that were recomputed for this "
        f"sub-network. {_further_training(description)}"
    )


def _further_training(description: Mapping[str, Any]) -> str:
    if tuned := description.get("fine_tuned"):
        return f"From these on, it has been fine-tuned for {count_text(tuned['steps'], 'step')}."
    return "It has not been trained further."


def _fine_tuning(network: ExportedNetwork, description: Mapping[str, Any]) -> str:
    """The section on what fine-tuning has brought; empty for shared weights."""
    tuned = description.get("fine_tuned")
    if not tuned:
        return ""
    before, rows = tuned["before"], []
    for metric in network.task.metrics:
        for part, after in tuned["after"].items():
            if metric.name in after and metric.name in before.get(part, {}):
                ends = (before[part][metric.name], after[metric.name])
                values = [number_with_unit(value, metric.unit) for value in ends]
                rows.append([metric.label, part, *values])
    return "## Fine-tuning\n\n" + _table(["metric", "data", "before", "after"], rows)


def _bullets(sentences: Sequence[str], before: str = "") -> str:
    return before + "\n".join(f"- {sentence}" for sentence in sentences) if sentences else ""


def _code(text: str) -> str:
    return f"`{' '.join(str(text).replace('`', chr(39)).split())}`"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in lines)


def _file_table(files: Sequence[CheckedFile], others: Sequence[str]) -> str:
    rows = []
    for file in files:
        names = ", ".join(map(_code, file.part.files))
        rows.append([names, f"for {file.part.purpose}", f"{file.size / 1e6:.2f} MB"])
    rows += [[_code(name), _FILES[name], ""] for name in others if name in _FILES]
    return _table(["file", "what", "size"], rows)


def _quality_table(network: ExportedNetwork, measured: Mapping[str, Any]) -> str:
    quality, names = measured["quality"], network.task.data_names
    rows = []
    for metric in network.task.metrics:
        for part, data in (("validation", names.validation), ("held_out", names.held_out)):
            for what, values in quality.get(part, {}).items():
                if what == "inputs" or metric.name not in values:
                    continue
                subject = "the network" if what == "network" else _code(what)
                count = quality[part]["inputs"]
                value = number_with_unit(values[metric.name], metric.unit)
                rows.append([metric.label, f"{count:,} {data}", subject, value])
    in_int8 = [_code(name) for name in quality["validation"] if ".int8." in name]
    exception = f", {in_int8[0]} in int8" if in_int8 else ""
    note = f"Measured when this bundle was written, on the CPU in float32{exception}."
    if runtime := describe_quality_conditions(quality["measured_with"]):
        note += f" The network was run by {runtime}."
    if network.task.origin:
        note += f" {network.task.origin}"
    return f"{_table(['metric', 'data', 'of', 'value'], rows)}\n\n{note}"


def _metric_table(measured: Mapping[str, Any], quality_names: set[str]) -> str:
    rows = []
    for name, entry in measured["metrics"].items():
        source = describe_source(entry["source"]) or entry["source"]
        if name in quality_names:
            source = f"{source}, in the run" if source else "in the run"
        timed_on = describe_conditions(entry.get("timed_on", {}))
        measured_with = describe_quality_conditions(entry.get("measured_with", {}))
        source = "; ".join(filter(None, (source, timed_on, measured_with)))
        metric = find_metric(name)
        label = metric.label if metric else name
        value, unit = entry["value"], entry["unit"]
        text = f"{value:,} {unit}" if isinstance(value, int) else number_with_unit(value, unit)
        rows.append([f"{label} ({_code(name)})", text, source])
    return _table(["metric", "value", "source"], rows)


def _parity(network: ExportedNetwork, files: Sequence[CheckedFile]) -> str:
    rows = []
    for file in files:
        parity = file.parity
        equal = f"{parity.top1_equal} of {parity.top1_of}" if parity.top1_of else "–"
        rows.append([_code(file.name), f"{parity.max_abs_difference:.2g}", equal])
    items = network.task.data_names.items
    real = f"real {items} of the validation data" if network.has_real_inputs else "made-up inputs"
    count = files[0].parity.inputs
    return (
        f"{_table(['file', 'largest difference of an output', 'equal top-1'], rows)}\n\n"
        f"Each file was read back and compared with the network on {count} {real}, in batches of "
        f"different sizes.{_lengths(network, files)}"
    )


def _lengths(network: ExportedNetwork, files: Sequence[CheckedFile]) -> str:
    """A sentence on the files that take sequences of any length; empty without one."""
    if not (names := [_code(file.name) for file in files if file.any_length]):
        return ""
    return (
        f" {' and '.join(names)} {'take' if len(names) > 1 else 'takes'} sequences of other "
        f"lengths than {network.sequence_length} too: the comparison includes half of it."
    )


def _preprocessing(words: Mapping[str, Any]) -> str:
    if not words:
        return "The task does not describe it: the inputs are those of the supernet's own data."
    sentences = []
    if "size" in words:
        channels = {1: "grey ", 3: "RGB "}.get(words.get("channels", 0), "")
        crop = f", cut out by a {words['crop']}" if words.get("crop") else ""
        side = words["size"]
        sentences.append(f"Inputs are {channels}images of {side} x {side} pixels{crop}.")
    if {"scale", "mean", "std"} <= set(words):
        inside = words.get("inside")
        step = (
            f"A pixel from 0 to 255 is multiplied by {words['scale']:.8g}; then the mean "
            f"{words['mean']} is subtracted and the result divided by the deviation "
            f"{words['std']}, channel by channel."
        )
        sentences.append(step)
        if inside:
            names = " and ".join(map(_code, inside))
            does = (
                "do this themselves: they take" if len(inside) > 1 else "does this itself: it takes"
            )
            sentences.append(f"{names} {does} pixels (uint8) as they are.")
    if "layout" in words:
        sentences.append(f"The axes of a batch are {words['layout']}.")
    sentences.append("`preprocess.json` has the numbers.")
    return " ".join(sentences)


def _configuration(description: Mapping[str, Any]) -> str:
    groups = "\n".join(f"- {_code(name)}: {value}" for name, value in description["config"].items())
    supernet, digest = _code(description["supernet"]), _code(description["weights"][:16])
    return f"Supernet {supernet}, weights {digest}.\n\n{groups}"
