"""Every measured figure of the documentation says what repeats it, and that exists."""

import re
import runpy
import sys
from importlib.util import find_spec

import pytest

from tests.documents.page_blocks import ROOT, pages

MEASURED = re.compile(r"^[-+]?\d[\d,]*(\.\d+|( to \S+)? ?(%|s|ms|kB|MB|points))")
"""A cell of a table with a measured number: with decimals or a unit of measurement."""

REPEATED = re.compile(r"`?python -m (benchmarks\.\w+|pytest|tests\.)")
NOT_REPEATED = "no script in the repository repeats"
"""What the text says of figures that were measured once."""

PUBLISHED = {"docs/imagenet-supernets.md": "The ImageNet supernets"}
"""The only sections whose tables have numbers that others published, by page."""

DECLARED = {
    "docs/user-guide.md", "docs/file-formats.md", "docs/access.md", "docs/python.md"
}  # fmt: skip
"""Pages whose numbers are settings, limits and examples."""


def sections(page: str) -> list[str]:
    """The texts below the headings of the second level, and what stands before the first."""
    return re.split(r"^## ", (ROOT / page).read_text(), flags=re.MULTILINE)


def measured_cells(section: str) -> list[str]:
    """The cells of tables, but for those of the first column, that are measured numbers."""
    rows = [line for line in section.splitlines() if line.startswith("|")]
    cells = [cell.strip() for row in rows for cell in row.strip("|").split("|")[1:]]
    return [cell for cell in cells if MEASURED.match(cell)]


@pytest.mark.parametrize("page", [page for page in pages() if page not in DECLARED])
def test_a_table_of_measured_numbers_says_what_repeats_it(page: str) -> None:
    silent = [
        section.partition("\n")[0]
        for section in sections(page)
        if measured_cells(section)
        and not REPEATED.search(section)
        and NOT_REPEATED not in section
        and not section.lstrip("# ").startswith(PUBLISHED.get(page, "\n"))
    ]
    assert not silent


def named_benchmarks() -> list[str]:
    texts = "".join((ROOT / page).read_text() for page in pages())
    return sorted(set(re.findall(r"\bbenchmarks\.[a-z]\w*", texts)))


@pytest.mark.parametrize("module", named_benchmarks())
def test_a_benchmark_that_is_named_exists_and_explains_itself(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert find_spec(module)
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__")
    assert ended.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 3
