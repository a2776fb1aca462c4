"""Rich text that people and mails have written, made harmless before it is shown.

Only what is known to be harmless stays: all formatting that Odoo's editor and mails
commonly have, pictures and links. No names that scripts or style sheets know, nothing
that takes a place outside its own, nothing that can be filled in or that runs.
"""

import re

from lxml import etree, html
from markupsafe import Markup


def _words(text):
    return frozenset(text.split())


# The container of rich text, which nothing in it leaves (``content.scss``).
CONTAINER = "o_cp_content"

# Elements that stay.
TAGS = _words(
    "a abbr address b bdi bdo big blockquote br caption cite code col colgroup dd del"
    " dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li"
    " mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th"
    " thead time tr tt u ul var wbr"
)
# Elements of which not even the text stays.
GONE = _words(
    "applet audio base basefont button canvas datalist frame frameset"
    " head iframe input link map math meta meter noembed noframes noscript object"
    " optgroup option output param picture plaintext progress script select"
    " style svg template textarea title video xmp"
)
# Elements that are blocks; any other unknown one becomes a part of its line.
BLOCKS = _words(
    "article aside body center details dialog fieldset footer form header hgroup html"
    " legend main menu nav section summary"
)
# Elements that mean something in these only. Elsewhere a browser would close the place
# they stand in, and have the text leave its container.
PARENTS = {
    **dict.fromkeys(("dd", "dt"), ("dl",)),
    "li": ("ol", "ul"),
    **dict.fromkeys(("caption", "colgroup", "tbody", "tfoot", "thead"), ("table",)),
    "col": ("colgroup", "table"),
    "tr": ("table", "tbody", "tfoot", "thead"),
    **dict.fromkeys(("td", "th"), ("tr",)),
}

# Attributes that stay, by element; those of "*" on all of them.
ATTRIBUTES = {
    "*": _words("align dir lang style title valign"),
    "a": frozenset(("href", "target")),
    "col": frozenset(("span", "width")),
    "colgroup": frozenset(("span", "width")),
    "font": frozenset(("color", "face", "size")),
    "img": _words("alt height src width"),
    "li": frozenset(("value",)),
    "ol": _words("reversed start type"),
    "table": _words("bgcolor border cellpadding cellspacing width"),
    "td": _words("bgcolor colspan height rowspan width"),
    "th": _words("bgcolor colspan height rowspan scope width"),
    "time": frozenset(("datetime",)),
    "tr": frozenset(("bgcolor",)),
}

PARSER = html.HTMLParser(remove_comments=True, remove_pis=True)

# What browsers leave out of an address before they read it.
UNREAD = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\ufeff]")
SCHEME = re.compile(r"[^/?#]*?:")
LINK_SCHEMES = ("http:", "https:", "mailto:", "tel:", "sms:")
PICTURE_SCHEMES = ("http:", "https:", "cid:")
PICTURE_DATA = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[\w+/=]*", re.I)

