"""Sentences of the engine in the words of the page: its fields in place of options of commands."""

import re
from collections.abc import Mapping

_FIELDS: Mapping[str, str] = {
    "--size": "'Side of the images'",
    "--epochs": "'Epochs it was trained for'",
    "--original-rate": "'Its peak learning rate'",
    "--random-weights": "'Go on without official weights'",
    "--weights": "'File of weights'",
    "--data": "'Folder on this machine'",
    "--name": "'Name of the supernet'",
}
_OPTION = re.compile(r"--[a-z]+(?:-[a-z]+)*")


def in_words_of_fields(sentence: str) -> str:
    """The sentence with the field of the page in place of each option of a command.

    >>> in_words_of_fields("Give --size, or define SIZE.")
    "Give 'Side of the images', or define SIZE."
    """
    return _OPTION.sub(lambda option: _FIELDS.get(option[0], option[0]), sentence)
