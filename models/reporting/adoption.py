from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

ACTIVE_DAYS = 30
STATES = [
    ("scheduled", "Scheduled"),
    ("invited", "Never Logged In"),
    ("logged_in", "Has Logged In"),
    ("active", "Active in the Last 30 Days"),
    ("grace", "Grace"),
    ("ended", "Support Ended"),
]


class CustomerPortalAdoption(models.Model):
    """Who has access to the portal, and how far they make use of it."""

    _name = "customer.portal.adoption"
    _description = "Portal Adoption"
    _auto = False
    _order = "last_login DESC NULLS LAST, id"
    _rec_name = "partner_id"
    _depends = {
        "res.partner": [
            *("active", "commercial_partner_id", "company_id", "portal_profile_id"),
            *("portal_user", "support_end_date", "support_start_date"),
        ],
        "customer.portal.profile": ["grace_days"],
        "res.users": ["partner_id", "share"],
        "res.users.log": ["create_uid", "create_date"],
    }

    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    organization_id = fields.Many2one("res.partner", readonly=True)
    profile_id = fields.Many2one("customer.portal.profile", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    start = fields.Date("Access Since", readonly=True)
    last_login = fields.Datetime(readonly=True)
    state = fields.Selection(STATES, "Use", readonly=True)

    @property
    def _table_query(self):
        default = self.env["customer.portal.profile"].sudo()._get_default()
        return SQL(
            """
            SELECT partner.id, partner.id AS partner_id, partner.company_id,
                   partner.commercial_partner_id AS organization_id,
                   COALESCE(partner.portal_profile_id, %(profile)s) AS profile_id,
                   partner.support_start_date AS start, login.date AS last_login,
                   CASE WHEN partner.support_end_date
                             < day.today - COALESCE(profile.grace_days, 0) THEN 'ended'
                        WHEN partner.support_end_date < day.today THEN 'grace'
                        WHEN partner.support_start_date > day.today THEN 'scheduled'
                        WHEN login.date IS NULL THEN 'invited'
                        WHEN login.date >= %(since)s THEN 'active'
                        ELSE 'logged_in' END AS state
              FROM res_partner partner
         LEFT JOIN customer_portal_profile profile
                ON profile.id = COALESCE(partner.portal_profile_id, %(profile)s)
 CROSS JOIN LATERAL (SELECT %(today)s AS today) day
 LEFT JOIN LATERAL (
                   SELECT MAX(log.create_date) AS date
                     FROM res_users users
                     JOIN res_users_log log ON log.create_uid = users.id
                    WHERE users.partner_id = partner.id AND users.share
                   ) login ON TRUE
             WHERE partner.portal_user IS TRUE AND partner.active
            """,
            profile=default.id or None,
            today=self.env["res.company"]._get_portal_today_sql("partner"),
            since=fields.Datetime.now() - timedelta(days=ACTIVE_DAYS),
        )
