"""Settings by the names that Neural Compressor and DyNAS-T published.

A published name stands for a setting of this product, or is accepted without effect, with a
sentence on what happens instead. Names of options are in `engine.former_options`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from engine.basic_settings import is_basic
from engine.errors import ConfigError
from engine.quoting import quoted
from engine.setting_errors import Locator, SettingPath

_BATCH_SIZE = ("dynas", "batch_size")
_ALGORITHM = ("search", "search_algorithm")

MOVED: Mapping[SettingPath, SettingPath] = {
    ("seed",): ("search", "seed"),
    ("search_algorithm",): _ALGORITHM,
    ("search_algo",): _ALGORITHM,
    ("search_space",): ("search", "search_space"),
    ("higher_is_better",): ("search", "higher_is_better"),
    ("max_trials",): ("search", "max_trials"),
    ("metrics",): ("dynas", "metrics"),
    ("search_tactic",): ("approach",),
    ("dynas", "search_algo"): _ALGORITHM,
    ("dynas", "search_tactic"): ("approach",),
    ("dynas", "results_path"): ("dynas", "results_csv_path"),
    ("dynas", "optimization_metrics"): ("dynas", "metrics"),
    ("dynas", "measurements"): ("dynas", "record"),
    ("dynas", "eval_batch_size"): _BATCH_SIZE,
}
"""The present path of a setting by its published one, both below the key `nas`."""

_NO_LOADING = (
    "images are decoded once and kept, so that no processes load them. workers sets how many "
    "sub-networks are measured at the same time"
)
_ONE_MACHINE = (
    "a search runs on this machine. workers sets how many sub-networks are measured at the same "
    "time"
)
NO_TORCH_DISTRIBUTED = "the processes of a search do not use torch.distributed"

IGNORED: Mapping[str, str] = {
    "num_workers": _NO_LOADING,
    "dataloader_workers": _NO_LOADING,
    "distributed": _ONE_MACHINE,
    "dist_timeout": f"{NO_TORCH_DISTRIBUTED}. evaluation_timeout limits a single measurement",
    "local_rank": NO_TORCH_DISTRIBUTED,
    "verbose": "progress is always shown, and the run keeps every evaluation",
    "test_size": "test_fraction sets the share of the validation images that is used",
    "mp_calibration_samples": "the metrics in int8 have calibration inputs of their own",
}
"""Published settings of the section `dynas` without effect, and what happens instead."""

_OF_BASIC: Mapping[str, str] = {
    "metrics": "the metrics of a search on a supernet stand in dynas.metrics",
    "higher_is_better": "every metric has its own direction",
    "max_trials": "num_evals is the budget of a search on a supernet",
}
"""Published settings of the section `search` that only the approach `basic` has."""

_EVALUATION_BATCH = (
    "batch_size {value} is replaced by eval_batch_size, the batch of the quality measurement. Set "
    "latency_batch for the batch that latency is timed with."
)


class Translation(NamedTuple):
    """Settings by their present names.

    `notices` are sentences on settings without effect. `written` has the path that the user wrote
    by the present one.
    """

    settings: dict[str, Any]
    notices: list[str]
    written: dict[SettingPath, SettingPath]

    def as_written(self, path: Sequence[int | str]) -> SettingPath:
        """The path of a setting, or of a part of its value, with the name that the user wrote."""
        for length in range(len(path), 0, -1):
            if (written := self.written.get(tuple(path[:length]))) is not None:
                return (*written, *path[length:])
        return tuple(path)


def translate(data: Mapping[str, Any], locate: Locator = lambda path: "") -> Translation:
    """Translate the plain settings below `nas`; what is not published stays as it is.

    None stands for a published setting that is left out. Raises ConfigError if a setting is given
    by two names with two values; `locate` begins the message.
    """
    settings = {key: _copied(value) for key, value in data.items()}
    notices, written = [], {}
    if settings.get("approach", "") is None:
        del settings["approach"]
    for old, new in MOVED.items():
        value = _pop(settings, old)
        if value is None:
            continue
        previous = _get(settings, new)
        if old == ("dynas", "eval_batch_size"):
            notices.append(batch_notice(previous, value))
        elif previous not in (None, value):
            raise ConfigError(
                f"{locate(old)}{dotted(old)}: given twice: as {dotted(old)} and as {dotted(new)}. "
                "Leave one of them out."
            )
        if _set(settings, new, value):
            written[new] = old
    notices += _drop_ignored(settings)
    return Translation(settings, [notice for notice in notices if notice], written)


def dotted(path: SettingPath) -> str:
    """A path in words, such as `search.seed`."""
    return ".".join(map(str, path))


def names(section: str) -> list[str]:
    """The published names of settings in a section such as `dynas`."""
    moved = [str(path[-1]) for path in MOVED if path[:-1] == (section,)]
    return [*moved, *(IGNORED if section == "dynas" else ())]


def ignored_notice(name: str, value: Any) -> str:
    """A sentence on a setting of `IGNORED`; empty for a value that asks for nothing."""
    return "" if value in (None, False) else f"{name} is ignored: {IGNORED[name]}."


def without_effect(settings: Sequence[str], reason: str) -> str:
    """A sentence on settings without effect, such as `a and b have no effect: …`."""
    listed = " and ".join([", ".join(settings[:-1]), settings[-1]]) if settings[1:] else settings[0]
    return f"{listed} {'have' if settings[1:] else 'has'} no effect: {reason}."


def with_search_settings(data: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """`data` with the settings in `given` that are not empty in its section `search`."""
    merged = {key: _copied(value) for key, value in data.items()}
    for name, value in given.items():
        if value is not None and value != () and value != []:
            _set(merged, ("search", name), value)
    return merged


def batch_notice(batch_size: Any, eval_batch_size: Any) -> str:
    """A sentence on a `batch_size` that `eval_batch_size` replaces; empty if they agree."""
    if batch_size in (None, eval_batch_size):
        return ""
    return _EVALUATION_BATCH.format(value=quoted(batch_size, 20))


def _drop_ignored(settings: dict[str, Any]) -> list[str]:
    """Remove settings without effect; returns a sentence for each."""
    notices = []
    for section in (settings, settings.get("dynas")):
        if isinstance(section, dict):
            given = [name for name in IGNORED if name in section]
            notices += [ignored_notice(name, section.pop(name)) for name in given]
    search = settings.get("search")
    if isinstance(search, dict) and not _is_basic(settings, search):
        if search.get("metrics") and _get(settings, ("dynas", "metrics")) is None:
            _set(settings, ("dynas", "metrics"), search.pop("metrics"))
        for name, reason in _OF_BASIC.items():
            if search.pop(name, None):
                notices.append(f"search.{name} is ignored: {reason}.")
    return notices


def _is_basic(settings: Mapping[str, Any], search: Mapping[str, Any]) -> bool:
    """Whether a search has no supernet, which its approach says, or a search space."""
    return is_basic(settings.get("approach")) or search.get("search_space") is not None


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _section(settings: Mapping[str, Any], path: SettingPath) -> Any:
    return settings if len(path) == 1 else settings.get(str(path[0]))


def _get(settings: Mapping[str, Any], path: SettingPath) -> Any:
    section = _section(settings, path)
    if isinstance(section, BaseModel):
        return None  # whose values the moved setting replaces
    return section.get(path[-1]) if isinstance(section, Mapping) else None


def _pop(settings: dict[str, Any], path: SettingPath) -> Any:
    section = _section(settings, path)
    return section.pop(path[-1], None) if isinstance(section, dict) else None


def _set(settings: dict[str, Any], path: SettingPath, value: Any) -> bool:
    """Set a setting; False in a section that is no mapping, which validation refuses later."""
    if len(path) == 1:
        settings[str(path[0])] = value
        return True
    section = settings.get(str(path[0]))
    if section is not None and not isinstance(section, Mapping | BaseModel):
        return False
    settings[str(path[0])] = {**dict(section or {}), path[-1]: value}
    return True
