from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..mail.mail import OPEN_STATES

# After how many minutes a login email that has not left is waiting.
PATIENCE_MINUTES = 15
# The module that customers need to see what a list holds, by its model.
MODULES = {
    "project.task": "cases",
    "customer.portal.faq": "faqs",
    "customer.portal.document": "documents",
}


class CustomerPortalOnboarding(models.AbstractModel):
    """What keeps customers from what a list holds, said above it."""

    _inherit = "customer.portal.onboarding"

    @api.model
    def _get_notices(self, model_name):
        """Return what is missing for a list, and the way there for whoever may go it.

        :rtype: list[dict]
        """
        notices = [
            self._get_module_notice(MODULES.get(model_name)),
            model_name == "customer.portal.faq" and self._get_faq_notice(),
            model_name == "res.partner" and self._get_mail_notice(),
        ]
        return [notice for notice in notices if notice]

    @api.model
    def _get_module_notice(self, code):
        """Say that no profile shows a module."""
        rows_sudo = self.env["customer.portal.permission"].sudo()
        shown = Domain("visible", "=", True) & Domain("module_id.code", "=", code)
        if not code or rows_sudo.search_count(shown, limit=1):
            return None
        modules_sudo = self.env["customer.portal.module"].sudo()
        module = modules_sudo.search([("code", "=", code)])
        if not module:
            return None
        profile = self.env["customer.portal.profile"]._get_default()
        text = self.env._(
            "No profile shows %(module)s, so customers can't see them.",
            module=module.name,
        )
        button = self.env._("Open profile %(profile)s", profile=profile.name)
        return self._make_notice(text, button, "profile", self._may_configure())

    @api.model
    def _get_faq_notice(self):
        """Say that customers find nothing, though something is written."""
        faqs_sudo = self.env["customer.portal.faq"].sudo()
        if self._is_faq_done(None) or not faqs_sudo.search_count([], limit=1):
            return None
        text = self.env._(
            "No FAQs are published, so customers can't see any. Turn on Published for "
            "those that are ready."
        )
        return self._make_notice(text)

    @api.model
    def _get_mail_notice(self):
        """Say that login details wait for a mail server."""
        is_system = self.env.user.has_group("base.group_system")
        count = self._may_configure() and self._count_waiting()
        if not count:
            return None
        text = (
            self.env._(
                "The mail server is not accepting login emails. Waiting: %s", count
            )
            if self._exists("ir.mail_server", [])
            else self.env._("No outgoing mail server. Login emails waiting: %s", count)
        )
        button = self.env._("Outgoing mail servers")
        return self._make_notice(text, button, "servers", is_system)

    @api.model
    def _count_waiting(self):
        """Count the login emails that a mail server refused, or nobody came for."""
        start = fields.Datetime.now() - timedelta(minutes=PATIENCE_MINUTES)
        late = Domain("state", "=", "retry") | Domain("date", "<", start)
        rows_sudo = self.env["customer.portal.mail"].sudo()
        login = Domain("kind", "=", "login") & Domain("state", "in", OPEN_STATES)
        return rows_sudo.search_count(login & late)

    @api.model
    def _make_notice(self, text, button=None, code=None, may_go=False):
        way = {"button": button, "code": code} if may_go else {}
        return {"text": text, "button": None, "code": None, **way}

    # === BUSINESS METHODS: WHERE === #

    @api.model
    def _get_allowed_codes(self):
        codes = [*super()._get_allowed_codes(), "profile"]
        if self.env.user.has_group("base.group_system"):
            codes.append("servers")
        return codes

    @api.model
    def _open_profile(self):
        profile = self.env["customer.portal.profile"]._get_default()
        return self._open_form(profile._name, profile.name, profile)

    @api.model
    def _open_servers(self):
        return self._open_xml_id("base.action_ir_mail_server_list")
