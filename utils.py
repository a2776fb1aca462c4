"""Functions that know nothing of Odoo's records."""

import base64
import ipaddress
import json
import re
import unicodedata
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

import lxml.html
import pytz
from lxml import etree

from odoo.tools import consteq
from odoo.tools.misc import hash_sign

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

# The largest number of a record, and of an integer field, that the database takes.
MAX_INTEGER = 2**31 - 1
# What ends a line or moves to another column, in any alphabet.
BREAKS = re.compile("[\t-\r\x1c-\x1e\x85\u2028\u2029]+")
LISTED = re.compile("[,;]?[\t-\r\x1c-\x1e\x85\u2028\u2029]+")
# What turns the direction of a text, drives a terminal, or is half a character.
UNSEEN = (
    "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb"
    "\ud800-\udfff"
)
CONTROLS = re.compile(f"[{UNSEEN}]")
# What else nobody sees in an address: spaces other than the plain one, and what
# Unicode says to ignore where it is not known.
BLANKS = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
IGNORED = (
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
INVISIBLE = re.compile(f"[{UNSEEN}{IGNORED}{BLANKS}]")
# One plain email address: a local part, and labels. Its length is that of RFC 5321.
PLAIN = r"[^\s@,;:<>()\[\]\"\\]"
PLAIN_LABEL = r"[^\s@,;:<>()\[\]\"\\.]+"
ADDRESS = re.compile(rf"{PLAIN}{{1,64}}@{PLAIN_LABEL}(?:\.{PLAIN_LABEL})*")
ADDRESS_LENGTH = 254
NAMED_BLANK = re.compile(f"[{BLANKS}]")


def read_number(text, most=MAX_INTEGER):
    """Read a whole number that comes from outside.

    Its length is looked at first: Python takes a quadratic time for the digits, and
    fails with more than 4,300 of them.

    :param text: from anywhere
    :param int most: the largest that means something
    :return: from 0 to ``most``; None for anything else
    :rtype: int | None
    """
    if not isinstance(text, str) or len(text) > 20:
        return None
    if not (text.isascii() and text.isdecimal()):  # Other alphabets have digits, too.
        return None
    number = int(text)
    return number if number <= most else None


def get_zone(*names):
    """Return the first of some time zones that is one, else UTC.

    Data can name one that this machine does not know, from another system or an older
    list: nobody shall be kept out of the portal for that.

    :param names: of time zones, or nothing
    :rtype: datetime.tzinfo
    """
    known = (name for name in names if name in pytz.all_timezones_set)
    return pytz.timezone(next(known, "UTC"))


def clean_line(text):
    """Make one line of a name or a title, without what steers how it is shown.

    Line breaks in a name make the mails that bear it fail, and a turned direction makes
    ``fdp.exe`` read as ``exe.pdf``. Any other text is left as it is.

    :param text: what was written; anything but a text comes back as it is
    """
    if not isinstance(text, str) or not CONTROLS.search(text):
        return text
    return " ".join(CONTROLS.sub("", BREAKS.sub(" ", text)).split())


def shorten_file_name(name, most):
    """Shorten the name of a file, but not its extension unless there is nothing else.

    :param int most: characters
    """
    if len(name) <= most:
        return name
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: max(most - len(extension) - 1, 0)]}{dot}{extension}"[-most:]


def clean_email(text):
    """Take out of an email address or a login what nobody sees.

    Two that look the same are the same. Capitals stay: Odoo compares without them where
    it compares addresses.

    :param text: what was written; anything but a text comes back as it is
    """
    if not isinstance(text, str):
        return text
    if not text.isascii() and "<" in text:  # A name, of which blanks part the words
        text = NAMED_BLANK.sub(" ", text)
    text = LISTED.sub(", ", text.strip())  # a cell with an address a line
    text = INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", text).strip()


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


def clean_login(text):
    """Return the one login that a mailbox has, however somebody types its address."""
    return clean_email(text or "").lower()


def get_mailbox(address):
    """Return the plainest address of a mailbox.

    Mail servers deliver ``omar+news@example.com`` to ``omar@example.com``: so one
    person has as many addresses as they like.

    :param str address: clean, as ``clean_login`` returns it
    :rtype: str
    """
    local, at, host = address.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{host}"


def is_address(text):
    """Say whether a text is one plain email address, without a name or a second one.

    :param str text: clean, as ``clean_login`` returns it
    :rtype: bool
    """
    return len(text) <= ADDRESS_LENGTH and bool(ADDRESS.fullmatch(text))


def read_signed(env, scope, token):
    """Return what a token of ``hash_sign`` holds, also after its time.

    :param env: with all rights, for the key
    :return: None if we have not signed it
    :raise ValueError: if it is no token at all
    """
    raw = base64.urlsafe_b64decode(token.encode() + b"===")
    values = json.loads(raw[41:].decode())
    seconds = int.from_bytes(raw[1:9], "little")
    if not isinstance(values, list) or seconds > datetime.max.timestamp():
        return None
    expiration = datetime.fromtimestamp(seconds) if seconds else None
    ours = hash_sign(env, scope, values, expiration=expiration)
    return values if token.isascii() and consteq(ours, token) else None


def get_delivery_status(message, name):
    """Return what a bounce says of the mails that it is about (RFC 3464).

    :param email.message.EmailMessage message: a bounce, or any other mail
    :param str name: of a field, such as ``Diagnostic-Code``
    :rtype: list[str]
    """
    return [
        " ".join(str(block[name]).split()).lower()
        if name == "Action"
        else " ".join(str(block[name]).split())
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in part.get_payload()
        if block[name]
    ]


def from_binary(value):
    """Return the bytes that a ``Binary`` field holds, which Odoo 19 encodes.

    :rtype: bytes
    :raise ValueError: if somebody has written into it what is no content
    """
    return base64.b64decode(value or b"")


def to_binary(content):
    """Return bytes as a ``Binary`` field takes them.

    :param bytes content: of a file
    """
    return base64.b64encode(content)
