"""Which email addresses lead to one mailbox."""

from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ...utils import get_mailbox


def get_mailbox_domain(fname, address):
    """Return the records with an address that leads to the same mailbox.

    :param str fname: field with one plain address
    :param str address: clean, as ``clean_login`` returns it
    :rtype: Domain
    """
    local, _at, host = get_mailbox(address).rpartition("@")
    plain, marked = (
        f"{escape_psql(local)}{mark}@{escape_psql(host)}" for mark in ("", "+%")
    )
    return Domain(fname, "=ilike", plain) | Domain(fname, "=ilike", marked)