# The longest style of an element and value of a declaration that are looked at.
STYLE_LENGTH, VALUE_LENGTH = 2000, 200
COLOR = r"(?:#[0-9a-f]{3,8}|[a-z]+|(?:rgb|hsl)a?\([\d\s,.%/]{3,40}\))"
LENGTH = r"(?:0|\d{1,3}(?:\.\d{1,6})?(?:px|pt|%)|\d{1,2}(?:\.\d{1,6})?(?:em|rem))"
WORDS = r"[a-z -]+"
# Declarations of a style that stay, if their value is such a one.
STYLES = {
    **dict.fromkeys(("background", "background-color", "color"), COLOR),
    **dict.fromkeys(("height", "max-width", "width"), f"auto|{LENGTH}"),
    "border-collapse": WORDS,
    "border-spacing": f"{LENGTH}(?: {LENGTH})?",
    "display": "none|block|inline|inline-block",
    "font-family": r"[\w\s,.'\"-]+",
    "font-size": r"\d{1,2}(?:\.\d{1,6})?(?:px|pt)|[0-4](?:\.\d{1,6})?r?em"
    r"|[1-3]?\d{1,2}(?:\.\d{1,6})?%|[a-z-]+",
    "font-style": WORDS,
    "font-weight": r"[a-z]+|\d{3}",
    "letter-spacing": r"\d(?:\.\d{1,6})?px|normal",
    "line-height": r"[1-3](?:\.\d{1,6})?(?:r?em)?|1\d\d%|\d{2}(?:\.\d{1,6})?(?:px|pt)"
    r"|normal",
    "list-style-type": WORDS,
    "text-align": WORDS,
    "text-decoration": WORDS,
    "text-decoration-line": WORDS,
    "text-transform": WORDS,
    "vertical-align": WORDS,
    "white-space": WORDS,
    **{
        f"{name}{side}": f"(?:auto|{LENGTH})(?: (?:auto|{LENGTH})){{0,3}}"
        for name in ("margin", "padding")
        for side in ("", "-bottom", "-left", "-right", "-top")
    },
    **{
        f"border{side}{part}": f"(?:{COLOR}|{LENGTH})(?: (?:{COLOR}|{LENGTH})){{0,3}}"
        for side in ("", "-bottom", "-left", "-right", "-top")
        for part in ("", "-color", "-style", "-width")
    },
    "border-radius": LENGTH,
}
STYLES = {name: re.compile(value, re.I) for name, value in STYLES.items()}


def clean_content(text, keep=frozenset()):
    """Make rich text harmless, and put it into its container.

    :param str text: HTML, by whomsoever
    :param set keep: more attributes that stay, for who works on the text further
    :return: nothing if there is nothing in it
    :rtype: Markup
    """
    if not text or not str(text).strip():
        return Markup()
    root = _parse(str(text))
    etree.strip_elements(root, *GONE, with_tail=False)
    for element in root.iter(etree.Element):
        _clean_element(element, keep)
    root.tag = "div"
    root.set("class", CONTAINER)
    return Markup(html.tostring(root, encoding="unicode"))


def _parse(text):
    """Return all of a text below one element, whatever it is."""
    page = f"<html><body>{text.replace(chr(0), '')}</body></html>"
    root = html.document_fromstring(page, parser=PARSER)
    body = root.find("body")
    return root if body is None else body


def _clean_element(element, keep):
    tag = element.tag
    if tag not in TAGS or not _fits(element) or _shows_nothing(element):
        tag = element.tag = "div" if tag in BLOCKS or tag in PARENTS else "span"
    kept = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, frozenset()) | keep
    for name, value in element.attrib.items():
        cleaned = _clean_attribute(name, value) if name in kept else None
        if cleaned:
            element.set(name, cleaned)
        elif cleaned is None:
            del element.attrib[name]
    if "target" in element.attrib:
        element.set("rel", "noopener noreferrer")


def _fits(element):
    parents = PARENTS.get(element.tag)
    parent = element.getparent()
    return not parents or (parent is not None and parent.tag in parents)


def _shows_nothing(element):
    return element.tag == "img" and not _is_picture(element.get("src", "javascript:"))


def _clean_attribute(name, value):
    """Return what stays of an attribute, None if nothing does."""
    if name == "style":
        return _clean_style(value)
    if name == "href":
        return value if value.strip() and _is_link(value) else None
    if name == "src":
        return value if _is_picture(value) else None
    if name == "target":
        return "_blank" if value == "_blank" else None
    return value


def _clean_style(style):
    kept = []
    for declaration in style[:STYLE_LENGTH].lower().split(";"):
        name, _colon, value = (part.strip() for part in declaration.partition(":"))
        plain = value.removesuffix("!important").rstrip()
        known = name in STYLES and len(value) <= VALUE_LENGTH
        if known and STYLES[name].fullmatch(plain):
            kept.append(f"{name}: {value}")
    return "; ".join(kept) or None


def _is_link(address):
    scheme = SCHEME.match(UNREAD.sub("", address))
    return not scheme or scheme[0].lower() in LINK_SCHEMES


def _is_picture(address):
    address = UNREAD.sub("", address)
    scheme = SCHEME.match(address)
    if not scheme or scheme[0].lower() in PICTURE_SCHEMES:
        return True
    return bool(PICTURE_DATA.fullmatch(address))
