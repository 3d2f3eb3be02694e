"""Sentences of the engine in the words of the New search form."""

import re

from app.forms import search_form as form
from app.forms.option_owners import owners
from engine.errors import DynasError

_SETTINGS = {
    "num_evals": "Evaluations",
    "batch_size": "Batch size",
    "results_csv_path": "Results file",
    "warm_start": "Warm start",
    "search_algorithm": "Search algorithm",
}
_NAME = re.compile(r"\b(?:[a-z]+(?:_options)?\.)*([a-z]+(?:_[a-z]+)+)\b")


def in_words_of_form(sentence: str) -> str:
    """The sentence with the label of a field in place of the name of its setting.

    Options of the selected supernet, its task, the meters and the cluster are known by their
    labels. Names of one word are left alone: they may be ordinary words.
    """
    labels = _option_labels() | _SETTINGS

    def labelled(match: re.Match[str]) -> str:
        label = labels.get(match[1])
        return match[0] if label is None else f"'{label}'"

    return _NAME.sub(labelled, sentence)


def _option_labels() -> dict[str, str]:
    try:
        supernet = form.selected_supernet()
    except DynasError:
        supernet = None
    return {option.name: option.label for owner in owners(supernet) for option in owner.drawn}
