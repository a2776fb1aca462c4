from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .join_request import JOIN


class CustomerPortalColleague(models.AbstractModel):
    """Managers decide who of those who have registered belongs to them."""

    _inherit = "customer.portal.colleague"

    @api.model
    @api.private
    def _decide_join(self, request_id, approve):
        """Let in, or refuse, somebody who has registered for an organization in reach.

        :param request_id: from anywhere
        :param bool approve: whether to let them in
        :raise MissingError: the same for unknown, out of reach and decided
        :raise UserError: if the user may not give this access
        """
        self._begin()
        request_sudo = self._find_join(request_id)._lock_open()
        if not request_sudo:
            self._refuse_unknown()
        if approve:
            self._let_join(request_sudo)
        request_sudo._decide("approved" if approve else "refused")
        request_sudo._tell()
        names = {"name": request_sudo.name}
        text = (
            self.env._("%(name)s now has access.", **names)
            if approve
            else self.env._("%(name)s was refused.", **names)
        )
        return {"status": "done", "text": text}

    @api.model
    def _find_requests(self, domain=Domain.TRUE):
        """Return first who has registered: managers decide about that themselves."""
        found = super()._find_requests(domain)
        return found.sorted(lambda one: one.kind != JOIN)

    @api.model
    def _find_join(self, request_id):
        """Return somebody who waits, with all rights.

        :param request_id: from anywhere
        :raise MissingError: the same for unknown, out of reach and decided
        """
        is_id = self._get_gate()._is_id(request_id)
        domain = Domain("id", "=", request_id if is_id else False)
        request_sudo = self._find_requests(domain & Domain("kind", "=", JOIN))
        if not request_sudo:
            self._refuse_unknown()
        return request_sudo

    @api.model
    def _get_join(self, request_id):
        """Return who waits, as ``_get_requests`` does.

        :param request_id: from anywhere
        :rtype: dict
        :raise MissingError: the same for unknown, out of reach and decided
        """
        (found,) = self._get_requests(self._find_join(request_id))
        return found

    @api.model
    def _get_joins_to_approve(self):
        """Return who waits for the user alone, as ``_get_requests`` does.

        :rtype: list[dict]
        """
        if not self._may_change():
            return []
        found = self._get_requests(self._find_requests(Domain("kind", "=", JOIN)))
        return [one for one in found if one["can_approve"]]

    @api.model
    def _get_requests(self, found):
        """Say also whom the user may let in: ``can_approve``."""
        joins = found.filtered(lambda one: one.kind == JOIN)
        given = {one: (one.organization_id, one.profile_id.id) for one in joins}
        may = {key: self._may_let_join(*key) for key in {*given.values()}}
        can = {one.id: may[key] for one, key in given.items()}
        return [
            {**values, "can_approve": can.get(values["id"], False)}
            for values in super()._get_requests(found)
        ]

    @api.model
    def _may_let_join(self, organization_sudo, profile_id):
        """Say whether the user may give this access, or agents decide."""
        return not self._needs_approval(
            organization_sudo
        ) and self._get_gate()._may_give(profile_id, organization_sudo.id)

    @api.model
    def _let_join(self, request_sudo):
        """Give what the manager may give, and no longer than they have it."""
        organization_sudo = request_sudo.organization_id
        if not self._may_let_join(organization_sudo, request_sudo.profile_id.id):
            raise UserError(
                self.env._("We check this ourselves, and will let them know by email.")
            )
        join_sudo = request_sudo.join_id
        if not join_sudo or join_sudo._is_known():
            raise UserError(self.env._("This email address can't be used."))
        partner = join_sudo._make_contact()
        partner_sudo = self.env["res.partner"].sudo().browse(partner.id)
        self._give(partner_sudo, request_sudo.profile_id.id)
        join_sudo._note_joined(partner)
        self._note(partner_sudo, self.env._("Registration approved."))
        request_sudo.partner_id = partner_sudo
