from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...const import GROUP_AGENT
from ...utils import BREAKS, clean_email

# Context key: somebody logs in just now.
LOGGING_IN = "customer_portal_logging_in"
# Context key by which names of contacts show more -> what they show.
SHOWN_IN_NAME = {
    "show_address": "contact_address",
    "show_email": "email",
    "show_vat": "vat",
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_profile_id = fields.Many2one(
        "customer.portal.profile",
        "Profile",
        ondelete="restrict",
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="Determines what the contact can see and do in the customer portal.",
    )
    portal_touchpoint_ids = fields.One2many(
        "customer.portal.touchpoint",
        "partner_id",
        "Customer Touchpoints",
        readonly=True,
        groups=GROUP_AGENT,
    )
    portal_mail_obstacle = fields.Char(
        string="Email Obstacle",
        compute="_compute_portal_mail_obstacle",
        groups="base.group_user",
    )
    portal_touchpoint_count = fields.Integer(
        "Touchpoints",
        compute="_compute_portal_touchpoint_count",
        groups=GROUP_AGENT,
    )
    # === COMPUTE METHODS === #

    @api.depends("email", "portal_user")
    def _compute_portal_mail_obstacle(self):
        opted_out = self.filtered("portal_user")._filter_opted_out()
        for partner in self:
            partner.portal_mail_obstacle = (
                partner in opted_out and self._get_opt_out_reason()
            )

    def _compute_portal_touchpoint_count(self):
        """Count what the form of the contact lists anyway, so it is read once."""
        for partner in self:
            partner.portal_touchpoint_count = len(partner._origin.portal_touchpoint_ids)

    def _compute_display_name(self):
        """Let customers read names that are made of hidden fields, such as the company.

        But add nothing hidden to the name, whatever the context asks for.
        """
        if not self._get_portal_hidden_fields():
            return super()._compute_display_name()
        hidden = {
            key: False
            for key, fname in SHOWN_IN_NAME.items()
            if self._is_portal_hidden(fname)
        }
        partners_sudo = self.sudo().with_context(**hidden)
        super(ResPartner, partners_sudo)._compute_display_name()
        for partner, partner_sudo in zip(self, partners_sudo, strict=True):
            partner.display_name = partner_sudo.display_name
        return None

    # === CRUD METHODS === #

    @api.model
    def _get_portal_lines(self):
        """Keep also to one line what Odoo makes names of companies and contacts of."""
        return (*super()._get_portal_lines(), "company_name", "function")

    @api.model
    def _clean_portal_texts(self, vals):
        """Compare addresses by what of them is seen."""
        vals = super()._clean_portal_texts(vals)
        if "email" in vals:
            self._check_portal_email(vals["email"])
            email = vals["email"]  # Nothing but blanks is for core to judge.
            vals = {**vals, "email": clean_email(email) or email}
        return vals

    @api.model
    def _check_portal_email(self, email):
        """Refuse a customer's address of several lines: it would go into mails so.

        Those inside may bring along lists of addresses from spreadsheets.
        """
        is_lines = isinstance(email, str) and BREAKS.search(email.strip())
        if is_lines and self.env.user.share:
            raise ValidationError(
                self.env._("Invalid Email! Please enter a valid email address.")
            )

    # === ACTION METHODS === #

    def action_send_portal_credentials(self):
        """Send the login details again, by hand."""
        self.check_access("write")
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only Customer Portal agents can send login details.")
            )
        closed = self.filtered(lambda p: p.portal_state in ("none", "expired"))
        (self - closed or self)._send_portal_credentials_again()
        return len(self) > 1 and self._tell_sent_again(closed)

    def _tell_sent_again(self, closed):
        """Tell whoever sends to many who of them gets nothing."""
        message = self.env._(
            "Login details being sent: %(number)s.",
            number=len(self - closed),
        )
        if closed:
            message += " " + self.env._(
                "Not sent to contacts without active portal access: %(names)s.",
                names=", ".join(closed.mapped("display_name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if closed else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_portal_touchpoints(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_touchpoint_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        return action
