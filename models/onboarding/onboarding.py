from odoo import api, models
from odoo.exceptions import AccessError

from ...const import GROUP_MANAGER

SETTINGS = "customer_portal.res_config_settings_action"
# The lists that Getting Started stands above.
FIRST_PAGES = ("project.task", "res.partner")


class CustomerPortalOnboarding(models.AbstractModel):
    """Getting Started: what is left to do until the first customer can work.

    Done is what the database shows, not what somebody has clicked, so nothing is
    stored but that a company has hidden it. (Odoo's own onboarding stores clicks, and
    has had no panel to draw them since version 17.)
    """

    _name = "customer.portal.onboarding"
    _description = "Customer Portal Onboarding"

    # === BUSINESS METHODS: CALLED BY THE PANEL === #

    @api.model
    def get_panel(self, model_name):
        """Return what stands above a list of the app.

        :param str model_name: of the list
        :return: ``steps``, each with ``code``, ``title``, ``text``, ``button`` and
            ``done``; and ``notices``, each with ``text``, ``button`` and ``code``
        :rtype: dict
        """
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._("Only internal users can see Getting Started.")
            )
        return {
            "steps": self._get_steps() if self._is_shown(model_name) else [],
            "notices": self._get_notices(model_name),
        }

    @api.model
    def open_step(self, code):
        """Return the action that leads to where a step is done.

        :param str code: of a step that the user may do
        """
        if not self._may_configure() or code not in self._get_allowed_codes():
            raise AccessError(self.env._("You are not allowed to do this step."))
        return getattr(self, f"_open_{code}")()

    @api.model
    def hide_panel(self):
        """Hide Getting Started for the company, until Settings bring it back."""
        if not self._may_configure():
            raise AccessError(
                self.env._("Only administrators can hide Getting Started.")
            )
        self.env.company.sudo().portal_onboarding_closed = True

    # === BUSINESS METHODS: STEPS === #

    @api.model
    def _may_configure(self):
        return self.env.user.has_group(GROUP_MANAGER)

    @api.model
    def _is_shown(self, model_name):
        if model_name not in FIRST_PAGES or not self._may_configure():
            return False
        return not self.env.company.sudo().portal_onboarding_closed

    @api.model
    def _get_steps(self):
        allowed, company_sudo = self._get_allowed_codes(), self.env.company.sudo()
        return [
            {
                "code": code,
                "title": title,
                "text": text,
                "button": button,
                "done": getattr(self, f"_is_{code}_done")(company_sudo),
            }
            for code, (title, text, button) in self._get_texts(company_sudo).items()
            if code in allowed
        ]

    @api.model
    def _get_allowed_codes(self):
        """Return the steps that the user may do. To be extended, as ``_get_texts``.

        A step ``x`` has the methods ``_is_x_done(company_sudo)`` and ``_open_x()``.
        """
        user, codes = self.env.user, ["customer", "visit"]
        if user.has_group("base.group_system"):
            codes += ["mail", "assignee", "look"]
        if self.env.company.has_access("write"):
            codes.append("company")
        if self.env["customer.portal.faq"].has_access("create"):
            codes.append("faq")
        return codes

    @api.model
    def _get_texts(self, company_sudo):
        """Return title, text and button of all steps, in their order, by code."""
        return {
            **self._get_company_texts(company_sudo),
            **self._get_customer_texts(company_sudo),
        }

    @api.model
    def _get_company_texts(self, company_sudo):
        return {
            "mail": (
                self.env._("Test outgoing email"),
                self.env._("Customers get their login details by email."),
                self.env._("Send yourself a test email"),
            ),
            "company": (
                self.env._("Add your company details"),
                self.env._(
                    "Pages and emails show your name and logo. Replies go to your "
                    "email address."
                ),
                self.env._("Set name, logo and email"),
            ),
            "assignee": (
                self.env._("Choose who gets new cases"),
                self.env._(
                    "One person, or a team whose members take turns: Default Assignee, "
                    "under Cases."
                ),
                self.env._("Choose in Settings"),
            ),
            "look": (
                self.env._("Set branding and address"),
                self.env._(
                    "A title, logo or color, and an address customers can reach. "
                    "Links currently point to %(url)s.",
                    url=company_sudo._get_portal_base_url(),
                ),
                self.env._("Set in Settings"),
            ),
        }

    @api.model
    def _get_customer_texts(self, company_sudo):
        return {
            "faq": (
                self.env._("Publish your first FAQ"),
                self.env._(
                    "Customers can find it in the portal, and see it suggested while "
                    "they create a case."
                ),
                self.env._("Write a FAQ"),
            ),
            "customer": (
                self.env._("Invite your first customer"),
                self.env._(
                    "Portal User is on for a contact you add here. For a contact you "
                    "already have, turn it on in the Customer Portal tab."
                ),
                self.env._("Add a contact"),
            ),
            "visit": (
                self.env._("View the portal as a customer"),
                self.env._(
                    "Choose See as Customer on a contact with access. Or invite an "
                    "email address of your own, and log in with it at %(url)s in a "
                    "private window.",
                    url=company_sudo._get_portal_base_url(),
                ),
                self.env._("Open the portal"),
            ),
        }
