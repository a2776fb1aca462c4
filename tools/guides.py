"""The guides that the menu *Help* leads to: documents of docs/ as static/help/ pages.

A page needs nothing from elsewhere: its style sheet lies beside it, its pictures are
those of the store page.
"""

import re
from html import escape

from markdown_it import MarkdownIt

from .console import say
from .paths import ROOT

FOLDER = ROOT / "static/help"
# The documents for those who work with the addon: in the pages' menu, and in a sentence
# that names the file.
GUIDES = {
    "administrator": ("Administrators", "the guide for administrators"),
    "agent": ("Agents", "the guide for agents"),
    "customer": ("Customers", "the guide for customers"),
    "installation": ("Installation", "the guide to installation"),
}
PICTURES = "../static/description/"
PAGE = """<!DOCTYPE html>
<!-- Made by `make guides` from docs/{name}.md. Changes here are lost. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Customer Portal</title>
<link rel="icon" href="../description/icon.png">
<link rel="stylesheet" href="help.css">
</head>
<body>
<nav aria-label="Guides">
{menu}
</nav>
<main>
{body}</main>
</body>
</html>
"""


def run():
    """Bring the pages in static/help/ up to date."""
    for name, page in make_pages().items():
        (FOLDER / f"{name}.html").write_text(page)
    say(f"Guides: {FOLDER.relative_to(ROOT)}")


def make_pages():
    """Return the pages as they have to be.

    :return: HTML by the name of its guide
    :rtype: dict[str, str]
    """
    return {
        name: make_page(name, (ROOT / f"docs/{name}.md").read_text()) for name in GUIDES
    }


def make_page(name, text):
    """Return a guide as a page.

    :param str name: of the guide
    :param str text: in Markdown
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    name_headings(tokens)
    for token in walk(tokens):
        lead(token)
    title = next(token.content for token in tokens if token.type == "inline")
    body = markdown.renderer.render(tokens, markdown.options, {})
    return PAGE.format(name=name, title=escape(title), menu=make_menu(name), body=body)


def make_menu(current):
    """Return links to all guides; the one that is shown is marked."""
    return "\n".join(
        f'<a href="{name}.html"{" aria-current=page" if name == current else ""}>'
        f"{label}</a>"
        for name, (label, _words) in GUIDES.items()
    )


def walk(tokens):
    """Yield all tokens, those inside of texts too."""
    for token in tokens:
        yield token
        yield from walk(token.children or ())


def name_headings(tokens):
    """Give headings the anchors that links in the documents name."""
    for heading, text in zip(tokens, tokens[1:], strict=False):
        if heading.type == "heading_open":
            heading.attrSet("id", make_slug(text.content))


def make_slug(heading):
    """Return the anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


def lead(token):
    """Have links lead to pages, and pictures be found.

    A document that is no page is named, not led to: Odoo serves no documents.
    """
    if token.type == "image":
        token.attrSet("src", token.attrGet("src").replace(PICTURES, "../description/"))
        token.attrSet("loading", "lazy")
    if token.type == "link_open":
        path, hash_sign, anchor = token.attrGet("href").partition("#")
        if path.removesuffix(".md") in GUIDES:
            path = path.replace(".md", ".html")
            token.attrSet("href", f"{path}{hash_sign}{anchor}")
        elif path and "://" not in path:
            del token.attrs["href"]
    if token.type == "text" and token.content in {f"{name}.md" for name in GUIDES}:
        _label, token.content = GUIDES[token.content.removesuffix(".md")]
