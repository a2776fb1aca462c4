from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class Owner(NamedTuple):
    """Whose a record is, as a column of the records that are grouped."""

    sql: SQL  # the id of a contact, or an array of ids
    is_array: bool


NOBODY = Owner(SQL("NULL::int"), False)


class CustomerPortalEffect(models.AbstractModel):
    """The way from a record to its contacts, as a join instead of a condition.

    The gate asks whether a path leads to one contact; here it is where it leads to.
    """

    _inherit = "customer.portal.effect"

    @api.model
    def _get_owner(self, model, alias, query, path):
        """Return the contacts that a path of stored fields leads to.

        :param query: of the records, to which joins are added
        :return: None if it cannot be said
        :rtype: Owner | None
        """
        if not path:
            return NOBODY
        *way, last = path.split(".")
        for place, name in enumerate(way):
            field = model._fields[name]
            if field.type != "many2one":
                return self._get_owners(model, alias, way[place:] + [last])
            model, alias = field.join(model, alias, query)
        if last != "id" and model._fields[last].type != "many2one":
            return self._get_owners(model, alias, [last])
        return Owner(model._field_to_sql(alias, last, query), False)

    @api.model
    def _get_owners(self, model, alias, names):
        """Return the contacts behind a list of records, as an array."""
        field, *rest = (model._fields[names[0]], *names[1:])
        linked = model.env[field.comodel_name].with_context(**field.context)
        query = linked._search(field.get_comodel_domain(model))
        link = self._link(field, alias, query)
        if query.table == alias or link is None:
            return None
        query.add_where(link)
        owner = self._get_owner(linked, query.table, query, ".".join(rest) or "id")
        if not owner or owner.is_array:
            return None
        found = query.select(SQL("DISTINCT %s", owner.sql))
        return Owner(SQL("ARRAY(%s ORDER BY 1)", found), True)

    @api.model
    def _link(self, field, alias, query):
        """Return the condition that records stand in a list of another one."""
        outer = SQL.identifier(alias, "id")
        inner = SQL.identifier(query.table, "id")
        if field.type == "many2many" and field.store:
            relation = SQL.identifier(field.relation)
            return SQL(
                "EXISTS (SELECT 1 FROM %s AS rel WHERE rel.%s = %s AND rel.%s = %s)",
                relation,
                SQL.identifier(field.column1),
                outer,
                SQL.identifier(field.column2),
                inner,
            )
        inverse = field.comodel_name and self.env[field.comodel_name]._fields.get(
            getattr(field, "inverse_name", None) or ""
        )
        if inverse and inverse.type == "many2one" and inverse.store:
            return SQL("%s = %s", SQL.identifier(query.table, inverse.name), outer)
        return None

    # === WHICH RECORDS === #

    @api.model
    def _get_condition(self, model, domain, query):
        """Return the condition that the search of the gate makes of a domain.

        The same as ``_search`` makes: without what is archived, unless it is asked for.
        """
        if domain.is_false():
            return SQL("FALSE")
        active = model._active_name
        names = {condition.field_expr for condition in domain.iter_conditions()}
        if active and active not in names:
            domain &= Domain(active, "=", True)
        domain = domain.optimize_full(model)
        return domain._to_sql(model, model._table, query)
