"""Conversion between a configuration and the fields of the New search form.

The options of supernets, tasks, meters and clusters keep the sections of the configuration.
"""

from collections.abc import Mapping
from typing import Any

from app.forms.keys import CLUSTER, HERE
from app.forms.option_owners import SECTIONS
from engine.config import NASConfig


def form_values(config: NASConfig) -> dict[str, Any]:
    """The form's fields for `config`."""
    dynas = config.dynas
    return {
        "supernet": dynas.supernet,
        "metrics": list(dynas.metrics),
        "constraints": list(dynas.constraints),
        "record": [name for name in dynas.record if name not in dynas.metrics],
        "approach": config.approach,
        "algorithm": config.search_algorithm,
        "population": dynas.population,
        "evaluations": dynas.num_evals,
        "seed": config.search.seed,
        "deterministic": config.search.deterministic,
        "predictor": config.search.predictor,
        "stop_minutes": None if config.stop.seconds is None else config.stop.seconds / 60,
        "stop_hypervolume": config.stop.hypervolume,
        "stop_cycles": config.stop.cycles,
        "max_failures": dynas.max_failures,
        "timeout_minutes": (
            None if dynas.evaluation_timeout is None else dynas.evaluation_timeout / 60
        ),
        "confirm": dynas.confirm,
        "warm_start": dynas.warm_start,
        "place": CLUSTER if dynas.cluster else HERE,
        "cluster": dynas.cluster,
        "workers": dynas.workers,
        "worker_limit": dynas.worker_limit if dynas.cluster else None,
        "batch_size": dynas.batch_size,
        "device": dynas.device,
        "precision": dynas.precision,
        "results_csv_path": dynas.results_csv_path or "",
        "results_csv_format": dynas.results_csv_format,
        **{section: getattr(dynas, section) for section in SECTIONS},
    }


def config_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """The input of `NASConfig.from_dict` for the form's fields."""
    metrics, minutes = list(values["metrics"]), values["stop_minutes"]
    timeout = values["timeout_minutes"]
    return {
        "nas": {
            "approach": values["approach"],
            "search": {
                "search_algorithm": values["algorithm"],
                "predictor": values["predictor"],
                "seed": int(values["seed"]),
                "deterministic": bool(values["deterministic"]),
            },
            "stop": {
                "seconds": None if minutes is None else 60 * minutes,
                "hypervolume": values["stop_hypervolume"],
                "cycles": values["stop_cycles"],
            },
            "dynas": {
                "supernet": values["supernet"],
                "metrics": metrics,
                "constraints": list(values["constraints"] or []),
                "record": [name for name in values["record"] if name not in metrics],
                "population": int(values["population"]),
                "num_evals": int(values["evaluations"]),
                **_place(values),
                "batch_size": int(values["batch_size"]),
                "device": values["device"],
                "precision": values["precision"],
                "max_failures": values["max_failures"],
                "evaluation_timeout": None if timeout is None else 60 * timeout,
                "confirm": None if values["place"] == CLUSTER else values["confirm"],
                "warm_start": (values["warm_start"] or "").strip() or None,
                "results_csv_path": values["results_csv_path"].strip() or None,
                "results_csv_format": values["results_csv_format"],
                **{section: values[section] for section in SECTIONS},
            },
        }
    }


def _place(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that say where to run, and on how many workers."""
    if values["place"] != CLUSTER:
        return {"workers": int(values["workers"])}
    limit = values["worker_limit"]
    return {
        "cluster": (values["cluster"] or "").strip(),
        **({} if limit is None else {"workers": int(limit)}),
    }
