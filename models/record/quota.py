from odoo import api, models
from odoo.exceptions import UserError

from ...const import PARAM_QUOTA_CONTACT, PARAM_QUOTA_ORGANIZATION

MEGABYTE = 2**20


class CustomerPortalQuota(models.AbstractModel):
    """How much customers can keep of what they have sent.

    Asked before a file is taken. Files that are sent at the same moment do not know of
    each other, so a few of them can go beyond it, but none that comes later.
    """

    _name = "customer.portal.quota"
    _description = "Customer Portal Upload Quota"

    @api.model
    def _check(self, user, size=0):
        """Refuse a customer's files once there are too many of them.

        :param user: anybody; only customers have a quota
        :param int size: of what is to be added, in bytes
        :raise UserError: that says whose quota is reached
        """
        limits = self._get_limits() if user._is_portal() else (0, 0)
        if not any(limits):
            return
        used = self._get_used(user.sudo().partner_id)
        for number, (taken, most) in enumerate(zip(used, limits, strict=True)):
            if most and taken + size > most * MEGABYTE:
                raise UserError(self._get_message(number, taken, most))

    @api.model
    def _get_limits(self):
        """Return how many megabytes a contact and an organization can keep; 0 is all.

        :rtype: tuple[int, int]
        """
        number = self.env["ir.config_parameter"]._get_portal_number
        return number(PARAM_QUOTA_CONTACT), number(PARAM_QUOTA_ORGANIZATION)

    @api.model
    def _get_used(self, partner):
        """Return how many bytes a contact and its organization have sent.

        :rtype: tuple[int, int]
        """
        organization = partner.commercial_partner_id
        domain = [("portal_uploader_id.commercial_partner_id", "=", organization.id)]
        sizes = dict(
            self.env["ir.attachment"]
            .sudo()
            ._read_group(domain, ["portal_uploader_id"], ["file_size:sum"])
        )
        return sizes.get(partner, 0), sum(sizes.values())

    @api.model
    def _get_message(self, number, taken, most):
        values = {"used": -(-taken // MEGABYTE), "most": most}
        if number:
            return self.env._(
                "There is no room for this: your organization has sent files of "
                "%(used)s MB, and can keep %(most)s MB. Ask us to remove some.",
                **values,
            )
        return self.env._(
            "There is no room for this: you have sent files of %(used)s MB, and can "
            "keep %(most)s MB. Ask us to remove some.",
            **values,
        )
