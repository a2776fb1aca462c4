from odoo import api, fields, models


class CustomerPortalDismissal(models.Model):
    """That a contact has dismissed an announcement (feature row 109).

    Of the version he has seen: one that was changed since then is shown again.
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
        values = {"partner_id": partner.id, "profile_id": profile_id}
        known = self.search([(name, "=", value) for name, value in values.items()])
        if known:
            known.version = version
        else:
            self.create({**values, "version": version})
