"""One sub-network as JSON, YAML or Python: enough to rebuild exactly what was measured."""

from typing import Any

import yaml

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.export.json_text import json_text
from engine.meters.registry import holds_for_a_machine
from engine.metrics import find, plain
from engine.sources import calibrated, predicted, words


def to_dict(config: NASConfig, evaluation: Evaluation) -> dict[str, Any]:
    """Supernet, its options, config and metrics, each metric with its unit and source.

    `options` are those of the supernet and its task that are not the defaults; not there if none.
    """
    options = _options(config)
    return {
        "supernet": config.dynas.supernet,
        **({"options": options} if options else {}),
        "config": dict(evaluation.config),
        "metrics": {
            name: {
                "value": plain(name, value),
                "unit": known.unit if (known := find(name)) else "",
                "source": evaluation.sources.get(name, ""),
                **_calibration(name, evaluation),
                **_timed_on(name, evaluation),
            }
            for name, value in evaluation.metrics.items()
        },
    }


def _calibration(name: str, evaluation: Evaluation) -> dict[str, float | bool]:
    """Of a prediction, whether it was calibrated, and what it was before."""
    source = evaluation.sources.get(name, "")
    told: dict[str, float | bool] = {}
    if predicted(source):
        told["calibrated"] = calibrated(source)
    if name in evaluation.uncalibrated:
        told["uncalibrated"] = evaluation.uncalibrated[name]
    return told


def _timed_on(name: str, evaluation: Evaluation) -> dict[str, Any]:
    known = evaluation.conditions and holds_for_a_machine(name)
    return {"timed_on": dict(evaluation.conditions)} if known else {}


def _comments(evaluation: Evaluation) -> str:
    """A line of comment for each number that was not measured."""
    lines = []
    for name, value in evaluation.metrics.items():
        unit = known.unit if (known := find(name)) else ""
        if said := words(evaluation.sources.get(name, "")):
            lines.append(f"# {name} = {plain(name, value)} {unit}, {said}")
    return "".join(f"{line}\n" for line in lines)


def to_json(config: NASConfig, evaluation: Evaluation) -> str:
    """`to_dict` as indented JSON, a list of genes on one line."""
    return json_text(to_dict(config, evaluation))


def to_yaml(config: NASConfig, evaluation: Evaluation) -> str:
    """`to_dict` as YAML."""
    data = to_dict(config, evaluation)
    return str(yaml.safe_dump(data, sort_keys=False, default_flow_style=None))


def to_python(config: NASConfig, evaluation: Evaluation) -> str:
    """Lines that rebuild the sub-network with its weights as a torch module.

    Comments above them name the numbers that were not measured.
    """
    groups = ",\n".join(f"    {name!r}: {v}" for name, v in evaluation.config.items())
    options = _options(config)
    settings = ", ".join(f"{owner}={values!r}" for owner, values in options.items())
    imported = "EvaluationSettings, load_supernet" if options else "load_supernet"
    given = f", EvaluationSettings({settings})" if options else ""
    return (
        f"{_comments(evaluation)}"
        f"from dynas_studio import {imported}\n\n"
        f"supernet = load_supernet({config.dynas.supernet!r})\n"
        f"network = supernet.subnetwork({{\n{groups},\n}}{given})\n"
    )


def _options(config: NASConfig) -> dict[str, dict[str, Any]]:
    """Options of the supernet and its task that are not the defaults, by who they belong to.

    Plain data, by the argument of `EvaluationSettings` that takes them; empty ones are left out.
    """
    dynas = config.dynas
    found = {"supernet": dict(dynas.supernet_options), "task": dict(dynas.task_options)}
    return {owner: values for owner, values in found.items() if values}
