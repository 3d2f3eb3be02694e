"""What is private to a library is touched in `compat` alone, and in the tests of that.

Private is what begins with an underscore and is not ours, and what a library has without a word in
its documentation; ruff's SLF001 finds the first in the product where an object is another's.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("app", "dynas_studio", "pages", "engine", "tests", "benchmarks", "examples")
ROOMS = ("engine/compat", "app/compat", "tests/engine/compat", "tests/app/compat")
OF_BROWSER_TESTS = (
    "tests/browser/streamlit_parts.py",
    "tests/browser/plotly_parts.py",
    "tests/browser/test_compat.py",
    "tests/browser/streamlit_page.py",
)
PUBLIC_OF_STREAMLIT = {"streamlit", "streamlit.testing.v1"}
DOCUMENTED = {"os._exit"}
UNDOCUMENTED = (  # modules without an underscore that no documentation names
    "multiprocessing.forkserver",
    "multiprocessing.popen_",
    "multiprocessing.resource_tracker",
    "multiprocessing.spawn",
    "torch.ops",
    "yaml.constructor",
    "yaml.reader",
    "yaml.resolver",
)
IN_A_BROWSER = {
    "a name that Plotly keeps to itself": r"\._(full[A-Z]\w*|scene|offset|length|context|input)\b",
    "a class of Plotly's drawing": (
        r"\.(js-plotly-plot|scatterlayer|textpoint|axis-brush|nsewdrag|parcoords|main-svg)"
    ),
    "a name of Streamlit's own tests": r"(data-testid[\"'\]^*~$=\\]*|get_by_test_id\([\"'])st[A-Z]",
    "a class or an attribute of Streamlit": (
        r"(?<![\w.])\.st[A-Z]\w+|data-test-script-state|\[kind="
    ),
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def files(folder: str) -> list[Path]:
    """The Python, JavaScript and style sheets of a folder that are looked at."""
    return [
        path
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".js", ".css")
        and not name(path).startswith(tuple(f"{room}/" for room in ROOMS))
        and name(path) not in OF_BROWSER_TESTS
        and path != Path(__file__).resolve()
    ]


def modules(folder: str) -> list[Path]:
    return [path for path in files(folder) if path.suffix == ".py"]


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every part of a module; to find them takes longer than to look at them."""
    return tuple(ast.walk(ast.parse(path.read_text())))


def private(text: str) -> bool:
    return text.startswith("_") and not text.endswith("__")


@cache
def ours() -> frozenset[str]:
    """The private names that our own code gives to something."""
    given = set()
    for path in chain.from_iterable(map(modules, FOLDERS)):
        for node in nodes(path):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    given.add(node.name)
                case ast.Attribute(ctx=ast.Store()):
                    given.add(node.attr)
                case ast.Name(ctx=ast.Store()):
                    given.add(node.id)
    return frozenset(given)


@cache
def definitions() -> Counter[str]:
    """How many functions of our own code have a name."""
    return Counter(
        node.name
        for path in chain.from_iterable(map(modules, FOLDERS))
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
    )


def imported(node: ast.AST) -> Iterator[str]:
    """The modules, and what of them, that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dotted(node: ast.AST) -> str:
    """Such as `torch.ops.mkldnn`; empty for what is no plain path."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return before and f"{before}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def of_another(path: str) -> bool:
    """Whether a module or what it holds is private to a library, or undocumented."""
    parts = path.split(".")
    if parts[0] in FOLDERS or parts[0] == "digits_supernet":
        return False
    if parts[0] == "streamlit":
        return path not in PUBLIC_OF_STREAMLIT and ".".join(parts[:-1]) not in PUBLIC_OF_STREAMLIT
    return any(map(private, parts)) or path.startswith(UNDOCUMENTED)


