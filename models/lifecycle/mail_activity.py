from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import GROUP_AGENT
from ..access.res_partner_extension import ACTIVITY_TYPE


class MailActivity(models.Model):
    """An activity that asks for more support: it is decided where it is seen."""

    _inherit = "mail.activity"

    portal_extend_label = fields.Char(
        "Extend Support", compute="_compute_portal_extend_label", exportable=False
    )

    @api.depends("activity_type_id", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_portal_extend_label(self):
        """Say what the first button does; nothing where there is nothing to decide."""
        asking = self._filter_portal_extensions()
        requests = self.env["customer.portal.extension"]
        found = asking and requests.search(asking._get_open_extension_domain())
        contact_ids = found.partner_id.ids if found else ()
        for activity in self:
            is_open = activity in asking and activity.res_id in contact_ids
            activity.portal_extend_label = is_open and requests._get_extend_label()

    def _filter_portal_extensions(self):
        """Return those by which customers ask for more support, for agents alone."""
        kind = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        if not kind or not self.env.user.has_group(GROUP_AGENT):
            return self.browse()
        return self.filtered(
            lambda one: one.activity_type_id == kind and one.res_model == "res.partner"
        )

    def _get_open_extension_domain(self):
        contacts = self.env["res.partner"].browse(self.mapped("res_id"))
        return self.env["customer.portal.extension"]._get_open_domain(contacts)

    @api.model
    def _get_portal_card_fields(self):
        return [*super()._get_portal_card_fields(), "portal_extend_label"]

    # === ACTION METHODS === #

    def action_extend_portal_support(self):
        """Grant what the activity asks for; the requests check who may."""
        done = self._get_open_portal_extensions().action_extend()
        return done or {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_choose_portal_extension(self):
        return self._get_open_portal_extensions().action_choose()

    def action_refuse_portal_extension(self):
        return self._get_open_portal_extensions().action_refuse()

    def _get_open_portal_extensions(self):
        """Return the requests behind these activities.

        :raise UserError: if none is open
        """
        self.check_access("read")
        requests = self.env["customer.portal.extension"]
        requests._check_may_decide()
        asking = self._filter_portal_extensions()
        found = requests.search(asking._get_open_extension_domain())
        if not found:
            raise UserError(self.env._("This request has already been decided."))
        return found
