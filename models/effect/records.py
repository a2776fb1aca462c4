from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

# The records of a module, grouped by whose they are.
GROUPS = SQL.identifier("customer_portal_effect_group")
# Where the transaction keeps what the table of groups is about.
GROUPED = "customer_portal_effect_grouped"
SIDES = ("a", "b")  # after, before


class CustomerPortalEffect(models.AbstractModel):
    """The records of a module, read once and grouped by what decides who sees them."""

    _inherit = "customer.portal.effect"

    @api.model
    def _group_records(self, model_name, after, before):
        """Put the records that either side shows into a table of groups.

        A group has a number ``gid``, for each side whether it is shown (``a_shown``)
        and whose it is (``a_own``, ``a_org``), its company, how many records and files
        it has, and the smallest id.

        :return: which columns hold arrays; None if a path cannot be grouped by
        :rtype: frozenset | None
        """
        with_files = after.files or before.files
        key = model_name, after.grouping, before.grouping, with_files
        known = self.env.cr.cache.get(GROUPED)
        if known and known[0] == key:
            return known[1]
        parts = self._get_grouped(model_name, after, before)
        if parts is None:
            return None
        query, columns, arrays = parts
        files = self._join_files(query, model_name) if with_files else SQL("0")
        self._make_table(GROUPS, self._select_groups(query, columns, files))
        self.env.cr.cache[GROUPED] = key, arrays
        return arrays

    @api.model
    def _drop_groups(self):
        self.env.cr.cache.pop(GROUPED, None)
        self._drop_table(GROUPS)

    @api.model
    def _get_grouped(self, model_name, after, before):
        """Return the query of the records, and by what they are grouped.

        :return: the query, SQL by the name of the column, and which hold arrays
        """
        model = self.env[model_name].sudo()
        query = Query(self.env, model._table, model._table_sql)
        columns, arrays = {"company": self._get_company_sql(model, query)}, set()
        for side, one in zip(SIDES, (after, before), strict=True):
            condition = self._get_condition(model, one.domain, query)
            columns[f"{side}_shown"] = condition
            owners = {
                f"{side}_{name}": self._get_owner(model, model._table, query, path)
                for name, path in one.owners.items()
            }
            owners.update(self._get_more_columns(side, one, model, query))
            if None in owners.values():
                return None
            columns.update({name: owner.sql for name, owner in owners.items()})
            arrays.update(name for name, owner in owners.items() if owner.is_array)
        query.add_where(SQL("(%(a_shown)s OR %(b_shown)s)", **columns))
        return query, columns, frozenset(arrays)

    @api.model
    def _get_more_columns(self, _side, _one, _model, _query):
        """Return what else decides who sees a record, by column. To be extended.

        :rtype: dict[str, Owner]
        """
        return {}

    @api.model
    def _get_company_sql(self, model, query):
        """Return the company of a record, where the gate keeps customers to theirs."""
        gate = self.env["customer.portal.gate"].sudo()
        if gate._get_company_domain((), model._name).is_true():
            return SQL("NULL::int")
        return model._field_to_sql(model._table, "company_id", query)

    @api.model
    def _select_groups(self, query, columns, files):
        inner = query.select(
            SQL.identifier(query.table, "id"),
            SQL("%s AS files", files),
            *(SQL("%s AS %s", sql, SQL.identifier(n)) for n, sql in columns.items()),
        )
        names = SQL(", ").join(map(SQL.identifier, columns))
        return SQL(
            "SELECT row_number() OVER () AS gid, count(*) AS records,"
            " sum(files) AS files, min(id) AS first_id, %s FROM (%s) found GROUP BY %s",
            names,
            inner,
            names,
        )

    @api.model
    def _join_files(self, query, model_name):
        """Join how many files the page of each record lists.

        Those that lie on the record itself. Documents that are shared or withdrawn are
        counted with Documents.
        """
        gate = self.env["customer.portal.gate"].sudo()
        attachments = self.env["ir.attachment"].sudo()
        domain = Domain("res_model", "=", model_name) & Domain("res_field", "=", False)
        domain &= Domain.custom(to_sql=gate._get_file_sql)
        domain &= Domain.custom(to_sql=self.env["customer.portal.file"]._get_unsent_sql)
        found = attachments._search(domain)
        res_id = SQL.identifier(found.table, "res_id")
        found.groupby = res_id
        rows = found.select(SQL("%s AS res_id", res_id), SQL("count(*) AS files"))
        query.add_join(
            "LEFT JOIN",
            "portal_files",
            SQL("(%s)", rows),
            SQL("portal_files.res_id = %s", SQL.identifier(query.table, "id")),
        )
        return SQL("coalesce(portal_files.files, 0)")
