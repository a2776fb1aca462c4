from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

JOIN = "join"


class CustomerPortalColleagueRequest(models.Model):
    """Somebody who has registered waits until an agent or a manager decides."""

    _inherit = "customer.portal.colleague.request"

    join_id = fields.Many2one(
        "customer.portal.join", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.model
    def _ask_to_join(self, join_sudo):
        """Write down that somebody waits, and let those know who decide.

        :param join_sudo: the registration, whose address is proved
        """
        organization_sudo = join_sudo._get_organization_sudo()
        asked = {
            "kind": JOIN,
            "organization_id": organization_sudo.id,
            "partner_id": False,
            "name": join_sudo.name,
            "email": join_sudo.email,
            "profile_id": organization_sudo._get_portal_join_profile().id,
            "join_id": join_sudo.id,
        }
        self._find_same(asked)._void()
        self.sudo().create(asked)._schedule()

    def _make(self):
        """Open the access of who has registered, in the name of the server.

        Nobody who may decide has asked for it; the decision is noted as theirs.
        """
        if self.kind != JOIN:
            return super()._make()
        if not self.join_id:
            raise UserError(self.env._("They have to register again."))
        self.partner_id = self.join_id._open(self.profile_id)
        return None

    def _decide(self, state):
        result = super()._decide(state)
        joins = self.filtered(lambda one: one.kind == JOIN).join_id
        joins.state = "done" if state == "approved" else "refused"
        return result

    def _tell(self):
        """Email those who are refused; who is let in gets the login details."""
        joins = self.filtered(lambda one: one.kind == JOIN)
        super(CustomerPortalColleagueRequest, self - joins)._tell()
        for one in joins.filtered(lambda one: one.state == "refused"):
            one.sudo().join_id._send("refused")


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
        is_id = self._get_gate()._is_id(request_id)
        domain = Domain("id", "=", request_id if is_id else False)
        request_sudo = self._find_requests(domain & Domain("kind", "=", JOIN))
        request_sudo = request_sudo and request_sudo._lock_open()
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
    def _let_join(self, request_sudo):
        """Give what the manager may give, and no longer than they have it."""
        organization_sudo = request_sudo.organization_id
        if self._needs_approval(organization_sudo):
            raise UserError(
                self.env._("We check this ourselves, and will let them know by email.")
            )
        self._check_given(request_sudo.profile_id.id, organization_sudo)
        join_sudo = request_sudo.join_id
        if not join_sudo or join_sudo._is_known():
            raise UserError(self.env._("This email address can't be used."))
        partner = join_sudo._make_contact()
        partner_sudo = self.env["res.partner"].sudo().browse(partner.id)
        self._give(partner_sudo, request_sudo.profile_id.id)
        join_sudo._note_joined(partner)
        self._note(partner_sudo, self.env._("Registration approved."))
        request_sudo.partner_id = partner_sudo
