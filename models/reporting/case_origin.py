import ast

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ORIGINS = [("web", "Portal"), ("mail", "Email"), ("agent", "Agent")]
NO_CASES = """
    SELECT 0 AS id, NULL::integer AS partner_id, NULL::integer AS organization_id,
           NULL::integer AS profile_id, NULL::integer AS company_id,
           NULL::timestamp AS date, NULL::varchar AS origin
     WHERE FALSE
"""


class CustomerPortalCaseOrigin(models.Model):
    """Whether cases come from the portal, by email, or are made by agents.

    Those of the portal bear its mark; those of an email were made together with it.
    Each reader finds the cases that they may read in Odoo, and no contact of others.
    """

    _name = "customer.portal.case.origin"
    _description = "Origin of Cases"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "origin"

    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    organization_id = fields.Many2one("res.partner", readonly=True)
    profile_id = fields.Many2one("customer.portal.profile", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime("Created On", readonly=True)
    origin = fields.Selection(ORIGINS, readonly=True)

    @property
    def _table_query(self):
        module = self.env["customer.portal.module"].sudo()._get_cases()
        cases = self.env.get(module.model_name)
        if cases is None or not cases.has_access("read"):
            return SQL(NO_CASES)
        return self._select_cases(cases, module)

    @api.model
    def _select_cases(self, cases, module):
        return SQL(
            """
            SELECT cases.id, cases.partner_id, cases.create_date AS date,
                   partner.commercial_partner_id AS organization_id,
                   partner.portal_profile_id AS profile_id,
                   COALESCE(cases.company_id, partner.company_id) AS company_id,
                   CASE WHEN origin.id IS NOT NULL THEN 'web'
                        WHEN EXISTS (
                             SELECT FROM mail_message message
                              WHERE message.model = %(model)s
                                AND message.res_id = cases.id
                                AND message.message_type = 'email'
                                AND message.create_date
                                    < cases.create_date + interval '1 minute')
                        THEN 'mail' ELSE 'agent' END AS origin
              FROM (%(found)s) cases
         LEFT JOIN res_partner partner ON partner.id = cases.partner_id
         LEFT JOIN customer_portal_origin origin
                ON origin.model_name = %(model)s AND origin.res_id = cases.id
               AND origin.date IS NOT NULL
            """,
            model=cases._name,
            found=self._find_cases(cases, module),
        )

    @api.model
    def _find_cases(self, cases, module):
        """Return all cases with their contact, by the path that the module names."""
        domain = Domain(ast.literal_eval(module.domain or "[]"))
        query = cases.with_context(active_test=False)._search(domain)
        owner = self.env["customer.portal.effect"]._get_owner(
            cases.sudo(), query.table, query, module.partner_field
        )
        contact = owner.sql if owner else SQL("NULL::int")
        if owner and owner.is_array:
            # Of several contacts one counts, so that each case is counted once.
            contact = SQL("(%s)[1]", contact)
        columns = (
            SQL.identifier(query.table, name)
            for name in ("id", "create_date", "company_id")
        )
        return query.select(*columns, SQL("%s AS partner_id", contact))
