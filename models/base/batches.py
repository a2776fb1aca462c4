from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from ...const import PARAM_TOUCHPOINT_DAYS

# How many rows are removed in one transaction.
GC_BATCH = 10_000


def remove_batch(rows, domain):
    """Remove a batch of the rows that a domain finds.

    :param rows: the model that they are of
    :return: how many, and whether there may be more, as ``@api.autovacuum`` wants it
    :rtype: tuple[int, bool]
    """
    old = rows.sudo().search(domain, limit=GC_BATCH)
    count = len(old)
    old.unlink()
    return count, count == GC_BATCH


def get_forgotten_domain(rows, fname="date", at_least=timedelta()):
    """Return which rows are older than touchpoints are kept; none if these all are.

    :param str fname: of a date, or of a date with a time
    :param timedelta at_least: how long rows are kept in any case
    """
    days = rows.env["ir.config_parameter"]._get_portal_number(PARAM_TOUCHPOINT_DAYS)
    if not days:
        return Domain.FALSE
    since = fields.Datetime.now() - max(timedelta(days=days), at_least)
    is_day = rows._fields[fname].type == "date"
    return Domain(fname, "<", since.date() if is_day else since)
