from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..base.batches import get_forgotten_domain, remove_batch
from ..base.odoo_http import get_session_max_inactivity
from ..base.rows import add_rows
from ..mail.mail import OPEN_STATES
from .mail import RECEIPT

EXPIRED, REVOKED, COLLEAGUE, ARCHIVED = "expired", "revoked", "colleague", "archived"
REASONS = [
    (EXPIRED, "Support Period Ended"),
    (REVOKED, "Portal User Turned Off"),
    (COLLEAGUE, "Ended by a Colleague"),
    (ARCHIVED, "Contact Archived"),
]
# Mails that say nothing true any longer, once access has ended.
ACCESS_MAILS = ("login", "reset", "not_started", "notice")


class CustomerPortalReceipt(models.Model):
    """What was cut off when the access of a contact ended, once for each end.

    Only the server writes it. Numbers, no names: neither devices nor keys can be told
    from it.
    """

    _name = "customer.portal.receipt"
    _description = "Ended Access"
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime("Ended On", required=True, default=fields.Datetime.now)
    reason = fields.Selection(REASONS, required=True)
    user_id = fields.Many2one(
        "res.users",
        "Ended By",
        ondelete="set null",
        help="Who ended the access. Empty if its support period ended.",
    )
    end_date = fields.Date("Support End Date")
    sessions = fields.Integer(
        "Sessions Closed",
        aggregator=None,
        help="Browsers and devices that were logged in.",
    )
    api_keys = fields.Integer("API Keys Removed", aggregator=None)
    passkeys = fields.Integer(
        "Passkeys Kept",
        aggregator=None,
        help="They open nothing until the contact has access again.",
    )
    links = fields.Integer(
        "Links Voided",
        aggregator=None,
        help="Links to choose a password that were not used yet.",
    )
    mails = fields.Integer(
        "Emails Stopped",
        aggregator=None,
        help="Portal emails that were still waiting to be sent.",
    )

    # === WHAT THERE IS TO CUT OFF === #

    @api.model
    def _count(self, partners):
        """Count what contacts have that their access is made of.

        In as many queries for many contacts as for few.

        :return: by contact the values of its receipt
        :rtype: dict
        """
        users_sudo = partners._get_portal_users_sudo()
        user_counts = {
            "sessions": self._count_sessions(users_sudo),
            "api_keys": self._count_api_keys(users_sudo),
            "passkeys": self._count_passkeys(users_sudo),
        }
        mails = self.env["customer.portal.mail"]._count_waiting(partners)
        none = dict.fromkeys(user_counts, 0)
        counts = {
            partner: {
                **none,
                "links": self._count_links(partner),
                "mails": mails.get(partner, 0),
            }
            for partner in partners.sudo()
        }
        for name, count_by_user in user_counts.items():
            for user, count in count_by_user.items():
                counts[user.partner_id][name] += count
        return counts

    @api.model
    def _count_sessions(self, users_sudo):
        """Count browsers that are logged in, as far as Odoo knows."""
        return dict(
            self.env["res.device.log"]
            .sudo()
            ._read_group(
                self._get_session_domain(users_sudo),
                ["user_id"],
                ["session_identifier:count_distinct"],
            )
        )

    @api.model
    def _get_session_domain(self, users_sudo):
        age = timedelta(seconds=get_session_max_inactivity(self.env))
        return (
            Domain("user_id", "in", users_sudo.ids)
            & Domain("revoked", "=", False)
            & Domain("last_activity", ">", fields.Datetime.now() - age)
        )

    @api.model
    def _count_api_keys(self, users_sudo):
        keys = self.env["res.users.apikeys"].sudo()
        return dict(
            keys._read_group(
                [("user_id", "in", users_sudo.ids)], ["user_id"], ["__count"]
            )
        )

    @api.model
    def _count_passkeys(self, users_sudo):
        if "auth_passkey_key_ids" not in users_sudo._fields:
            return {}
        field = users_sudo._fields["auth_passkey_key_ids"]
        keys_sudo = self.env[field.comodel_name].sudo()
        name = field.inverse_name
        return dict(
            keys_sudo._read_group([(name, "in", users_sudo.ids)], [name], ["__count"])
        )

    @api.model
    def _count_links(self, partner_sudo):
        """Count links in emails that open the portal. To be extended."""
        return int(bool(partner_sudo.signup_type))

    # === RECEIPTS === #

    @api.model
    def _issue(self, partners, reason, counts):
        """Write down what was cut off, and tell who manages the organizations.

        :param str reason: one of ``REASONS``
        :param dict counts: what there was before, by contact
        """
        by_hand = reason != EXPIRED
        receipts_sudo = add_rows(
            self.sudo(),
            [
                {
                    **counts[partner],
                    "partner_id": partner.id,
                    "reason": reason,
                    "user_id": by_hand and self.env.uid,
                    "end_date": partner.support_end_date,
                }
                for partner in partners.sudo()
            ],
        )
        if any(counts[partner]["sessions"] for partner in partners.sudo()):
            self._forget_sessions(partners._get_portal_users_sudo())
        receipts_sudo._send_to_managers()

    @api.model
    def _forget_sessions(self, users_sudo):
        """Mark the sessions as ended, so that they are not counted once more."""
        devices_sudo = self.env["res.device.log"].sudo()
        devices_sudo.search(self._get_session_domain(users_sudo)).write(
            {"revoked": True}
        )

    def _send_to_managers(self):
        """Send one email an organization to those who manage it, and to nobody else."""
        self.fetch(["partner_id"])
        managers = self.partner_id.commercial_partner_id._get_portal_managers()
        managed = self.filtered(lambda r: managers[r.partner_id.commercial_partner_id])
        groups = managed.grouped(lambda one: one.partner_id.commercial_partner_id)
        listed = {
            reader: [receipt._get_listed() for receipt in receipts]
            for organization, receipts in groups.items()
            for reader in managers[organization] - receipts.partner_id
        }
        self.env["customer.portal.letter"]._send_lists(RECEIPT, "receipt", listed)

    def _get_listed(self):
        """Return what the email says of a receipt, as plain values."""
        names = ("sessions", "api_keys", "passkeys", "links", "mails", "reason")
        return {
            **{name: self[name] for name in names},
            "name": self.partner_id.name or self.partner_id.email,
            "by": self.reason == COLLEAGUE and self.user_id.name,
        }

    @api.autovacuum
    def _gc_receipts(self):
        """Remove in batches what is older than touchpoints are kept (0 = keep all)."""
        return remove_batch(self, get_forgotten_domain(self))


class CustomerPortalMail(models.Model):
    """Mails about an access that has ended are not sent any longer."""

    _inherit = "customer.portal.mail"

    @api.model
    def _get_waiting_domain(self, partners):
        return (
            Domain("partner_id", "in", partners.ids)
            & Domain("kind", "in", ACCESS_MAILS)
            & Domain("state", "in", OPEN_STATES)
            & Domain("state", "!=", "leaving")
        )

    @api.model
    def _count_waiting(self, partners):
        return dict(
            self.sudo()._read_group(
                self._get_waiting_domain(partners), ["partner_id"], ["__count"]
            )
        )

    @api.model
    def _cancel_waiting(self, partners):
        self.sudo().search(self._get_waiting_domain(partners))._cancel_queued_mails()
