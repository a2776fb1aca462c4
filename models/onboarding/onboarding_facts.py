from urllib.parse import urlsplit

from odoo import api, models

from .onboarding import SETTINGS

# What a company is called before anybody has named it.
FIRST_NAMES = ("My Company", "YourCompany")
# Of the look, what says that somebody has chosen it: colors are in the style.
LOOK_PARTS = ("title", "logo", "style", "theme")
# Where nobody but the machine itself finds Odoo.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")


class CustomerPortalOnboarding(models.AbstractModel):
    """What each step is done by, and where it is done."""

    _inherit = "customer.portal.onboarding"

    # === BUSINESS METHODS: DONE === #

    @api.model
    def _is_mail_done(self, company_sudo):
        """Whether the last test succeeded, and no mail server changed since."""
        tested = company_sudo.portal_mail_tested
        servers_sudo = self.env["ir.mail_server"].sudo()
        changed = tested and servers_sudo.search_count(
            [("write_date", ">", tested)], limit=1
        )
        return bool(tested and not changed)

    @api.model
    def _is_company_done(self, company_sudo):
        is_named = company_sudo.name not in FIRST_NAMES
        has_logo = not company_sudo.uses_default_logo
        return bool(is_named and has_logo and company_sudo.email)

    @api.model
    def _is_assignee_done(self, company_sudo):
        return bool(company_sudo._get_portal_assignees())

    @api.model
    def _is_look_done(self, company_sudo):
        """Whether the portal looks like the company and can be reached from outside."""
        host = urlsplit(company_sudo._get_portal_base_url()).hostname
        look = company_sudo._get_portal_branding_set()
        return host not in LOCAL_HOSTS and any(look[part] for part in LOOK_PARTS)

    @api.model
    def _is_faq_done(self, _company_sudo):
        return self._exists("customer.portal.faq", [("is_published", "=", True)])

    @api.model
    def _is_customer_done(self, company_sudo):
        return self._exists(
            "res.partner",
            [
                ("portal_user", "=", True),
                ("company_id", "in", [False, company_sudo.id]),
            ],
        )

    @api.model
    def _is_visit_done(self, _company_sudo):
        """Whether anybody has ever been in the portal: Odoo counts logins by user."""
        return self._exists(
            "res.users",
            [("share", "=", True), ("partner_id.portal_user", "=", True)]
            + [("log_ids", "!=", False)],
        )

    @api.model
    def _exists(self, model_name, domain):
        model = self.env[model_name]
        return bool(model.sudo().search_count(domain, limit=1))

    # === BUSINESS METHODS: WHERE === #

    @api.model
    def _open_mail(self):
        return self.env.company._try_portal_mail()

    @api.model
    def _open_company(self):
        return self._open_form("res.company", self.env._("Company"), self.env.company)

    @api.model
    def _open_assignee(self):
        return self._open_xml_id(SETTINGS)

    @api.model
    def _open_look(self):
        return self._open_xml_id(SETTINGS)

    @api.model
    def _open_faq(self):
        return self._open_form("customer.portal.faq", self.env._("New FAQ"))

    @api.model
    def _open_customer(self):
        """Open a new contact, in the form that Portal Users opens."""
        action = self._open_xml_id("customer_portal.res_partner_action_portal")
        forms = [view for view in action["views"] if view[1] == "form"]
        return {**action, "views": forms, "view_mode": "form"}

    @api.model
    def _open_visit(self):
        url = f"{self.env.company._get_portal_base_url()}/my"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    @api.model
    def _open_form(self, model_name, name, record=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model_name,
            "res_id": record and record.id,
            "views": [(False, "form")],
        }

    @api.model
    def _open_xml_id(self, xml_id):
        return self.env["ir.actions.actions"]._for_xml_id(xml_id)
