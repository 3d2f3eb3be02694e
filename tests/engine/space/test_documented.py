"""The space that docs/own-supernet.md shows."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"


def test_the_documented_space_is_what_the_page_says():
    page = (DOCS / "own-supernet.md").read_text()
    section = page.split("### Kinds of genes")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    assert names["SPACE"].size == 288  # type: ignore[attr-defined]
