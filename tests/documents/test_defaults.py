"""The configuration that docs/file-formats.md calls the defaults has them, and every setting."""

import re

import pytest
import yaml

from engine.config import NASConfig
from tests.documents.page_blocks import blocks

(SHOWN, *_) = [block.text for block in blocks("docs/file-formats.md") if block.language == "yaml"]
COMMENTED = re.compile(r"^( +)# (\w+: .+?)(?: +#.*)?$", re.MULTILINE)


def test_they_are_the_defaults() -> None:
    """Of settings whose default follows from others, the page shows what that is here."""
    shown, defaults = (c.to_dict()["nas"] for c in (NASConfig.from_yaml(SHOWN), NASConfig()))
    assert shown["approach"] == defaults["approach"]
    for section in ("search", "dynas"):
        assert shown[section] == {**shown[section], **defaults[section]}


def test_every_setting_is_there() -> None:
    sections = NASConfig().model_dump()
    names = {*sections, *(name for values in sections.values() if isinstance(values, dict)
                          for name in values)}  # fmt: skip
    assert names <= set(re.findall(r"^ +(?:# )?(\w+):", SHOWN, re.MULTILINE))


@pytest.mark.parametrize("setting", [line[1] for line in COMMENTED.findall(SHOWN)])
def test_a_setting_that_is_commented_out_can_be_given(setting: str) -> None:
    text = SHOWN.replace(f"# {setting}", setting)
    if setting.startswith("higher_is_better"):  # which only functions of a script have
        text = text.replace("# search_space", "search_space")
    text = re.sub(r"^( +)warm_start: .*", r"\1warm_start: results.csv", text, flags=re.MULTILINE)
    name, _, value = setting.partition(": ")
    data = NASConfig.from_yaml(text).to_dict()["nas"]
    given = {**data.get("stop", {}), **data["search"], **data["dynas"]}[name]
    assert given in (yaml.safe_load(value), "results.csv")
