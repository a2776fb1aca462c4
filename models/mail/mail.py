import logging
from datetime import timedelta
from functools import partial

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain

from ..base.batches import remove_batch

# What becomes of a mail of the portal.
MAIL_STATES = [
    ("queued", "Queued"),
    ("leaving", "Being Sent"),
    ("retry", "Will Be Retried"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("not_sent", "Not Sent"),
    ("own", "Has a Password"),
]
MAIL_KINDS = [
    ("login", "Login Details"),
    ("reset", "Password Reset"),
    ("not_started", "Access Not Started Yet"),
    ("notice", "Support End Notice"),
    ("email_change", "Email Change"),
]

_logger = logging.getLogger(__name__)

# After how many minutes a mail that could not leave is tried again, each time.
RETRY_MINUTES = (5, 15, 60, 240, 1440)
# How long a mail can be leaving, in minutes: longer than mail servers are waited for.
LEAVING_MINUTES = 10
# After how many days what became of a mail is forgotten.
KEEP_DAYS = 180

# From what may become of a mail later.
OPEN_STATES = ("queued", "leaving", "retry")


class CustomerPortalMail(models.Model):
    """What becomes of the mails of the portal.

    Odoo deletes a mail that has left, and marks one that has not where nobody looks.
    This is written in a row of its own: the mail run, which takes as long as mail
    servers do, never touches a contact that somebody may be saving.
    """

    _name = "customer.portal.mail"
    _description = "Customer Portal Email"
    _order = "id DESC"
    _rec_name = "kind"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(MAIL_KINDS, required=True)
    state = fields.Selection(MAIL_STATES, string="Status", required=True)
    date = fields.Datetime("Since", required=True, default=fields.Datetime.now)
    detail = fields.Char(string="Details")
    attempts = fields.Integer("Failed Attempts", aggregator=None)
    next_try = fields.Datetime(string="Next Attempt")
    valid_until = fields.Datetime(
        "Link Valid Until", help="When the link in the email expires."
    )
    end_date = fields.Date(
        "Support End Date", help="The Support End Date mentioned in the email."
    )
    mail_id = fields.Integer(
        string="Email",
        index="btree_not_null",
        aggregator=None,
        help="ID of the email. Stored as a number because the email is deleted after "
        "it is sent.",
    )
    message_id = fields.Char(
        "Message-Id",
        index="btree_not_null",
        help="Used to match a bounce to the email.",
    )
    _open_idx = models.Index("(state) WHERE state IN ('queued', 'leaving', 'retry')")
    _notice_idx = models.Index("(partner_id, end_date) WHERE kind = 'notice'")
    _failed_idx = models.Index("(partner_id) WHERE kind = 'login' AND state = 'failed'")

    # === BUSINESS METHODS: WRITING DOWN === #

    @api.model
    def _follow(self, kind, mails, partners, **values):
        """Follow mails that are queued, one for each contact.

        :param values: of the rows, the same for all
        """
        return self.sudo().create(
            [
                {
                    **values,
                    "kind": kind,
                    "state": "queued",
                    "partner_id": partner.id,
                    "mail_id": mail.id,
                    "message_id": mail.message_id,
                    "valid_until": self._get_link_end(kind, partner),
                }
                for partner, mail in zip(partners, mails, strict=True)
            ]
        )

    @api.model
    def _get_link_end(self, kind, partner):
        """Return until when the link in a mail works, False if it has none.

        To be extended by whoever sends mails with links.

        :rtype: datetime.datetime | bool
        """
        return False

    @api.model
    def _note(self, kind, state, detail_by_partner, **values):
        """Write down for contacts why there is no mail.

        :param str kind: one of ``MAIL_KINDS``
        :param str state: one of ``MAIL_STATES``
        :param dict detail_by_partner: text, or False, by contact
        """
        return self.sudo().create(
            [
                {
                    **values,
                    "kind": kind,
                    "state": state,
                    "partner_id": partner.id,
                    "detail": detail,
                }
                for partner, detail in detail_by_partner.items()
            ]
        )

    @api.model
    def _get_of(self, mails):
        """Return the rows that follow some mails."""
        return self.sudo().search([("mail_id", "in", mails.ids)])

    @api.model
    def _get_login_rows(self, partners):
        """Return the rows of login details: of each contact the latest, if any."""
        rows = self.sudo().search(
            [("partner_id", "in", partners.ids), ("kind", "=", "login")]
        )
        latest = {row.partner_id.id: row.id for row in rows.sorted("id")}
        return rows.browse(latest.values())

    @api.model
    def _get_announced(self, partners):
        """Return the notices of the end of support that have left."""
        return self.sudo().search(
            [
                ("partner_id", "in", partners.ids),
                ("kind", "=", "notice"),
                ("state", "=", "sent"),
            ]
        )

    def _cancel_queued_mails(self):
        """Delete mails that are out of date, and forget about them.

        One that is leaving right now is let go; whoever saves does not wait for it.
        """
        waiting = self.filtered(lambda row: row.state != "leaving")
        mails_sudo = self._browse_mails(waiting.filtered("mail_id")).exists()
        mails_sudo.try_lock_for_update().unlink()
        self.unlink()

    def _browse_mails(self, rows):
        return self.env["mail.mail"].sudo().browse(rows.mapped("mail_id"))

    # === BUSINESS METHODS: WHAT BECAME OF A MAIL === #

    @api.model
    def _tell(self, mails, failure, temporary=False):
        """Write down what became of mails that somebody tried to send.

        If a row is changed at the same moment, it is told afterwards: undoing the
        transaction in which a mail has left would send it twice.

        :param str failure: why the mails have not left, or False
        :param bool temporary: whether it may be different later
        """
        try:
            with self.env.cr.savepoint():
                self._get_of(mails)._settle(failure, temporary)
        except SerializationFailure:
            tell = partial(self._tell_apart, mails.ids, failure, temporary)
            self.env.cr.postcommit.add(tell)

    @api.model
    def _tell_apart(self, mail_ids, failure, temporary):
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr)
            rows = self.with_env(env)._get_of(env["mail.mail"].browse(mail_ids))
            rows._settle(failure, temporary)

    def _settle(self, failure, temporary=False):
        if not failure:
            self._settle_sent()
            return
        again = self.filtered(lambda row: row.attempts < len(RETRY_MINUTES))
        again = again if temporary else self.browse()
        for attempts, rows in again.grouped("attempts").items():
            rows._schedule(attempts, failure)
        (self - again)._settle_failed(failure)

    def _settle_sent(self, detail=False):
        self._write_state("sent", detail)
        self.filtered(lambda row: row.kind == "login")._log("credentials_sent")

    def _settle_failed(self, failure):
        self._write_state("failed", failure)
        login = self.filtered(lambda row: row.kind == "login")
        login._log("credentials_failed")
        (self - login)._log("mail_failed")

    def _write_state(self, state, detail, **values):
        now = fields.Datetime.now()
        blank = {"next_try": False}
        self.write({**blank, "state": state, "detail": detail, "date": now, **values})

    def _log(self, touchpoint_kind):
        details = {row.partner_id: row.detail or row.partner_id.email for row in self}
        self.env["customer.portal.touchpoint"]._log(touchpoint_kind, details)

    def _schedule(self, attempts, failure):
        """Have the mails tried again after a while, that grows with each attempt."""
        when = fields.Datetime.now() + timedelta(minutes=RETRY_MINUTES[attempts])
        self._write_state("retry", failure, next_try=when, attempts=attempts + 1)
        mails_sudo = self._browse_mails(self).exists()
        mails_sudo.write({"state": "outgoing", "scheduled_date": when})
        self._trigger_mail_run(when)

    @api.model
    def _trigger_mail_run(self, when=None):
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger(when)

    @api.model
    def _receive_bounce(self, message_ids, partners, reason):
        """Write down that a mail which had left has come back.

        :param list message_ids: that the bounce names
        :param partners: with the address that the bounce names; asked only if it
            names no mail
        :param str reason: in the words of the mail server
        :return: the rows of the mails, if they are the portal's
        """
        rows = self.sudo().search([("message_id", "in", message_ids or [])])
        if not message_ids:
            rows = self._get_login_rows(partners)
        rows = rows.filtered(lambda row: row.state in ("sent", "leaving"))
        rows._settle_failed(reason)
        return rows

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_reconcile(self):
        """Compare what is written here with the mails, a batch at a time.

        A mail run that was killed, or an administrator who deletes mails, tells nobody.
        """
        last_id = 0
        domain = Domain("state", "in", OPEN_STATES)
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.sudo().search_count(domain))
        while rows := self.sudo().search(
            domain & Domain("id", ">", last_id), limit=1000, order="id"
        ):
            last_id = rows[-1].id
            try:
                rows._reconcile()
            except SerializationFailure:  # A mail run was faster: see the next time.
                self.env.cr.rollback()
            if not progress(len(rows)):
                return
            self.env.invalidate_all()

    def _reconcile(self):
        """Follow what the mails, or their absence, say."""
        rows = self.try_lock_for_update(allow_referencing=True)
        rows = rows.filtered(lambda row: row.state in OPEN_STATES)
        mails = {mail.id: mail for mail in self._browse_mails(rows).exists()}
        outcomes = rows.grouped(lambda row: row._get_outcome(mails.get(row.mail_id)))
        for (state, detail), alike in outcomes.items():
            match state:
                case "sent":
                    alike._settle_sent(detail)
                    alike._browse_mails(alike).exists().unlink()
                case "retry":
                    alike._settle(detail, temporary=True)
                case "failed":
                    alike._settle_failed(detail)
                case "overdue":
                    self._trigger_mail_run()
        self.env.flush_all()

    def _get_outcome(self, mail_sudo):
        """Say what a mail, or its absence, tells.

        A mail run writes down when a mail begins to leave, before it is handed over. So
        one that failed without that has not left and can be sent again. One that was
        handed over by a mail run which never told the end counts as sent: to send it
        again would nearly always double it.

        :return: what to do, and why
        :rtype: tuple
        """
        now = fields.Datetime.now()
        if self.state == "leaving":
            over = self.date < now - timedelta(minutes=LEAVING_MINUTES)
            return over and "sent", self.env._(
                "The server stopped before the mail server confirmed this email. It "
                "was most likely delivered."
            )
        if not mail_sudo:
            return "failed", self.env._("The email was deleted before it was sent.")
        match mail_sudo.state:
            case "sent":
                return "sent", False
            case "cancel":
                return "failed", self.env._("The email was canceled.")
            case "exception":
                reason = mail_sudo.failure_reason
                return "retry", reason or self.env._("Unknown error")
        overdue = (mail_sudo.scheduled_date or self.date) < now
        return overdue and "overdue", False

    @api.autovacuum
    def _gc_mails(self):
        """Forget old mails in batches, but not what a contact's page shows."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        return remove_batch(
            self,
            [
                ("date", "<", limit),
                ("kind", "!=", "login"),
                ("state", "not in", OPEN_STATES),
                "|",
                ("end_date", "=", False),
                ("end_date", "<", "today"),
            ],
        )
