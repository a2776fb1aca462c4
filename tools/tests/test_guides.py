"""The pages that the menu Help leads to."""

import re

import pytest

from tools import addon, guides

LINK = re.compile(r'(?:href|src)="([^"]+)"')


@pytest.fixture(scope="module")
def pages():
    """Return the pages as they are shipped, by name."""
    return {
        name: (guides.FOLDER / f"{name}.html").read_text() for name in guides.GUIDES
    }


def test_the_pages_are_up_to_date(pages):
    assert pages == guides.make_pages(), "Run `make guides`."


@pytest.mark.parametrize("name", guides.GUIDES)
def test_a_page_needs_nothing_from_elsewhere(pages, name):
    shipped = {guides.ROOT / path for path in addon.shipped_files()}
    files = {link.partition("#")[0] for link in LINK.findall(pages[name])} - {""}
    assert "help.css" in files
    assert not [
        path for path in files if (guides.FOLDER / path).resolve() not in shipped
    ]
    assert "<script" not in pages[name]
    assert "url(" not in (guides.FOLDER / "help.css").read_text()


@pytest.mark.parametrize("name", guides.GUIDES)
def test_links_between_the_pages_lead_to_headings(pages, name):
    for link in LINK.findall(pages[name]):
        path, _hash, anchor = link.partition("#")
        if anchor:
            target = pages[path.removesuffix(".html")] if path else pages[name]
            assert f'id="{anchor}"' in target, link


def test_a_page_is_made_of_a_document():
    text = """# One & All

[here](#the-end) [there](agent.md#cases) [agent.md](agent.md)
[away](../CHANGELOG.md) <script>

![A list](../static/description/cases.png)

| a | b |
|---|---|
| `x` | **y** |

## The End
"""
    page = guides.make_page("administrator", text)
    assert "<title>One &amp; All – Customer Portal</title>" in page
    assert '<a href="#the-end">here</a>' in page
    assert '<a href="agent.html#cases">there</a>' in page
    assert '<a href="agent.html">the guide for agents</a>' in page
    assert "<a>away</a>" in page
    assert "<script>" not in page
    assert 'src="../description/cases.png"' in page
    assert "<td><code>x</code></td>" in page
    assert '<h2 id="the-end">The End</h2>' in page
    assert '<a href="administrator.html" aria-current=page>' in page
