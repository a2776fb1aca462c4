from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import GROUP_AGENT

INVITATION_STATES = [
    ("queued", "Being Sent"),
    ("sent", "Sent"),
    ("opened", "Opened"),
    ("accepted", "Accepted"),
    ("expired", "Expired"),
    ("revoked", "Revoked"),
    ("bounced", "Bounced"),
]
# While the link can still be used.
OPEN_STATES = ("queued", "sent", "opened")
# What pages of many contacts say of the latest one, read in one query.
LATEST_FIELDS = ("partner_id", "state", "date", "valid_until", "reminded_date")
# States from which a password that is chosen after all leads to "accepted": a link
# works though a mail server has complained, and a reset link does as well.
ACCEPTABLE_STATES = (*OPEN_STATES, "bounced", "expired")


class CustomerPortalInvitation(models.Model):
    """A link to choose the first password that was sent to a contact, and its fate.

    One row a link: the rows of ``customer.portal.mail`` go when login details are sent
    again, these stay. Only the server writes them, from what happens: the mail leaves
    or comes back, a person works on the page of the link, a password is chosen, the
    link expires or is made void.
    """

    _name = "customer.portal.invitation"
    _description = "Customer Portal Invitation"
    _order = "id DESC"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    organization_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Organization"
    )
    email = fields.Char(help="The address that the invitation was sent to.")
    state = fields.Selection(
        INVITATION_STATES,
        "Status",
        required=True,
        default="queued",
        help="Being Sent: the email is waiting for the mail server. Sent: it left. "
        "Opened: someone worked on the page of the link. Accepted: they chose a "
        "password or logged in. Expired: the link was not used in time. Revoked: the "
        "link was made void. Bounced: the email could not be delivered.",
    )
    date = fields.Datetime(
        "Since",
        required=True,
        default=fields.Datetime.now,
        help="When the invitation got its status.",
    )
    sent_date = fields.Datetime("Sent On")
    opened_date = fields.Datetime("Opened On")
    accepted_date = fields.Datetime("Accepted On")
    expired_date = fields.Datetime("Expired On")
    revoked_date = fields.Datetime("Revoked On")
    bounced_date = fields.Datetime("Bounced On")
    reminded_date = fields.Datetime("Reminder Sent On")
    valid_until = fields.Datetime(
        "Link Valid Until", help="When the link in the latest email expires."
    )
    detail = fields.Char("Details")
    user_id = fields.Many2one(
        "res.users", "Invited By", index="btree_not_null", ondelete="set null"
    )
    revoked_by_id = fields.Many2one(
        "res.users", index="btree_not_null", ondelete="set null"
    )
    is_latest = fields.Boolean(
        "Latest", default=True, help="No later invitation was sent to the contact."
    )
    # The mails that carry the link: of the login details, and of the reminder.
    mail_row_id = fields.Many2one(
        "customer.portal.mail",
        "Login Details Email",
        index="btree_not_null",
        ondelete="set null",
    )
    reminder_row_id = fields.Many2one(
        "customer.portal.mail",
        "Reminder Email",
        index="btree_not_null",
        ondelete="set null",
    )

    _open_idx = models.Index(
        "(valid_until) WHERE state IN ('queued', 'sent', 'opened')"
    )

    # === BUSINESS METHODS: WHAT HAPPENS === #

    @api.model
    def _begin(self, rows):
        """Write down invitations whose mails have just been queued.

        Those before them that never left are forgotten, as their mails are.

        :param rows: of ``customer.portal.mail``, one for each contact
        """
        former = self._get_latest(rows.partner_id)
        former.filtered(lambda one: one.state == "queued").unlink()
        former.exists().is_latest = False
        self.sudo().create(
            [
                {
                    "partner_id": row.partner_id.id,
                    "email": row.partner_id.email,
                    "valid_until": row.valid_until,
                    "user_id": self.env.uid,
                    "mail_row_id": row.id,
                }
                for row in rows
            ]
        )

    @api.model
    def _note_sent(self, rows):
        self._get_of(rows)._filter_in("queued")._become("sent")

    @api.model
    def _note_bounced(self, rows, reason):
        self._get_of(rows)._filter_in(*OPEN_STATES)._become("bounced", detail=reason)

    @api.model
    def _note_opened(self, partner):
        """Write down that somebody works on the page of a contact's link.

        :param partner: whose link it is: the caller has checked the token
        """
        self._get_latest(partner)._filter_in("queued", "sent")._become("opened")

    @api.model
    def _note_accepted(self, partners):
        """Write down that contacts have chosen a password: all their links are used."""
        found = self._search_of(partners, ACCEPTABLE_STATES)
        found._become("accepted")
        found._cancel_mails()

    @api.model
    def _note_revoked(self, partners):
        """Write down that links were made void, and send none of them."""
        found = self._search_of(partners, OPEN_STATES)
        for reason, alike in found.grouped(lambda one: one._get_reason()).items():
            alike._become("revoked", detail=reason, revoked_by_id=self.env.uid)
        found._cancel_mails()

    # === INTERNALS === #

    @api.model
    def _get_latest(self, partners):
        domain = [("partner_id", "in", partners.ids), ("is_latest", "=", True)]
        return self.sudo().search_fetch(domain, LATEST_FIELDS)

    @api.model
    def _get_of(self, rows):
        """Return the invitations that some mails carry."""
        own = Domain("mail_row_id", "in", rows.ids)
        return self.sudo().search(own | Domain("reminder_row_id", "in", rows.ids))

    @api.model
    def _search_of(self, partners, states):
        domain = [("partner_id", "in", partners.ids), ("state", "in", states)]
        return self.sudo().search(domain)

    def _filter_in(self, *states):
        return self.filtered(lambda one: one.state in states)

    def _become(self, state, **values):
        if self:
            now = fields.Datetime.now()
            blank = {"detail": False}
            self.write(
                {**blank, "state": state, "date": now, f"{state}_date": now, **values}
            )

    def _get_reason(self):
        """Say why a link was made void, as far as the contact's access tells."""
        match self.partner_id.portal_state:
            case "expired":
                return self.env._("The support period has ended.")
            case "none":
                return self.env._("The portal access was ended.")
        return False

    def _cancel_mails(self):
        """Keep back reminders that wait for a mail server.

        What becomes of login details is decided where they are sent.
        """
        waiting = self.reminder_row_id.filtered(
            lambda row: row.state in ("queued", "retry")
        )
        waiting._cancel_queued_mails()

    # === ACTION METHODS === #

    def action_resend(self):
        """Send the login details again to those who have not accepted."""
        self._check_agent()
        partners = self._filter_in(*ACCEPTABLE_STATES, "revoked").partner_id
        partners.check_access("write")
        closed = partners.filtered(lambda p: p.portal_state in ("none", "expired"))
        sent = partners - closed
        if not sent:
            raise UserError(
                self.env._(
                    "No invitation was sent: these contacts have accepted, or have no "
                    "active portal access. Give access on the contact first."
                )
            )
        sent._send_portal_credentials_again()
        left = self.partner_id - sent
        text = self.env._("Invitations being sent: %(number)s.", number=len(sent))
        return self._tell(text, left)

    def action_revoke(self):
        """Make links void; contacts who have never logged in lose their access, too.

        Else they could ask for a new password and come in.
        """
        self._check_agent()
        partners = self._filter_in(*OPEN_STATES, "bounced").partner_id
        if not partners:
            raise UserError(
                self.env._(
                    "There is nothing to revoke: these invitations have been accepted, "
                    "have expired or were revoked before."
                )
            )
        partners._revoke_portal_invitations()
        text = self.env._("Invitations revoked: %(number)s.", number=len(partners))
        return self._tell(text, self.partner_id - partners)

    def _check_agent(self):
        """Let agents act on what they may read, and nobody else.

        :raise AccessError: for all others
        """
        self.check_access("read")
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only Customer Portal agents can manage invitations.")
            )

    def _tell(self, message, left):
        """Say what was done, and to which contacts it was not."""
        if left:
            names = ", ".join(left.mapped("display_name"))
            message += " " + self.env._("Left unchanged: %(names)s.", names=names)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if left else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
