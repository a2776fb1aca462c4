from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..base.mailboxes import get_mailbox_domain
from .mail import WAITING

JOIN = "join"
# How often managers are emailed that somebody waits, at most.
LETTER_EACH = timedelta(days=1)


class CustomerPortalColleagueRequest(models.Model):
    """Somebody who has registered waits until an agent or a manager decides."""

    _inherit = "customer.portal.colleague.request"

    join_id = fields.Many2one(
        "customer.portal.join",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
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
        request_sudo = self.sudo().create(asked)
        request_sudo._schedule()
        request_sudo._tell_managers()

    @api.model
    def _find_same(self, asked):
        """Of one mailbox, nobody waits twice."""
        same = super()._find_same(asked)
        if asked["kind"] != JOIN:
            return same
        return same | self.sudo().search(
            Domain("state", "=", "open")
            & Domain("kind", "=", JOIN)
            & Domain("organization_id", "=", asked["organization_id"])
            & get_mailbox_domain("email", asked["email"])
        )

    def _tell_managers(self):
        """Email those who can approve it, once in a while for all who wait.

        Where agents approve all, managers are spared.
        """
        organization_sudo = self.organization_id
        since = fields.Datetime.now() - LETTER_EACH
        letters = self.env["customer.portal.mail"].sudo()
        managers = organization_sudo._get_portal_managers()[organization_sudo]
        told = letters.search(
            [
                ("kind", "=", WAITING),
                ("partner_id", "in", managers.ids),
                ("date", ">", since),
            ]
        )
        if organization_sudo.portal_approval or told:
            return
        self.env["customer.portal.letter"]._send_followed(
            WAITING, WAITING, {manager: manager for manager in managers}
        )

    def _get_note(self):
        """Say where it is decided; who asks is no customer yet."""
        joins = self.filtered(lambda one: one.kind == JOIN)
        if joins != self:
            return super()._get_note()
        return Markup("<p>%s</p><p>%s</p>") % (
            ", ".join(one._get_sentence() for one in self),
            self.env._(
                "They have confirmed the email address. Approve or refuse it under "
                "Changes to Approve."
            ),
        )

    def _schedule_at(self, organization):
        """Ask in the name of the server; who has registered is no user yet."""
        if all(one.kind == JOIN for one in self):
            organization = organization.with_user(SUPERUSER_ID)
        return super()._schedule_at(organization)

    def _make(self):
        """Open the access of who has registered, in the name of the server.

        Nobody who may decide has asked for it; the decision is noted as theirs.
        """
        if self.kind != JOIN:
            return super()._make()
        if not self.join_id:
            raise UserError(self.env._("They have to register again."))
        profile = self.profile_id.filtered("active")
        profile = profile or self.organization_id._get_portal_join_profile()
        self.partner_id = self.join_id._open(profile)
        return None

    def _decide(self, state):
        result = super()._decide(state)
        joins = self.filtered(lambda one: one.kind == JOIN).join_id
        joins.state = "done" if state == "approved" else "refused"
        return result

    def _tell(self):
        """Email those who are refused; who is let in gets the login details."""
        joins = self.filtered(lambda one: one.kind == JOIN)
        others = super(CustomerPortalColleagueRequest, self - joins)
        result = others._tell()
        for one in joins.filtered(lambda one: one.state == "refused"):
            one.sudo().join_id._send("refused")
        return result
