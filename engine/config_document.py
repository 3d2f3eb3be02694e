"""The outermost level of a configuration file: the key `nas` and keys beside it."""

from difflib import get_close_matches
from typing import Any

from engine.errors import ConfigError
from engine.quoting import quoted

NAS = "nas"

NEURAL_COMPRESSOR = (
    "version",
    "model",
    "device",
    "use_bf16",
    "optimization_level",
    "reduce_range",
    "quantization",
    "graph_optimization",
    "mixed_precision",
    "model_conversion",
    "tuning",
    "evaluation",
    "pruning",
    "distillation",
    "auto_distillation",
    "train",
)
"""Keys of the YAML files of Neural Compressor 1 and 2 that do not concern a search."""

_LISTED = 10  # keys that a message names
_LONGEST_COMPARED = 100  # characters of a key that may be a misspelt one


def unwrap(data: Any, where: str = "") -> tuple[dict[str, Any], str]:
    """The settings in parsed YAML, with or without the key `nas`, and a notice.

    The notice is a sentence with the ignored keys of a Neural Compressor file; empty if there are
    none. Raises ConfigError for any other key beside `nas`, and for data that is not a mapping with
    texts as keys. `where` begins the messages.
    """
    inner = data.get(NAS, data) if isinstance(data, dict) else data
    if not isinstance(inner, dict):
        raise ConfigError(f"{where}The configuration must be a mapping with the key 'nas'.")
    for key in (*data, *inner):
        if not isinstance(key, str):
            raise ConfigError(f"{where}A setting has a text as its name, not {quoted(key)}.")
    if NAS not in data:
        return inner, ""
    beside = [key for key in data if key != NAS]
    unknown = [key for key in beside if key not in NEURAL_COMPRESSOR]
    if unknown:
        raise ConfigError(f"{where}{_unknown(unknown)}")
    return inner, _notice(beside)


def _unknown(keys: list[str]) -> str:
    first = keys[0] if len(keys[0]) <= _LONGEST_COMPARED else ""
    if first in ("approach", "search", "stop", "dynas"):
        return f"The key '{first}' stands beside 'nas', where it is not read. Put it under 'nas'."
    close = get_close_matches(first, (NAS, *NEURAL_COMPRESSOR), n=1)
    meant = f" Did you mean {close[0]}?" if close else ""
    if len(keys) == 1:
        what = f"there is an unknown key: {_listed(keys)}."
        remedy = meant or " Remove it."
    else:
        what = f"there are unknown keys: {_listed(keys)}."
        remedy = meant or " Remove them."
    return f"Beside 'nas' {what}{remedy}"


def _notice(keys: list[str]) -> str:
    if not keys:
        return ""
    return (
        f"Only the settings under 'nas' are read. These keys of a Neural Compressor file are "
        f"ignored: {_listed(keys)}."
    )


def _listed(keys: list[str]) -> str:
    more = f" and {len(keys) - _LISTED:,} more" if len(keys) > _LISTED else ""
    return ", ".join(quoted(key, 60) for key in keys[:_LISTED]) + more
