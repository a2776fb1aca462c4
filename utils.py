"""Functions that know nothing of Odoo's records."""

import ipaddress
import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

import lxml.html
from lxml import etree

# Addresses that hold a file, or stand for one that comes along (RFC 2397, RFC 2392):
# alone, in a list, or in a style.
FILE = re.compile(r"(?:^|[,(\"'])(?:data|cid):")
MAYBE_FILE = re.compile(r"[:&]")
# What browsers do not see in an address.
BLANK = re.compile(r"[\s\x00-\x20\x7f-\x9f\xad\u200b-\u200f\u2060-\u2064\ufeff\\]")
# Of a host name: labels of letters, digits and hyphens, none of them at an end.
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# Of a host that is asked for: inside networks, names have underscores too.
NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
# What no address has, though browsers read something into it.
NONSENSE = re.compile(r"[\s\\\"'<>`{}|^\x00-\x1f\x7f]")


def holds_files(html):
    """Say whether a text holds the content of files, as pictures can stand in one.

    However their addresses are written: browsers read over capitals, entities and white
    space in them.

    :param str html: of anybody
    :rtype: bool
    """
    if not html or not MAYBE_FILE.search(html):
        return False
    try:
        root = lxml.html.fromstring(f"<div>{html}</div>")
    except (etree.LxmlError, ValueError):  # What is no text is no comment, either.
        return True
    values = (
        value
        for node in root.iter(etree.Element)
        for name, value in node.items()
        if name not in ("alt", "title")
    )
    return any(FILE.search(BLANK.sub("", value).lower()) for value in values)


def read_host(text):
    """Return the host that somebody asks for, however it is spelt.

    :param str text: of the header ``Host``
    :return: lower case, without port and the dot of the root
    :rtype: str
    :raise ValueError: if it is none, and for several
    """
    parts = urlsplit(f"//{text}")
    host = (parts.hostname or "").rstrip(".")
    # Reading the port checks it.
    if parts.port == 0 or parts.netloc != text or "@" in text:
        raise ValueError(text)
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    if not NAME.fullmatch(host):
        raise ValueError(text)
    return host


def split_web_address(address, schemes):
    """Take a web address apart, if it is nothing but that.

    :param str address: as somebody typed it
    :param schemes: those that are meant, such as ``("https",)``
    :return: its parts, the host lower case and in ASCII
    :rtype: urllib.parse.SplitResult
    :raise ValueError: if it has another scheme, no host, a user or a port that is none
    """
    if NONSENSE.search(address):
        raise ValueError(address)
    parts = urlsplit(address)
    if parts.scheme not in schemes or "@" in parts.netloc:
        raise ValueError(address)
    host, port = _clean_host(parts.hostname or ""), parts.port
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError(address)
    netloc = host if port is None else f"{host}:{port}"
    return SplitResult(parts.scheme, netloc, parts.path, parts.query, parts.fragment)


def _clean_host(host):
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    host = host.encode("idna").decode().lower()  # UnicodeError is a ValueError
    if not all(LABEL.fullmatch(label) for label in host.split(".")):
        raise ValueError(host)
    return host


def strip_invisible(text):
    """Take out of a login what nobody sees, and what stands around it.

    Spaces of all kinds, and characters without a shape: they make another login of what
    reads the same.
    """
    return "".join(
        sign
        for sign in str(text).strip()
        if unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp")
        and (sign == " " or not sign.isspace())
    ).strip()


def clean_login(text):
    """Return the one login that a mailbox has, however somebody types its address."""
    return strip_invisible(text or "").lower()
