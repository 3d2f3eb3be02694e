"""Widgets of all pages share the URL, so each query parameter must belong to one of them."""

import ast
from collections import defaultdict
from pathlib import Path

from app.charts.place import CAMERA, ZOOM

ROOT = Path(__file__).parents[2]


def bound_keys(source):
    """The key of each widget of `source` that binds to the address; not those from a variable."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            keywords = {keyword.arg: keyword.value for keyword in call.keywords}
            if "bind" in keywords:
                key = keywords["key"]
                key = constants.get(key.id, key) if isinstance(key, ast.Name) else key
                if isinstance(key, ast.Constant):
                    yield key.value


def test_a_key_is_found_where_it_is_written_or_named():
    source = 'KEY = "a"\nst.toggle("A", key=KEY, bind="query-params")\n'
    source += 'st.toggle("B", key="b", bind="query-params")\nst.toggle("C", key="c")\n'
    source += 'st.toggle("D", key=key, bind="query-params")\n'
    assert list(bound_keys(source)) == ["a", "b"]


def test_no_two_modules_bind_the_same_key_to_the_address():
    places = defaultdict(set)
    for folder in ("app", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for key in bound_keys(path.read_text(encoding="utf-8")):
                places[key].add(str(path.relative_to(ROOT)))
    assert len(places) > 10
    assert {key: where for key, where in places.items() if len(where) > 1} == {}


def test_url_parameters_of_charts_are_not_bound_to_widgets():
    keys = {
        key
        for folder in ("app", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for key in bound_keys(path.read_text(encoding="utf-8"))
    }
    assert keys.isdisjoint({ZOOM, CAMERA})
    parameters = {"run", "at", "selected", "brush", "page", "sort", "point", "runs", "n"}
    assert parameters.isdisjoint({ZOOM, CAMERA})
