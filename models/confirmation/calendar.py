from odoo import fields, models
from odoo.tools import SQL

KINDS = [
    ("end", "Support Ends"),
    ("review", "Access Review Due"),
    ("planned", "Next Access Review"),
]


class CustomerPortalCalendar(models.Model):
    """Days that agents plan by: ends of support periods, and access reviews."""

    _name = "customer.portal.calendar"
    _description = "Customer Portal Ends and Reviews"
    _auto = False
    _order = "date, id"
    _rec_name = "name"
    _depends = {
        "res.partner": [
            *("active", "commercial_partner_id", "company_id", "name"),
            *("portal_profile_id", "portal_user", "support_end_date"),
            *("support_start_date", "user_id"),
        ],
        "customer.portal.profile": ["confirmation_months"],
        "customer.portal.confirmation": [
            *("company_id", "date", "date_due", "organization_id"),
            *("organization_name", "state"),
        ],
    }

    name = fields.Char(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    date = fields.Date(readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    organization_id = fields.Many2one("res.partner", readonly=True)
    profile_id = fields.Many2one("customer.portal.profile", readonly=True)
    confirmation_id = fields.Many2one(
        "customer.portal.confirmation", "Access Review", readonly=True
    )
    user_id = fields.Many2one("res.users", "Account Representative", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        reviews = self.env["customer.portal.confirmation"].sudo()
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            self._get_ends_sql(),
            self._get_reviews_sql(),
            self._get_planned_sql(reviews),
        )

    def _get_ends_sql(self):
        return SQL(
            """
            SELECT contact.id::bigint * 3 AS id, contact.name AS name, 'end' AS kind,
                   contact.support_end_date AS date, contact.id AS partner_id,
                   contact.commercial_partner_id AS organization_id,
                   contact.portal_profile_id AS profile_id,
                   NULL::int AS confirmation_id,
                   COALESCE(contact.user_id, organization.user_id) AS user_id,
                   contact.company_id AS company_id
              FROM res_partner contact
         LEFT JOIN res_partner organization
                ON organization.id = contact.commercial_partner_id
             WHERE contact.portal_user AND contact.active
               AND contact.support_end_date IS NOT NULL
            """
        )

    def _get_reviews_sql(self):
        return SQL(
            """
            SELECT review.id::bigint * 3 + 1, review.organization_name, 'review',
                   review.date_due, NULL::int, review.organization_id, NULL::int,
                   review.id, organization.user_id, review.company_id
              FROM customer_portal_confirmation review
         LEFT JOIN res_partner organization ON organization.id = review.organization_id
             WHERE review.state = 'open'
            """
        )

    def _get_planned_sql(self, reviews):
        """Return the day on which the next review of an organization starts."""
        return SQL(
            """
            SELECT organization.id::bigint * 3 + 2, organization.name, 'planned',
                   GREATEST(MIN(%(due)s)::date, %(today)s), NULL::int,
                   organization.id, NULL::int, NULL::int, organization.user_id,
                   organization.company_id
              FROM res_partner contact
              JOIN customer_portal_profile profile ON profile.id = %(profile)s
              JOIN res_partner organization
                ON organization.id = contact.commercial_partner_id
         LEFT JOIN (
                   SELECT organization_id, MAX(date) AS date,
                          BOOL_OR(state = 'open') AS is_open
                     FROM customer_portal_confirmation
                 GROUP BY organization_id
                   ) last ON last.organization_id = organization.id
             WHERE profile.confirmation_months > 0 AND %(access)s
               AND last.is_open IS NOT TRUE
          GROUP BY organization.id
            """,
            due=reviews._get_due_sql(),
            today=reviews._get_today(),
            profile=reviews._get_profile_sql(),
            access=reviews._get_access_sql("contact"),
        )

    def action_open(self):
        """Open what the day is about."""
        self.ensure_one()
        self.check_access("read")
        record = self.confirmation_id or self.partner_id or self.organization_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
