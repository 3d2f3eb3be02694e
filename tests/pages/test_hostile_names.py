"""Names of runs, tags, supernets and metrics are shown as plain text on every page."""

import json
import re
from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest
from markdown_it import MarkdownIt

from engine import plug_ins
from engine.analysis.name_text import JOINER
from tests.engine import offered
from tests.engine.installed import forget

_PARTS = (
    "![](http://evil.example/x.png)", r"$\alpha$", "<img src=x onerror=alert(1)>", ":red[x]",
    ":material/home:", ":smile:", "[a](javascript:alert(1))", "`c` **b** _i_", "&lt;b&gt;",
)  # fmt: skip
_TAG = re.compile(r"</?(a|b|em|i|s|span|strong|sub|sup|u)\b", re.IGNORECASE)  # Plotly reads them
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_HOSTILE_WORDS = ("evil.example", "onerror", "alpha", "javascript", "material/home", "smile")


class Hostile(offered.Tiny):
    title = " ".join(_PARTS)
    description = "\n\n# ".join(_PARTS)
    accuracy_source = " ".join(_PARTS)


_LABEL = "<img src=x> ![](http://evil.example/x.png) $x$ :red[x]"
HOSTILE_SURPRISE = replace(
    offered.SURPRISE, label=_LABEL, unit="<b>$n$</b>", description=" ".join(_PARTS)
)


@pytest.fixture
def hostile(monkeypatch):
    """A package whose supernet and metric have names with markup."""
    module = __name__
    groups = {
        plug_ins.SUPERNETS: [EntryPoint("tiny", f"{module}:Hostile", plug_ins.SUPERNETS)],
        plug_ins.METRICS: [
            EntryPoint("surprise", f"{module}:HOSTILE_SURPRISE", plug_ins.METRICS),
            EntryPoint("energy", "tests.engine.offered:ENERGY", plug_ins.METRICS),
        ],
    }
    monkeypatch.setattr(plug_ins, "entry_points", lambda group: groups.get(group, []))
    forget()
    yield
    monkeypatch.undo()
    forget()


def _markdown_texts(app):
    """All texts of the page that Streamlit renders as Markdown: bodies, labels, options, help."""
    for kind in (
        "title", "header", "subheader", "markdown", "caption", "error", "warning", "info",
        "success",
    ):  # fmt: skip
        for element in getattr(app, kind):
            yield kind, element.value
            if help_ := getattr(element.proto, "help", ""):
                yield f"{kind} help", help_
    for kind in (
        "button", "selectbox", "multiselect", "text_input", "text_area", "number_input", "slider",
        "select_slider", "toggle", "button_group",
    ):  # fmt: skip
        for element in app.get(kind):
            proto = element.proto
            yield f"{kind} label", proto.label
            yield f"{kind} help", getattr(proto, "help", "")
            if kind == "button_group":
                for option in proto.options:
                    yield f"{kind} option", option.content


def _parsed_markup(text):
    """The markup that Markdown or Streamlit would find in a text."""
    for token in _MARKDOWN.parse(text):
        for inner in token.children or ():
            if inner.type == "code_inline" and inner.content == Hostile.name:
                continue  # the page shows it so
            if inner.type in ("image", "link_open", "html_inline", "code_inline"):
                yield inner.type, inner.content or inner.attrs
            if inner.type == "text":
                # What is escaped for Markdown is text by now: Streamlit reads symbols in it.
                symbols = (":material/home", ":material_home", ":smile:", ":streamlit:")
                yield from ((mark, inner.content) for mark in symbols if mark in inner.content)
        if token.type in ("html_block", "table_open", "fence", "code_block"):
            yield token.type, token.content


def _check(app):
    assert not app.exception
    count = 0
    for where, text in _markdown_texts(app):
        assert "image" not in {kind for kind, _ in _parsed_markup(text)}, (where, text[:300])
        if not any(part in text for part in _HOSTILE_WORDS):
            continue
        count += 1
        markup = list(_parsed_markup(text))
        assert not markup, (where, text[:300], markup)
        for mark in ("$", ":red["):
            for before in text.split(mark)[:-1]:
                assert before.endswith("\\"), (where, mark, text[:300])
    for component in app.get("bidi_component"):
        figure = json.dumps(json.loads(component.proto.json or "{}").get("figure", {}))
        assert not _TAG.search(figure), _TAG.search(figure)
    return count


_NOTE = "**why** ![](http://pictures.example/n.png) [see](http://pictures.example)"
NAMES = [" ".join(_PARTS), "two\n\n# lines\n- item\n1. one", "\u202eturned", "x" * 5000]


@pytest.fixture
def runs(hostile, start, service):
    """Runs with such names, tags and notes; the first one has a shortlist."""
    run_ids = []
    for name in NAMES:
        run = start(
            name, supernet="tiny", metrics=["surprise", "energy"], record=["macs"], num_evals=9
        )
        service.label(run, tags=[part[:40] for part in _PARTS], note=_NOTE)
        run_ids.append(run)
    front = [evaluation.number for evaluation in service.history(run_ids[0]).front()]
    service.label(run_ids[0], shortlist=front[:2])
    return run_ids


PAGES = ("live", "explore", "decide", "subnetwork", "compare", "supernets", "new_search", "runs")


def test_nothing_of_a_name_is_markdown_on_any_page(runs, dashboard, service):
    missing_run = "![](http://evil.example/gone.png)"
    dashboard.query_params["runs"] = ",".join([*runs[:2], missing_run])
    dashboard.query_params["run"], dashboard.query_params["n"] = runs[0], "1"
    counts, notes = {}, []
    for page in PAGES:
        app = dashboard.switch_page(f"../pages/{page}.py").run()
        counts[page] = _check(app)
        notes += [e.value for e in app.markdown if "pictures.example" in e.value]
        if page == "new_search":
            app.selectbox(key="new_supernet").set_value("tiny").run()
            counts[page] += _check(app)
    assert all(counts[page] for page in PAGES if page not in ("explore", "runs")), counts
    assert notes
    assert all(note.startswith("**why** ") for note in notes)  # a note is Markdown
    service.delete(runs[0])
    app.segmented_control(key="show").set_value("Trash").run()
    assert _check(app)


def test_a_run_that_is_not_there_is_named_as_it_is(runs, app):
    app.query_params["run"] = _PARTS[0]
    app.switch_page("../pages/live.py").run()
    assert _check(app)
    assert f"http:{JOINER}//evil.example" in "".join(element.value for element in app.markdown)
