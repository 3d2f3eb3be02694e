"""How a document of the repository becomes a page of the site."""

import pytest

from docs_site import pages


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Turns a text of `docs/guide.md` into its page, beside pages of README and another guide."""
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    known = {
        "docs/guide.md": "guide.md",
        "docs/other.md": "other.md",
        "examples/net/README.md": "examples/net.md",
        "SECURITY.md": "security.md",
    }

    def turn(text):
        (tmp_path / "docs" / "guide.md").write_text(text)
        return pages.page_text("docs/guide.md", known)

    return turn


def test_links_to_documents_elsewhere_lead_to_their_pages(page):
    assert page("[it](../SECURITY.md#reports)") == "[it](security.md#reports)"
    assert page("[`net`](../examples/net/README.md)") == "[`net`](examples/net.md)"
    assert (
        page("[it](other.md) [web](https://a.example/)")
        == "[it](other.md) [web](https://a.example/)"
    )


def test_a_file_without_a_page_is_named_by_its_path(page):
    assert page("the [licence](../engine/LICENSE)") == "the licence (`engine/LICENSE`)"


def test_a_link_in_a_block_of_code_stays(page):
    text = "```text\n[it](../SECURITY.md)\n```\n"
    assert page(text) == text


def test_the_list_of_contents_is_left_to_the_site(page):
    text = (
        "# Guide\n\nWords.\n\n- [One](#one)\n- [Two](#two)\n\n## One\n\n- [Two](#two)\n\n## Two\n"
    )
    assert page(text) == "# Guide\n\nWords.\n\n## One\n\n- [Two](#two)\n\n## Two\n"


def test_a_picture_in_two_schemes_follows_the_scheme_of_the_site(page):
    picture = (
        '<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="a-dark.png">\n'
        '  <img src="a-light.png" alt="A chart">\n</picture>'
    )
    light, dark = page(picture).splitlines()
    assert 'src="a-light.png" alt="A chart" class="only-light"' in light
    assert 'src="a-dark.png" alt="A chart" class="only-dark"' in dark
