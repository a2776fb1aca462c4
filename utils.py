"""Functions that know nothing of Odoo's records."""

import ipaddress
import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

# Of a host name: labels of letters, digits and hyphens, none of them at an end.
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# What no address has, though browsers read something into it.
NONSENSE = re.compile(r"[\s\\\"'<>`{}|^\x00-\x1f\x7f]")


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
