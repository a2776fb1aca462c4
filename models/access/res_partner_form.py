from odoo import api, fields, models

# Context key: contacts are made to become portal users. As a default it does not go on
# to the forms that open from theirs, such as that of their company.
NEW_USER = "default_customer_portal_new_user"


class ResPartner(models.Model):
    """What an agent sees of an access while filling in the form of a contact."""

    _inherit = "res.partner"

    portal_is_granted = fields.Boolean(
        compute="_compute_portal_is_granted",
        groups="base.group_user",
        help="Whether the access has been saved and its status can be shown.",
    )

    def _compute_portal_is_granted(self):
        """Read what is saved, not what somebody fills in: it depends on nothing."""
        for partner in self:
            partner.portal_is_granted = partner._origin.portal_user

    @api.onchange("portal_user")
    def _onchange_portal_user(self):
        """Propose a period and a profile as soon as the box is ticked."""
        for partner in self.filtered("portal_user"):
            partner.update(partner._propose_portal_access(()))

    @api.onchange("support_end_date")
    def _onchange_support_end_date(self):
        """Take back a start that was only proposed, if the end is in the past.

        Else the period could not be saved. A start that is saved, or another one, is
        the agent's.
        """
        for partner in self.filtered("support_end_date"):
            today = partner.company_id._get_portal_today()
            start, saved = partner.support_start_date, partner._origin
            is_proposed = start == today and saved.support_start_date != today
            if is_proposed and partner.support_end_date < today:
                partner.support_start_date = False

    def onchange(self, values, field_names, fields_spec):
        """Tick what is made new from Portal Users; whoever makes it sees it.

        A default in the context would go on to all that is made with it, such as the
        addresses of the contact, and lines of an import.
        """
        partners = self
        if not field_names and not self and self.env.context.get(NEW_USER):
            partners = self.with_context(default_portal_user=True)
        return super(ResPartner, partners).onchange(values, field_names, fields_spec)
