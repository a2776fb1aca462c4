from typing import NamedTuple

from odoo import models

# What is shown of them. A contact has 150 columns, and a user 200 fields.
HELPER_FIELDS = ("name", "phone", "email_normalized")
USER_FIELDS = ("active", "share", "partner_id")


class PortalHelper(NamedTuple):
    """Whom a customer asks, as pages and emails show it."""

    name: str
    phone: str | bool
    email: str | bool


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_portal_helper(self):
        """Return how customers reach a company, as it tells everybody.

        :rtype: PortalHelper
        """
        partner_sudo = self.sudo().partner_id
        partner_sudo.fetch(HELPER_FIELDS)
        return PortalHelper(
            partner_sudo.name, partner_sudo.phone, partner_sudo.email_normalized
        )


class ResPartner(models.Model):
    """Whom a customer asks about their access."""

    _inherit = "res.partner"

    def _get_portal_representative(self):
        """Return the Account Representative of a contact, else of its organization.

        :return: an internal user who still works here, with all rights; maybe nobody
        :rtype: res.users
        """
        self.ensure_one()
        partner_sudo = self.sudo()
        users_sudo = partner_sudo.user_id, partner_sudo.commercial_partner_id.user_id
        users_sudo[0].union(*users_sudo).fetch(USER_FIELDS)
        working = (user for user in users_sudo if user.active and not user.share)
        return next(working, users_sudo[0].browse())

    def _get_portal_helper(self):
        """Return whom a contact asks: their representative, else the company.

        What a representative lacks is the company's.

        :rtype: PortalHelper
        """
        someone_sudo = self._get_portal_representative().partner_id
        company = self._get_portal_company()
        (someone_sudo | company.sudo().partner_id).fetch(HELPER_FIELDS)  # at once
        own = someone_sudo.name, someone_sudo.phone, someone_sudo.email_normalized
        companys = company._get_portal_helper()
        return PortalHelper(*(a or b for a, b in zip(own, companys, strict=True)))
