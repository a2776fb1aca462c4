from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class PortalWizard(models.TransientModel):
    """Odoo's own "Grant portal access": the same tick for many contacts at once."""

    _inherit = "portal.wizard"

    support_start_date = fields.Date(
        default=lambda self: self.env.company._get_portal_today()
    )
    support_end_date = fields.Date(
        default=lambda self: self._default_support_end_date()
    )
    portal_profile_id = fields.Many2one(
        "customer.portal.profile",
        "Profile",
        default=lambda self: self.env["customer.portal.profile"]._get_default(),
    )
    grantable_count = fields.Integer(compute="_compute_grantable_count")

    @api.model
    def _default_support_end_date(self):
        today = self.env.company._get_portal_today()
        return self.env["res.partner"]._get_proposed_end(today)

    @api.depends("user_ids.is_portal", "user_ids.is_internal")
    def _compute_grantable_count(self):
        for wizard in self:
            wizard.grantable_count = len(wizard._get_grantable())

    def action_grant_all(self):
        """Grant access to all contacts of the list that have none.

        :raise ValidationError: names all contacts with an unfit email address;
            nobody is granted access then
        """
        self.ensure_one()
        action = self._action_open_modal()
        if granted := self._get_granted_meanwhile():
            action = self._tell_granted_meanwhile(granted, action)
        lines = self._get_grantable()
        lines._grant()
        return lines._tell_ended(action)

    def _get_granted_meanwhile(self):
        """Return the contacts of the list to whom a colleague has just given access."""
        touchpoints_sudo = self.env["customer.portal.touchpoint"].sudo()
        return touchpoints_sudo.search(
            [
                ("partner_id", "in", self.user_ids.partner_id.ids),
                ("kind", "=", "granted"),
                ("date", ">=", self.create_date),
                ("user_id", "!=", self.env.uid),
            ]
        ).partner_id

    def _tell_granted_meanwhile(self, partners, action):
        message = self.env._(
            "These contacts already have portal access: %(names)s. Access was granted "
            "to the others.",
            names=", ".join(partners.mapped("display_name")),
        )
        return self._make_warning(message, action)

    @api.model
    def _make_warning(self, message, action):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "warning", "next": action},
        }

    def _get_grantable(self):
        """Leave out mere addresses, which core lists beside their contact."""
        return self.user_ids.filtered(
            lambda line: (
                not (line.is_portal or line.is_internal)
                and (line.email or line.partner_id.type == "contact")
            )
        )

    def _prepare_portal_values(self):
        """Return what is written on each contact that is granted access."""
        self.ensure_one()
        return {
            "portal_user": True,
            "support_start_date": self.support_start_date,
            "support_end_date": self.support_end_date,
            "portal_profile_id": self.portal_profile_id.id,
        }


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    portal_state = fields.Selection(
        related="partner_id.portal_state", related_sudo=False
    )

    @api.depends("partner_id.portal_user")
    def _compute_group_details(self):
        """Ask the contact: its user may be archived, or not be there yet."""
        result = super()._compute_group_details()
        for line in self:
            line.is_portal = line.partner_id.portal_user and not line.is_internal
        return result

    def action_grant_access(self):
        """Tick Portal User instead of creating the user here.

        Core creates users one by one and sends each mail at once: 14 s for 100
        contacts. The checks are core's.
        """
        self.ensure_one()
        self._assert_user_email_uniqueness()
        if self.is_portal or self.is_internal:
            raise UserError(
                self.env._(
                    'The partner "%s" already has the portal access.',
                    self.partner_id.name,
                )
            )
        self._grant()
        return self._tell_ended(self.action_refresh_modal())

    def action_revoke_access(self):
        self.ensure_one()
        if not self.is_portal:
            return super().action_revoke_access()
        self.partner_id.check_access("write")
        self.partner_id.sudo().portal_user = False
        self._update_partner_email()
        return self.action_refresh_modal()

    def action_invite_again(self):
        self.ensure_one()
        if not self.is_portal:
            return super().action_invite_again()
        self._assert_user_email_uniqueness()
        line = self._with_message()
        line._update_partner_email()
        line.partner_id._send_portal_credentials_again()
        return self.action_refresh_modal()

    def _grant(self):
        """Tick all contacts at once.

        Whoever may open the wizard may grant access, as in core; the portal group
        matters for what is edited on the contact.
        """
        self.partner_id.check_access("write")
        for line in self:
            if email_normalize(line.email) != email_normalize(line.partner_id.email):
                line.partner_id.email = line.email
        for wizard, lines in self.grouped("wizard_id").items():
            lines._with_message().partner_id.sudo().write(
                wizard._prepare_portal_values()
            )

    def _tell_ended(self, action):
        """Say whom of these it was of no use to, as what they follow has ended."""
        ended = self.partner_id._filter_source_ended()
        if not ended:
            return action
        return self.wizard_id._make_warning(ended._get_ended_text(), action)

    def _with_message(self):
        """Let the mail template show the invitation message of the wizard."""
        return self.with_context(welcome_message=self.wizard_id.welcome_message)
