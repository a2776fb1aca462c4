from odoo.fields import Domain

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
            # Not `search`: it would leave out what is archived.
            records = rows.env[name].sudo().with_context(active_test=False)
            domain &= Domain("res_id", "not in", records._search(Domain.TRUE))
        gone |= rows.search(domain, limit=GC_BATCH - len(gone))
        if len(gone) == GC_BATCH:
            break
    count = len(gone)
    gone.unlink()
    return count, count == GC_BATCH
