"""Functions that know nothing of Odoo's records."""

import base64
import ipaddress
import json
import re
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from odoo.tools import consteq
from odoo.tools.misc import hash_sign

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
