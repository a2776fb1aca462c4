from odoo.fields import Domain
from odoo.tools import SQL

from ..base.batches import GC_BATCH


def remove_gone(rows):
    """Remove in batches the rows about records that are gone.

    :param rows: a model whose rows name a record by ``model_name`` and ``res_id``
    :return: how many, and whether there are more, as ``@api.autovacuum`` wants it
    :rtype: tuple[int, bool]
    """
    rows = rows.sudo()
    gone = rows.browse()
    for [name] in rows._read_group([], ["model_name"]):
        domain = Domain("model_name", "=", name)
        if name in rows.env:
            domain &= _make_gone_domain(rows.env[name])
        gone |= rows.search(domain, limit=GC_BATCH - len(gone))
        if len(gone) == GC_BATCH:
            break
    count = len(gone)
    gone.unlink()
    return count, count == GC_BATCH


def _make_gone_domain(model):
    """Return which rows are about no record of a model.

    Asked of each row apart, which PostgreSQL does at once for all. For a list of all
    records, if that is longer than its ``work_mem``, it would read the list again for
    each row: of a million cases it would not come to an end.
    """

    def to_sql(_rows, alias, _query):
        # Not `search`: it would leave out what is archived.
        records = model.sudo().with_context(active_test=False)._search(Domain.TRUE)
        record_id = SQL.identifier(records.table, "id")
        records.add_where(SQL("%s = %s", record_id, SQL.identifier(alias, "res_id")))
        return SQL("NOT EXISTS (%s)", records.select(SQL("1")))

    return Domain.custom(to_sql=to_sql)
