from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import PREFETCH_PAGES
from ...utils import split_web_address


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_assignee_id = fields.Many2one(
        "res.users",
        "Default Assignee",
        domain=[("share", "=", False)],
        help="The user who handles what customers create in the portal, such as cases.",
        prefetch=PREFETCH_PAGES,
    )
    portal_assignee_ids = fields.Many2many(
        "res.users",
        "res_company_portal_assignee_rel",
        "company_id",
        "user_id",
        "Share New Cases With",
        domain=[("share", "=", False)],
        help="New cases are shared between these users and the Default Assignee. Each "
        "goes to the one with the fewest open cases.",
    )
    portal_url = fields.Char(
        "Portal URL",
        help="The address of the customer portal. Links in emails to customers start "
        "with it. Leave empty to use Odoo's address.",
    )
    portal_css_url = fields.Char(
        "CSS URL for custom theme",
        help="The https address of a style sheet for the portal pages.",
        prefetch=PREFETCH_PAGES,
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("portal_url")
    def _check_portal_url(self):
        hosts = self.env["customer.portal.host"]
        for company in self:
            if not hosts._may_be_portal_host(company):
                raise ValidationError(
                    self.env._(
                        "You are using Odoo at %(url)s right now. If you make it the "
                        "Portal URL, only customer pages will be available there. If "
                        "it is Odoo's address, first set the system parameter "
                        "web.base.url to it.",
                        url=company.portal_url,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_portal_urls(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean_portal_urls(vals))

    # === BUSINESS METHODS: ADDRESSES === #

    @api.model
    def _clean_portal_urls(self, vals):
        """Keep addresses as browsers compare them, and none that does harm.

        :raise ValidationError: here, as nothing else may be stored
        """
        cleaners = {
            "portal_url": self._clean_portal_url,
            "portal_css_url": self._clean_portal_css_url,
        }
        cleaned = {
            name: clean((vals[name] or "").strip())
            for name, clean in cleaners.items()
            if name in vals
        }
        return {**vals, **cleaned}

    @api.model
    def _clean_portal_url(self, url):
        """Return scheme and host of a Portal URL; Odoo lives at the root of a host."""
        try:
            parts = url and split_web_address(url, ("http", "https"))
        except ValueError:
            parts = None
        if parts is None or parts and any((parts.path.strip("/"), *parts[3:])):
            raise ValidationError(
                self.env._(
                    "The Portal URL must look like https://portal.example.com: http "
                    "or https and a host, with nothing after it. This is not valid: "
                    "%(url)s",
                    url=url,
                )
            )
        return parts and f"{parts.scheme}://{parts.netloc}"

    @api.model
    def _clean_portal_css_url(self, url):
        """Return the address of a style sheet: by https, so nobody else changes it."""
        try:
            return url and split_web_address(url, ("https",)).geturl()
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "The CSS URL must look like https://www.example.com/portal.css. "
                    "This is not valid: %(url)s",
                    url=url,
                )
            ) from error

    def _get_portal_base_url(self):
        """Return where customers of this company reach the portal.

        :return: the Portal URL of the company, else the address of Odoo
        :rtype: str
        """
        return self.sudo().portal_url or self.get_base_url()

    # === BUSINESS METHODS: WHO WORKS ON CASES === #

    def _get_portal_assignees(self):
        """Return the Default Assignee and whoever shares the work, if still there.

        :return: internal users
        """
        self_sudo = self.sudo()
        users = self_sudo.portal_assignee_id | self_sudo.portal_assignee_ids
        return users.filtered(lambda user: user.active and not user.share)
