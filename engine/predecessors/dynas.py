"""DyNAS: a search with the arguments of DyNAS-T's class."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.published_settings import NO_TORCH_DISTRIBUTED
from engine.python_api.nas import NAS
from engine.results_formats import SIX_COLUMNS

_SEED = 42
_BATCH_SIZE = 128
_ALL = 1.0  # share of the validation images; a command line gives it as text

_NO_FUNCTIONS = (
    "metric_eval_fns: functions are no settings. Give them to NAS, as in "
    "NAS(config, metrics={'f1': f})."
)


def configuration(arguments: Mapping[str, Any]) -> tuple[NASConfig, str]:
    """The configuration for DyNAS-T's `arguments` with its defaults, and a notice.

    The notice is a sentence for each argument without effect; empty if there is none. Latency is
    timed with `batch_size` inputs at once. Raises ConfigError.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    if given.pop("metric_eval_fns", None):
        raise ConfigError(_NO_FUNCTIONS)
    batch_size = given.pop("batch_size", _BATCH_SIZE)
    given.setdefault("eval_batch_size", batch_size)
    if _is_number(given.get("test_fraction"), _ALL):
        del given["test_fraction"]  # which not every supernet has
    lists = (given.get("optimization_metrics"), given.get("measurements"))
    metrics = [name for names in lists if isinstance(names, list | tuple) for name in names]
    if "lat" in metrics or "latency" in metrics:
        given.setdefault("latency_batch", batch_size)
    given.setdefault("results_csv_format", SIX_COLUMNS)
    # The option `backend` of this product, which says what classifies, is another one.
    ignored = f"backend is ignored: {NO_TORCH_DISTRIBUTED}." if given.pop("backend", "") else ""
    search = {"seed": given.pop("seed", _SEED)}
    config, notice = NASConfig.read_dict({"search": search, "dynas": given})
    return config, " ".join(filter(None, (ignored, notice)))


def _is_number(value: Any, number: float) -> bool:
    """Whether a value, which may be the text of a number, is `number`."""
    try:
        return float(value) == number
    except (TypeError, ValueError, OverflowError):
        return False


class DyNAS(NAS):
    """A search as DyNAS-T's class of this name starts it: `DyNAS(...).search()`.

    `optimization_metrics` are the objectives, `measurements` further metrics to record,
    `search_tactic` is `linas`, `evolutionary` or `random`, `results_path` the CSV that is written
    during the search, with the six columns of DyNAS-T. Further arguments are those of DyNAS-T, such
    as `population`, `search_algo`, `seed`, `batch_size`, `eval_batch_size`, `supernet_ckpt_path`,
    `device` and `test_fraction`, and every setting of the section `dynas`. An argument that has no
    effect here is named in a warning. `config` is the NASConfig that the arguments make. Runs are
    kept in `data_dir`, as by `NAS`.

    Raises ConfigError for arguments that are wrong, unknown or contradict each other.

    >>> from dynas_studio import DyNAS
    >>> agent = DyNAS("ofa_mbv3_fashion_d234_e346_k357", "results.csv", ["accuracy_top1", "macs"],
    ...               ["params"], search_tactic="linas", num_evals=12, population=8)
    >>> agent.config.dynas.metrics
    ['acc', 'macs']
    """

    def __init__(
        self,
        supernet: str,
        results_path: str,
        optimization_metrics: Sequence[str],
        measurements: Sequence[str],
        search_tactic: str = "linas",
        num_evals: int = 250,
        dataset_path: str | None = None,
        *,
        data_dir: str | Path | None = None,
        **others: Any,
    ) -> None:
        config, notice = configuration(
            {
                "supernet": supernet,
                "results_path": results_path,
                "optimization_metrics": optimization_metrics,
                "measurements": measurements,
                "search_tactic": search_tactic,
                "num_evals": num_evals,
                "dataset_path": dataset_path,
                **others,
            }
        )
        if notice:
            warnings.warn(notice, UserWarning, stacklevel=2)
        super().__init__(config, data_dir)
