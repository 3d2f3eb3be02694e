"""One sub-network as JSON, YAML or Python, with everything that rebuilds it."""

from typing import Any

import yaml

from engine.config import NASConfig
from engine.evaluation.quality_conditions import measured_with
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import evaluation_error, rounded
from engine.export.bundle.refusal import network_refusal
from engine.export.json_text import json_text
from engine.meters.registry import is_machine_specific
from engine.metrics import exported_value, find_metric
from engine.sources import describe_source, is_calibrated, is_predicted


def to_dict(config: NASConfig, evaluation: Evaluation) -> dict[str, Any]:
    """Supernet, its options, config and metrics, each metric with its unit and source.

    `options` are the non-default ones of the supernet and its task; absent if there are none.
    """
    options = _options(config)
    return {
        "supernet": config.dynas.supernet,
        **({"options": options} if options else {}),
        "config": dict(evaluation.config),
        "metrics": {
            name: {
                "value": exported_value(name, value),
                "unit": metric.unit if (metric := find_metric(name)) else "",
                "source": evaluation.sources.get(name, ""),
                **_error(name, evaluation),
                **_calibration(name, evaluation),
                **_conditions(name, evaluation),
            }
            for name, value in evaluation.metrics.items()
        },
    }


def _error(name: str, evaluation: Evaluation) -> dict[str, Any]:
    """The standard error of a share, where it is known."""
    error = evaluation_error(name, evaluation)
    return {} if error is None else {"standard_error": rounded(error)}


def _calibration(name: str, evaluation: Evaluation) -> dict[str, float | bool]:
    """Whether a predicted metric was calibrated, and its value before."""
    source = evaluation.sources.get(name, "")
    calibration: dict[str, float | bool] = {}
    if is_predicted(source):
        calibration["calibrated"] = is_calibrated(source)
    if name in evaluation.uncalibrated:
        calibration["uncalibrated"] = evaluation.uncalibrated[name]
    return calibration


def _conditions(name: str, evaluation: Evaluation) -> dict[str, Any]:
    """What a latency was timed on, or a quality was measured with; empty if that is unknown."""
    if name in evaluation.imported_conditions:
        return {"timed_on": dict(evaluation.imported_conditions[name])}
    if is_machine_specific(name):
        return {"timed_on": dict(evaluation.conditions)} if evaluation.conditions else {}
    conditions = measured_with(name, evaluation)
    return {"measured_with": conditions} if conditions else {}


def _comments(evaluation: Evaluation) -> str:
    """A comment line for each metric that was not measured."""
    lines = []
    for name, value in evaluation.metrics.items():
        unit = metric.unit if (metric := find_metric(name)) else ""
        if source_words := describe_source(evaluation.sources.get(name, "")):
            lines.append(f"# {name} = {exported_value(name, value)} {unit}, {source_words}")
    return "".join(f"{line}\n" for line in lines)


def to_json(config: NASConfig, evaluation: Evaluation) -> str:
    """`to_dict` as indented JSON, a list of genes on one line."""
    return json_text(to_dict(config, evaluation))


def to_yaml(config: NASConfig, evaluation: Evaluation) -> str:
    """`to_dict` as YAML."""
    data = to_dict(config, evaluation)
    return str(yaml.safe_dump(data, sort_keys=False, default_flow_style=None))


def to_python(config: NASConfig, evaluation: Evaluation) -> str:
    """Code that rebuilds the sub-network with its weights as a torch module.

    Comments above it name the metrics that were not measured. Of a run without networks, it is the
    config alone, with a comment that says why.
    """
    groups = ",\n".join(f"    {name!r}: {v!r}" for name, v in evaluation.config.items())
    if reason := network_refusal(config):
        return f"{_comments(evaluation)}# {reason}\nconfig = {{\n{groups},\n}}\n"
    options = _options(config)
    settings = ", ".join(f"{owner}={values!r}" for owner, values in options.items())
    names = "EvaluationSettings, load_supernet" if options else "load_supernet"
    settings_argument = f", EvaluationSettings({settings})" if options else ""
    return (
        f"{_comments(evaluation)}"
        f"from dynas_studio import {names}\n\n"
        f"supernet = load_supernet({config.dynas.supernet!r})\n"
        f"network = supernet.subnetwork({{\n{groups},\n}}{settings_argument})\n"
    )


def _options(config: NASConfig) -> dict[str, dict[str, Any]]:
    """The non-default options of the supernet and its task, by their owner.

    Plain data, by the argument of `EvaluationSettings` that takes them; empty ones are left out.
    """
    dynas = config.dynas
    options = {"supernet": dict(dynas.supernet_options), "task": dict(dynas.task_options)}
    return {owner: values for owner, values in options.items() if values}
