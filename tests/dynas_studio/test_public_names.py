"""`dynas_studio` has every public name, and users are shown no import from elsewhere."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dynas_studio

ROOT = Path(__file__).resolve().parents[2]
TYPES_AND_VALUES = {"ACC", "Config", "Genotypes", "__version__"}  # which docs/python.md explains


def test_what_a_type_checker_sees_is_what_there_is():
    tree = ast.parse((ROOT / "dynas_studio" / "__init__.py").read_text())
    (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
    declared = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert declared == dynas_studio._HOMES
    assert sorted(dynas_studio.__all__) == sorted([*declared, "__version__"])
    assert dir(dynas_studio) == sorted(dynas_studio.__all__)


@pytest.mark.parametrize("name", sorted(set(dynas_studio.__all__) - TYPES_AND_VALUES))
def test_each_is_explained_where_it_is_used(name):
    found = getattr(dynas_studio, name)
    assert inspect.isclass(found) or callable(found)
    assert found.__doc__
    assert not found.__doc__.startswith(f"{name}(")  # what dataclasses write themselves


def test_each_is_listed_in_the_documentation():
    page = (ROOT / "docs" / "python.md").read_text()
    listed = set(re.findall(r"`([\w.]+)`", page.split("## All names")[1]))
    assert set(dynas_studio.__all__) - {"__version__"} <= listed
    assert "dynas_studio.__version__" in listed


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'dynas_studio' has no attribute 'nothing'"):
        _ = dynas_studio.nothing  # type: ignore[attr-defined]


def test_the_package_alone_loads_nothing():
    code = (
        "import sys, dynas_studio\n"
        "print({'engine', 'app', 'numpy', 'torch', 'streamlit', 'typer'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def shown() -> Iterator[tuple[Path, str]]:
    """What users read and copy: each file with the Python in it."""
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("examples/*/*.md")]:
        blocks = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
        yield page, "\n".join(blocks)
    for module in (ROOT / "examples").rglob("*.py"):
        yield module, module.read_text()
    for template in (ROOT / "engine" / "new_supernet" / "package").glob("*.py.template"):
        yield template, template.read_text()


def test_users_are_shown_imports_of_the_public_package_alone():
    texts = dict(shown())
    assert sum("from dynas_studio import" in text for text in texts.values()) > 10
    inner = re.compile(r"^\s*(?:from|import) (engine|app|pages)\b.*$", re.MULTILINE)
    assert not [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path, text in texts.items()
        for found in inner.finditer(text)
    ]


def test_every_name_that_users_are_shown_is_public():
    imported = set()
    for _, text in shown():
        for names in re.findall(r"from dynas_studio import (\([^)]*\)|.*)", text):
            imported |= set(re.findall(r"\w+", names))
    assert imported <= set(dynas_studio.__all__)
