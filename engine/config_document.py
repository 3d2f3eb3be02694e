"""The outermost level of a configuration file: the key `nas` and keys beside it."""

from difflib import get_close_matches
from typing import Any

from engine.basic_settings import searches_choices
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

_NO_TRAINING = (
    "No training or evaluation is built in: give NAS the functions train_func and eval_func."
)
_MAX_LISTED = 10  # keys that a message names
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
    outer_keys = [key for key in data if key != NAS]
    unknown_keys = [key for key in outer_keys if key not in NEURAL_COMPRESSOR]
    if unknown_keys:
        raise ConfigError(f"{where}{_unknown_keys_problem(unknown_keys)}")
    return inner, _notice(outer_keys, searches_choices(inner))


def _unknown_keys_problem(keys: list[str]) -> str:
    first = keys[0] if len(keys[0]) <= _LONGEST_COMPARED else ""
    if first in ("approach", "search", "stop", "dynas"):
        return f"The key '{first}' stands beside 'nas', where it is not read. Put it under 'nas'."
    close_matches = get_close_matches(first, (NAS, *NEURAL_COMPRESSOR), n=1)
    suggestion = f" Did you mean {close_matches[0]}?" if close_matches else ""
    if len(keys) == 1:
        problem = f"there is an unknown key: {_join_keys(keys)}."
        remedy = suggestion or " Remove it."
    else:
        problem = f"there are unknown keys: {_join_keys(keys)}."
        remedy = suggestion or " Remove them."
    return f"Beside 'nas' {problem}{remedy}"


def _notice(keys: list[str], of_choices: bool) -> str:
    if not keys:
        return ""
    sentence = (
        f"Only the settings under 'nas' are read. These keys of a Neural Compressor file are "
        f"ignored: {_join_keys(keys)}."
    )
    if of_choices and not {"train", "evaluation"}.isdisjoint(keys):
        sentence += f" {_NO_TRAINING}"
    return sentence


def _join_keys(keys: list[str]) -> str:
    more = f" and {len(keys) - _MAX_LISTED:,} more" if len(keys) > _MAX_LISTED else ""
    return ", ".join(quoted(key, 60) for key in keys[:_MAX_LISTED]) + more
