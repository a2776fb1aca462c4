from odoo import api, models
from odoo.exceptions import UserError

from ...const import PARAM_QUOTA_CONTACT, PARAM_QUOTA_ORGANIZATION
from .upload import MEGABYTE


class ResUsers(models.Model):
    """How much customers can keep of what they have sent.

    Asked before a file is taken. Files that are sent at the same moment do not know of
    each other, so a few of them can go beyond it, but none that comes later.
    """

    _inherit = "res.users"

    def _check_portal_quota(self, size=0):
        """Refuse a customer's files once there are too many of them.

        Only customers have a quota.

        :param int size: of what is to be added, in bytes
        :raise UserError: that says whose quota is reached
        """
        limits = self._get_portal_quotas() if self._is_portal() else (0, 0)
        if not any(limits):
            return
        used = self._get_portal_quota_used()
        for number, (taken, most) in enumerate(zip(used, limits, strict=True)):
            if most and taken + size > most * MEGABYTE:
                raise UserError(self._get_portal_quota_text(number, taken, most))

    @api.model
    def _get_portal_quotas(self):
        """Return how many megabytes a contact and an organization can keep; 0 is all.

        :rtype: tuple[int, int]
        """
        number = self.env["ir.config_parameter"]._get_portal_number
        return number(PARAM_QUOTA_CONTACT), number(PARAM_QUOTA_ORGANIZATION)

    def _get_portal_quota_used(self):
        """Return how many bytes the user and their organization have sent.

        :rtype: tuple[int, int]
        """
        partner = self.sudo().partner_id
        organization = partner.commercial_partner_id
        domain = [("portal_uploader_id.commercial_partner_id", "=", organization.id)]
        sizes = dict(
            self.env["ir.attachment"]
            .sudo()
            ._read_group(domain, ["portal_uploader_id"], ["file_size:sum"])
        )
        return sizes.get(partner, 0), sum(sizes.values())

    @api.model
    def _get_portal_quota_text(self, number, taken, most):
        values = {"used": -(-taken // MEGABYTE), "most": most}
        if number:
            return self.env._(
                "There is not enough space: your organization is using %(used)s MB of "
                "%(most)s MB. Ask us to remove some files.",
                **values,
            )
        return self.env._(
            "There is not enough space: you are using %(used)s MB of %(most)s MB. Ask "
            "us to remove some files.",
            **values,
        )
