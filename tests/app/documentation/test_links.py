"""The links of the dashboard lead to headings of the documentation."""

import re
from pathlib import Path

import pytest

from app import navigation
from app.documentation.links import LINKS, documentation_url
from app.terms import TERMS

DOCS = Path(__file__).resolve().parents[3] / "docs"


def anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", (DOCS / page).with_suffix(".md").read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings} | {""}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_leads_to_a_heading(name):
    page, _, anchor = LINKS[name].partition("#")
    assert anchor in anchors(page)


def test_every_page_of_the_dashboard_and_every_term_has_a_link():
    assert {*navigation._PAGES, *TERMS} <= LINKS.keys()


def test_an_address_is_relative_to_the_pages():
    assert documentation_url("live") == "docs/user-guide.html#run"


def test_the_page_at_an_address_is_known():
    assert navigation.page_name("sub-network") == "subnetwork"
    assert navigation.page_name("") == navigation.page_name("new-search") == "new"
    assert navigation.page_name("run") == navigation.page_name("live") == "live"
