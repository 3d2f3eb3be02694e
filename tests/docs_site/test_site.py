"""The built pages: every link leads somewhere, and nothing is loaded from another server."""

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

from docs_site import pages

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "srcset"}


class Page(HTMLParser):
    """The links, the anchors and the loaded addresses of a page, and its number of elements."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.links, self.anchors, self.loaded = path, [], {""}, []
        self.count = dict.fromkeys(("li", "table", "pre"), 0)
        self._depth_of_article = 0
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if address := values.get(LOADED.get(tag, "")):
            self.loaded.append(address)
        if tag == "article":
            self._depth_of_article += 1
        elif self._depth_of_article and tag in self.count:
            self.count[tag] += 1

    def handle_endtag(self, tag):
        self._depth_of_article -= tag == "article"


@pytest.fixture(scope="module")
def built(site):
    """Every page by its path, but the one for addresses that lead nowhere."""
    paths = [path for path in site.rglob("*.html") if path.name != "404.html"]
    return {path: Page(path) for path in paths}


def is_external(address):
    return bool(urlsplit(address).scheme or urlsplit(address).netloc)


def test_every_link_leads_to_a_page_and_a_heading(built):
    broken = []
    for path, page in built.items():
        for link in filter(lambda link: not is_external(link), page.links):
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchors = built[target].anchors if target in built else {""}
            if not target.exists() or unquote(parts.fragment) not in anchors:
                broken.append(f"{path.name}: {link}")
    assert not broken


def test_nothing_is_loaded_from_elsewhere_and_everything_is_there(built):
    for path, page in built.items():
        for address in page.loaded:
            assert not is_external(address), f"{path.name} loads {address}"
            assert (path.parent / urlsplit(address).path).exists(), f"{path.name} lacks {address}"


def test_no_style_sheet_and_no_script_names_another_server(site):
    for path in [*site.rglob("*.css")]:
        assert "url(http" not in path.read_text(), path.name


@pytest.mark.parametrize("document", pages.documents())
def test_a_page_has_the_lists_tables_and_code_of_its_document(built, site, document):
    path = site / pages.documents()[document]
    text = pages.page_text(document, pages.documents())
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    kinds = {"li": "list_item_open", "table": "table_open"}
    expected = {tag: sum(t.type == kind for t in tokens) for tag, kind in kinds.items()}
    expected["pre"] = sum(token.type in ("fence", "code_block") for token in tokens)
    assert built[path.with_suffix(".html")].count == expected


def test_the_search_knows_guides_and_references(site):
    items = json.loads((site / "search.json").read_text())["items"]
    texts = {}
    for item in items:
        page = item["location"].partition("#")[0]
        texts[page] = f"{texts.get(page, '')} {item['title']} {item['text']}"
    assert "hypervolume" in texts["method.html"].lower()
    assert "Pareto" in texts["user-guide.html"]
    assert "NASConfig" in texts["reference/python/searches-and-runs.html"]
    assert "num_evals" in texts["reference/configuration.html"]
