import re

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.path_text import path_problem


@pytest.mark.parametrize("text", ["", "/data/imagenet", "~/images", "über/uns", "a" * 255])
def test_what_can_be_a_path(text):
    assert path_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a\0b", "null character"),
        ("~nobody-of-that-name/x", "no user"),
        ("a" * 256, "too long"),
        ("a/" * 2049, "too long"),
        ("a\udcff", "that no text can have|bytes that are not UTF-8"),
    ],
)
def test_what_cannot_is_refused_by_the_configuration(text, why):
    assert re.search(why, path_problem(text))
    with pytest.raises(ConfigError, match=f"dataset_path.*{why}"):
        NASConfig.from_dict({"dynas": {"dataset_path": text}})
