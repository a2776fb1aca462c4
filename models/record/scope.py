from odoo import api, models
from odoo.tools import ormcache

from ...const import DEFAULT_SCOPES, OWN_CODES, PARAM_DEFAULT_SCOPE, PROFILE_CODES


class CustomerPortalGate(models.AbstractModel):
    """Whether a list shows the customer's own records or all."""

    _inherit = "customer.portal.gate"

    @api.private
    def has_scopes(self, user, module):
        """Say whether a user can switch a list between their own records and all.

        Not where both are the same, nor in a catalogue, where no record is anybody's.

        :rtype: bool
        """
        right = self._get_rights(user).get(module)
        return bool(right) and right.level != "own" and bool(right.partner_field)

    @api.private
    def native_list(self, user, path, asked=""):
        """Return how a list of Odoo's own shows records, where a customer can choose.

        :param str path: of the address
        :param str asked: the scope in the address, from anywhere
        :return: dict with ``code``, ``url`` and ``scope``; None for other pages, and
            for lists that can show but one
        :rtype: dict | None
        """
        url = path.partition("/page/")[0].rstrip("/")
        for right in self._get_rights(user).values():
            known = right.native and right.code not in (*PROFILE_CODES, *OWN_CODES)
            if known and url in right.paths and self.has_scopes(user, right.code):
                scope = asked if asked in dict(DEFAULT_SCOPES) else ""
                scope = scope or self.default_scope(user, right.code)
                return {"code": right.code, "url": url, "scope": scope}
        return None

    @api.private
    def default_scope(self, user, module):
        """Return the scope that a list starts with: as the profile, else Settings say.

        :return: ``"mine"`` or ``"all"``; where there is no choice, all there is
        :rtype: str
        """
        if not self.has_scopes(user, module):
            return "all"
        params = self.env["ir.config_parameter"]
        scope = self._get_profile_scope(self._get_profile_id(user))
        scope = scope or params._get_portal_text(PARAM_DEFAULT_SCOPE)
        return scope if scope in dict(DEFAULT_SCOPES) else "mine"

    @api.model
    @ormcache("profile_id")
    def _get_profile_scope(self, profile_id):
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id)
        return profile.default_scope
