"""The fields of the New search form from a configuration, and the configuration from the fields."""

from collections.abc import Mapping
from typing import Any

from engine.config import DynasSection, NASConfig
from engine.requirements import QualitySource
from engine.supernets.predictor_calibration import Calibration

PUBLISHED: QualitySource = "published predictor"


def values_of(config: NASConfig) -> dict[str, Any]:
    """The form's fields as they stand for `config`."""
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
        "warm_start": dynas.warm_start,
        "workers": dynas.workers,
        "batch_size": dynas.batch_size,
        "device": dynas.device,
        "precision": dynas.precision,
        "latency_batch": dynas.latency_batch,
        "threads": dynas.threads,
        "latency_table": dynas.latency_table or "",
        "dataset_path": dynas.dataset_path or "",
        "accuracy_source": dynas.accuracy_source,
        "weights_path": dynas.weights_path or "",
        "predictor_path": dynas.predictor_path or "",
        "calibrate": dynas.calibrate,
        "calibration_path": dynas.calibration_path or "",
        "calibration": _kept_with(dynas),
        "test_fraction": dynas.test_fraction,
        "results_csv_path": dynas.results_csv_path or "",
    }


def config_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """What `NASConfig.from_dict` reads, from the form's fields."""
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
                "workers": int(values["workers"]),
                "batch_size": int(values["batch_size"]),
                "device": values["device"],
                "precision": values["precision"],
                "latency_batch": int(values["latency_batch"]),
                "threads": values["threads"],
                "latency_table": values["latency_table"].strip() or None,
                "max_failures": values["max_failures"],
                "evaluation_timeout": None if timeout is None else 60 * timeout,
                "warm_start": (values["warm_start"] or "").strip() or None,
                "dataset_path": values["dataset_path"].strip() or None,
                "accuracy_source": values["accuracy_source"],
                "weights_path": values["weights_path"].strip() or None,
                "predictor_path": values["predictor_path"].strip() or None,
                "calibrate": bool(values["calibrate"]),
                "calibration_path": values["calibration_path"].strip() or None
                if calibrates(values)
                else None,
                "calibration": kept_calibration(values),
                "test_fraction": float(values["test_fraction"]),
                "results_csv_path": values["results_csv_path"].strip() or None,
            },
        }
    }


def calibrates(values: Mapping[str, Any]) -> bool:
    """Whether there is a predictor, and it is to be calibrated."""
    return bool(values["calibrate"]) and values["accuracy_source"] == PUBLISHED


def kept_calibration(values: Mapping[str, Any]) -> Calibration | None:
    """The line that a YAML brought, as long as nothing else is to calibrate the predictor.

    It has no field. It holds for the predictor of one supernet: with another one it is left out.
    """
    if (
        values["calibration"] is None
        or not calibrates(values)
        or values["calibration_path"].strip()
    ):
        return None
    supernet, predictor, line = values["calibration"]
    there = (values["supernet"], values["predictor_path"].strip())
    return line if there == (supernet, predictor) else None


def _kept_with(dynas: DynasSection) -> tuple[str, str, Calibration] | None:
    """The line of a configuration and what it holds for."""
    line = dynas.calibration
    return None if line is None else (dynas.supernet, dynas.predictor_path or "", line)
