"""Tell what somebody has written in an email from what is quoted below it."""

import re

from lxml import etree, html
from lxml.etree import ParserError
from markupsafe import Markup

QUOTE = "data-o-mail-quote"
# Lines that mail programs put above the history. Bounded, so that no text takes long.
WROTE = (
    r"(?:On|Am|Le|El|Il|Op|Em|W dniu)\b[^:\n]{4,90}(?:[:\n][^:\n]{1,90}){0,4}?\s?"
    r"(?:wrote|schrieb[^:\n]{0,80}|a écrit|escribió|ha scritto|schreef[^:\n]{0,80}"
    r"|escreveu|napisał\(?a?\)?)\s?:"
)
RULED = r"-{2,12} ?[^\W\d_][\w ]{3,40} ?-{2,12}|_{20,80}"
MARKER = re.compile(rf"^[ \t>]*(?:{WROTE}|{RULED})[ \t]*$", re.MULTILINE)
# Of Outlook: a line above From, Sent, To and Subject.
RULE_ABOVE = re.compile(r"border-top:\s*solid", re.IGNORECASE)
HEADER_LINE = re.compile(r"^\s*[^\W\d_]{2,12}\s?:")
# What cannot hold a fold.
TEXT_TAGS = ("p", "span")


def tag_history(body):
    """Mark the history of a mail as Odoo marks quotes, which its pages fold.

    Odoo knows what Gmail, Yahoo and new Outlooks do. Nothing is marked where nothing is
    written above it, such as in a mail that is passed on.

    :param body: HTML that is clean
    :rtype: markupsafe.Markup
    """
    root = _parse(body)
    start = _find_start(root) if root is not None else None
    if start is None or not _has_text_before(root, start):
        return body
    _mark_from(_climb(start))
    return Markup(_serialize(root))


def fold_quotes(body, summary):
    """Put what is marked as quoted into folds, which open without a script.

    :param body: HTML that is clean
    :param str summary: what a closed fold says
    :rtype: markupsafe.Markup
    """
    root = _parse(body) if QUOTE in (body or "") else None
    if root is None:
        return body
    quoted = [el for el in root.iter(etree.Element) if el.get(QUOTE)]
    for element in quoted:
        parent = element.getparent()
        is_inside = any(one.get(QUOTE) for one in element.iterancestors())
        if parent is None or is_inside or parent.tag == "details":
            continue
        _fold_run(element, summary)
    for element in quoted:
        del element.attrib[QUOTE]
    return Markup(_serialize(root))


def _parse(body):
    try:
        return html.fragment_fromstring(str(body or ""), create_parent="div")
    except (ParserError, ValueError):
        return None


def _serialize(root):
    text = html.tostring(root, encoding="unicode")
    return text[len("<div>") : -len("</div>")]


def _find_start(root):
    """Return the element with which the history begins, split off if need be."""
    for element in list(root.iter(etree.Element)):
        if element.get(QUOTE) and element is not root:
            return None  # Odoo has found it
        if _is_ruled(element):
            return element
        if match := MARKER.search(element.text or ""):
            return _split(element, match.start())
        for child in element:
            if match := MARKER.search(child.tail or ""):
                return _split_tail(child, match.start())
    return None


def _is_ruled(element):
    style = element.get("style") or ""
    text = element.text_content() if element.tag == "div" else ""
    return bool(RULE_ABOVE.search(style) and HEADER_LINE.match(text))


def _split(element, position):
    """Move the text of an element from a position on into a child, and what follows."""
    if not element.text[:position].strip():
        return element
    rest = etree.Element("span")
    element.text, rest.text = element.text[:position], element.text[position:]
    element.insert(0, rest)
    return rest


def _split_tail(child, position):
    rest = etree.Element("span")
    tail = child.tail
    child.tail = None
    child.addnext(rest)
    child.tail, rest.text = tail[:position], tail[position:]
    return rest


def _has_text_before(root, start):
    """Say whether anything is written before the history."""
    around = set(start.iterancestors())
    for element in root.iter(etree.Element):
        if element is start:
            return False
        tail = "" if element in around else element.tail
        if any((text or "").strip() for text in (element.text, tail)):
            return True
    return False


def _climb(start):
    """Return the outermost element that begins with the history, for one fold."""
    parent = start.getparent()
    while (
        parent.getparent() is not None
        and start.getprevious() is None
        and not (parent.text or "").strip()
    ):
        start, parent = parent, parent.getparent()
    return start


def _mark_from(start):
    """Mark an element and all that follows it in the document."""
    while start is not None and start.getparent() is not None:
        start.set(QUOTE, "1")
        for sibling in list(start.itersiblings(etree.Element)):
            sibling.set(QUOTE, "1")
        _wrap_tails(start)
        start = _next_of_parents(start)


def _wrap_tails(start):
    """Put loose text that follows into elements: nothing else can be marked."""
    for element in [start, *start.itersiblings(etree.Element)]:
        if (element.tail or "").strip():
            _split_tail(element, 0).set(QUOTE, "1")


def _next_of_parents(element):
    for parent in element.iterancestors():
        following = parent.getnext()
        if following is not None:
            return following
        if (parent.tail or "").strip() and parent.getparent() is not None:
            return _split_tail(parent, 0)
    return None


def _fold_run(element, summary):
    """Fold an element with those quoted ones that follow without a word between."""
    fold = etree.Element("details", {"class": "o_cp_quote"})
    etree.SubElement(fold, "summary", {"class": "text-muted small"}).text = summary
    parent = element.getparent()
    run = [element]
    while not (run[-1].tail or "").strip():
        following = run[-1].getnext()
        if following is None or not following.get(QUOTE):
            break
        run.append(following)
    tail = run[-1].tail
    element.addprevious(fold)
    for one in run:
        fold.append(one)
    run[-1].tail, fold.tail = None, tail
    for around in [parent, *parent.iterancestors()]:
        if around.tag in TEXT_TAGS:
            around.tag = "div"
