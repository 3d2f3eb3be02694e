"""The site is built strictly: what leads nowhere stops the build, and nothing is replaced."""

import zipfile

import pytest

from docs_site import build
from docs_site.build import BuildError, build_site, navigation_problems

SMALL = (
    '[project]\nsite_name = "Small"\nuse_directory_urls = false\nnav = [{ "Home" = "index.md" }]\n'
)


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Builds a site of one page with the text; returns its folder."""
    monkeypatch.setattr(build, "configuration", lambda: SMALL)

    def build_small(text):
        monkeypatch.setattr(build, "page_texts", lambda: {"index.md": text})
        build_site(tmp_path / "site", tmp_path / "site.zip")
        return tmp_path / "site"

    return build_small


def test_the_archive_holds_what_the_folder_holds(site, archive):
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    with zipfile.ZipFile(archive) as opened:
        assert set(opened.namelist()) == files >= {"index.html", "user-guide.html", "search.json"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[gone](gone.md)", "page does not exist"),
        ("[gone](index.md#gone)", "anchor does not exist"),
    ],
)
def test_a_link_that_leads_nowhere_stops_the_build(small, text, words):
    folder = small("# Home\n")
    before = (folder / "index.html").read_bytes()
    with pytest.raises(BuildError, match=words):
        small(f"# Home\n\n{text}\n")
    assert (folder / "index.html").read_bytes() == before


def test_the_navigation_and_the_pages_agree():
    pages = list(build.page_texts())
    assert not navigation_problems(pages)
    assert navigation_problems(pages[1:]) == [f"The navigation names {pages[0]}, which is no page."]
    (problem,) = navigation_problems([*pages, "unlisted.md"])
    assert problem.startswith("unlisted.md is not in the navigation")


def test_a_later_build_leaves_no_file_of_an_earlier_one(small):
    folder = small("# Home\n")
    (folder / "left-over.html").touch()
    small("# Home again\n")
    assert not (folder / "left-over.html").exists()