def touched(node: ast.AST) -> str:
    """What is private to a library in a part of a program, as text; empty if nothing is."""
    for path in imported(node):
        if of_another(path):
            return f"import of {path}"
    match node:
        case ast.Attribute(attr=attribute) if private(attribute) and attribute not in ours():
            return "" if dotted(node) in DOCUMENTED else f".{attribute}"
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=attribute) if (
            private(attribute) and definitions()[attribute] < 2
        ):
            return f"super().{attribute}"  # what it overrides is defined nowhere in our own code
        case ast.Attribute() if dotted(node).startswith(UNDOCUMENTED):
            return dotted(node)
        case ast.Attribute(
            value=ast.Subscript(value=ast.Attribute(attr="modules")), attr="__dict__"
        ):
            return "the names of a module"
        case ast.Call(func=ast.Name(id="getattr" | "setattr" | "hasattr"), args=[_, key, *_]):
            text = key.value if isinstance(key, ast.Constant) else ""
            known = not isinstance(text, str) or not private(text) or text in ours()
            return "" if known else f"{text!r} by its name"
    return ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_private_to_a_library_is_touched(folder: str) -> None:
    found = [
        f"{name(path)}:{getattr(node, 'lineno', 0)}: {what}"
        for path in modules(folder)
        for node in nodes(path)
        if (what := touched(node))
    ]
    assert modules(folder)
    assert not found, f"{found} Give it a plain name in compat, with a test beside it."


def touched_in_a_browser(path: Path) -> dict[str, str]:
    """What of a browser's page is private to a library in a file: the first of each kind."""
    text = path.read_text()
    patterns = dict(IN_A_BROWSER)
    if path.suffix == ".js":
        patterns["a name that begins with an underscore"] = r"\._\w+"
    if path.suffix == ".py":  # what is said to a browser stands in texts
        text = "\n".join(
            node.value
            for node in nodes(path)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ) + "\n".join(line for line in text.splitlines() if "get_by_test_id" in line)
    return {
        what: match[0] for what, pattern in patterns.items() if (match := re.search(pattern, text))
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_private_in_a_browser_is_touched(folder: str) -> None:
    found = {name(path): parts for path in files(folder) if (parts := touched_in_a_browser(path))}
    assert not found, f"{found}. Give it a plain name in compat."


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import torch\ntorch.ops.mkldnn.run(1)", "torch.ops.mkldnn.run"),
        ("from torch.utils._pytree import tree_leaves", "torch.utils._pytree"),
        ("from streamlit.runtime import get_instance", "streamlit.runtime"),
        ("from streamlit import config_util", ""),
        ("class C(Cache):\n    def f(self): return self._sql_never_ours", "._sql_never_ours"),
        ("class C(PM):\n    def _do(self): return super()._do()", "._do"),
        ("pool._processes_never_ours", "._processes_never_ours"),
        ("getattr(cache, '_local_never_ours')", "_local_never_ours"),
        ("import sys\nsys.modules['__main__'].__dict__['x'] = 1", "names of a module"),
        ("import yaml\nyaml.reader.Reader", "yaml.reader"),
        ("import streamlit as st\nst.title('x')", ""),
        ("from pathlib import Path\nPath.cwd().__class__", ""),
    ],
)
def test_this_is_found(code: str, told: str) -> None:
    found = " ".join(filter(None, map(touched, ast.walk(ast.parse(code)))))
    assert told in found
    assert bool(told) == bool(found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("plot._fullLayout.xaxis", "Plotly keeps"),
        ("document.querySelector('.js-plotly-plot')", "class of Plotly"),
        ('[data-testid="stTab"] {', "own tests"),
        ("[data-testid=stMain]", "own tests"),
        ("get_by_test_id('stMain')", "own tests"),
        (".stMultiSelect input", "class or an attribute"),
        ('[data-testid="plot-front"] .st-key-live .dynas-chart', ""),
    ],
)
def test_this_is_found_of_a_browser(text: str, kind: str) -> None:
    found = [what for what, pattern in IN_A_BROWSER.items() if re.search(pattern, text)]
    assert bool(kind) == bool(found)
    assert all(kind in what for what in found)
