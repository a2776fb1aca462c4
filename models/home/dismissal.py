from odoo import api, fields, models
from odoo.tools import SQL


class CustomerPortalDismissal(models.Model):
    """That a contact has dismissed an announcement.

    Of the version they have seen: one that was changed since then is shown again.
    """

    _name = "customer.portal.dismissal"
    _description = "Customer Portal Dismissed Announcement"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="cascade"
    )
    profile_id = fields.Many2one(
        "customer.portal.profile", required=True, index=True, ondelete="cascade"
    )
    version = fields.Integer(required=True)

    _announcement_uniq = models.Constraint(
        "UNIQUE (partner_id, profile_id)", "The contact has dismissed it already."
    )

    @api.model
    def _dismiss(self, partner, profile_id, version):
        """Remember that a contact wants to see no more of an announcement."""
        # At once, as somebody may click twice.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_portal_dismissal (partner_id, profile_id, version)
                     VALUES (%s, %s, %s)
                ON CONFLICT (partner_id, profile_id)
                  DO UPDATE SET version = EXCLUDED.version
                """,
                partner.id,
                profile_id,
                version,
            )
        )
        self.invalidate_model()
