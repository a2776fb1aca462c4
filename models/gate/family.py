from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.cache import get_organizations


class CustomerPortalGate(models.AbstractModel):
    """An organization and all contacts below it, however deep the tree is.

    Core's ``child_of`` asks for each level, again in each search of a page: the list of
    cases of a customer with five levels of subsidiaries took 37 queries instead of 12.
    """

    _inherit = "customer.portal.gate"

    @api.model
    def _get_family_domain(self, model_name, path, organization_id):
        """Return what belongs to an organization or to a contact below it.

        :param str path: of the field that leads from the model to the contact
        :rtype: odoo.fields.Domain
        """
        *way, fname = path.split(".")
        model = self.env[model_name]
        for name in way:
            model = self.env[model._fields[name].comodel_name]
        field = model._fields[fname]
        is_column = field.type == "many2one" and field.store
        # Of a contact's own fields, core takes any for the parent.
        if not is_column or model._name == "res.partner":
            return Domain(path, "child_of", [organization_id])
        domain = self._make_family_domain(fname, organization_id)
        return Domain(".".join(way), "any", domain) if way else domain

    @api.model
    def _make_family_domain(self, fname, organization_id):
        """Compare a field with the contacts of a family.

        The domain is cached, so nothing in it may hold records, nor who belongs to the
        family: that is looked up when it is used.
        """

        def to_sql(model, alias, query):
            gate = model.env["customer.portal.gate"]
            contact = model._field_to_sql(alias, fname, query)
            array = gate._get_family_array(organization_id)
            return SQL(
                "(%s IS NOT NULL AND %s = ANY(%s::integer[]))", contact, contact, array
            )

        def is_theirs(record):
            gate = record.env["customer.portal.gate"]
            return record[fname].id in gate._get_family_ids(organization_id)

        return Domain.custom(to_sql=to_sql, predicate=is_theirs)

    @api.model
    def _get_family_ids(self, organization_id):
        """Look up an organization and all below it once a transaction, archived too.

        :rtype: frozenset[int]
        """
        families = get_organizations(self.env.cr)
        key = "family", organization_id
        if key not in families:
            rows = self.env.execute_query(self._select_family(organization_id))
            families[key] = frozenset(row[0] for row in rows)
        return families[key]

    @api.model
    def _get_family_array(self, organization_id):
        """Return the same as PostgreSQL's text of a list, made once a transaction, too.

        It reads a text of ten thousand eight times as fast as as many parameters.

        :rtype: str
        """
        families = get_organizations(self.env.cr)
        key = "family array", organization_id
        if key not in families:
            ids = self._get_family_ids(organization_id)
            families[key] = f"{{{','.join(map(str, ids))}}}"
        return families[key]

    @api.model
    def _select_family(self, organization_id):
        parent = self.env["res.partner"]._fields["parent_id"]
        return SQL(
            """
            WITH RECURSIVE family AS (
                SELECT %(top)s::integer AS id
                 UNION
                SELECT below.id FROM res_partner below
                  JOIN family ON %(parent)s = family.id
            )
            SELECT id FROM family ORDER BY id
            """,
            top=organization_id,
            parent=SQL.identifier("below", parent.name, to_flush=parent),
        )
