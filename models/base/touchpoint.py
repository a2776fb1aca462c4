import logging
from contextlib import contextmanager
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.http import request

from . import lock
from .batches import get_forgotten_domain, remove_batch
from .rows import add_rows

TOUCHPOINT_KINDS = [
    ("login", "Login"),
    ("logout", "Logout"),
    ("refused", "Login Refused"),
    ("credentials_sent", "Login Details Sent"),
    ("credentials_failed", "Login Details Failed"),
    ("mail_failed", "Email Failed"),
    ("reset_requested", "Password Reset Requested"),
    ("email_requested", "Email Change Requested"),
    ("extension_requested", "Extension Requested"),
    ("granted", "Access Granted"),
    ("changed", "Access Changed"),
    ("revoked", "Access Revoked"),
    ("expired", "Access Expired"),
]

_logger = logging.getLogger(__name__)

MOST_PER_HOUR = 10  # what strangers can cause for one contact


class CustomerPortalTouchpoint(models.Model):
    """What happened between a customer and the portal: Customer Touchpoints.

    Only the server writes it; agents read it.
    """

    _name = "customer.portal.touchpoint"
    _description = "Customer Touchpoint"
    _order = "date DESC, id DESC"
    _rec_name = "kind"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        "Done By",
        index="btree_not_null",
        ondelete="set null",
        help="The customer, or the user who changed the customer's access.",
    )
    date = fields.Datetime(required=True, index=True, default=fields.Datetime.now)
    kind = fields.Selection(TOUCHPOINT_KINDS, required=True)
    ip_address = fields.Char("IP Address")
    user_agent = fields.Char("Browser")
    detail = fields.Char(string="Details")

    # Of ten million, what is rare is found without reading all others before it.
    _kind_idx = models.Index("(kind, date, id)")

    @api.model
    def _log(self, kind, detail_by_partner, origin=None):
        """Log one touchpoint a contact, as part of what is being done.

        :param str kind: one of ``TOUCHPOINT_KINDS``
        :param dict detail_by_partner: text, or False, by contact
        :param dict origin: from where it was done, if not by the request there is
        """
        origin = self._get_origin() if origin is None else origin
        values = {"kind": kind, "user_id": self.env.uid, **origin}
        add_rows(
            self.sudo(),
            [
                {**values, "partner_id": partner.id, "detail": detail}
                for partner, detail in detail_by_partner.items()
            ],
        )

    @api.model
    def _log_refused(self, user, reason):
        """Log a refusal, unless somebody is guessing and would fill the log.

        :param user: the portal user
        :param str reason: what the visitor is told
        """
        values = self._get_values("refused", user, reason)
        with self._apart(values) as touchpoints:
            partner = touchpoints.env["res.partner"].browse(values["partner_id"])
            if not touchpoints._is_frequent("refused", partner, reason):
                touchpoints.create(values)

    @api.model
    def _is_frequent(self, kind, partner, detail=None):
        """Whether the same has happened too often within an hour.

        Of requests that are served at once one after the other asks.

        :param detail: None for whatever detail
        """
        known = [
            ("partner_id", "=", partner.id),
            ("kind", "=", kind),
            ("date", ">", fields.Datetime.now() - timedelta(hours=1)),
        ]
        if detail is not None:
            known.append(("detail", "=", detail))
        with lock.alone(self.env, kind, partner.id) as env:
            # What has been done meanwhile, and what this transaction has done itself.
            counts = [
                touchpoints.sudo().search_count(known, limit=MOST_PER_HOUR)
                for touchpoints in (env[self._name], self)
            ]
        return max(counts) == MOST_PER_HOUR

    @api.model
    def _log_in_new_transaction(self, kind, user, detail=False):
        """Log what a user did, also if the request fails, is refused, or is read-only.

        :param str kind: one of ``TOUCHPOINT_KINDS``
        :param user: the portal user
        """
        values = self._get_values(kind, user, detail)
        with self._apart(values) as touchpoints:
            touchpoints.create(values)

    @api.model
    def _get_values(self, kind, user, detail):
        return {
            **self._get_origin(),
            "kind": kind,
            "user_id": user.id,
            "partner_id": user.sudo().partner_id.id,
            "detail": detail,
        }

    @api.model
    @contextmanager
    def _apart(self, values):
        """Log in a transaction of its own, which the request's end does not undo.

        It may be lost, but never waits for a lock that the request itself holds, nor
        keeps anybody from coming in.

        :param dict values: what may get lost
        :return: the touchpoints of that transaction
        """
        if self.env.cr.readonly:
            self.env.cr.rollback()  # as core does before it opens another one
        try:
            with self.env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '1s'")
                yield self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
        except psycopg2.Error:
            _logger.exception("Touchpoint lost: %s", values)

    @api.model
    def _get_origin(self):
        if not request:
            return {}
        http_request = request.httprequest
        return {
            "ip_address": http_request.remote_addr,
            "user_agent": (http_request.user_agent.string or "")[:250],
        }

    @api.autovacuum
    def _gc_touchpoints(self):
        """Remove in batches what is older than the days of Settings (0 = keep all)."""
        return remove_batch(self, get_forgotten_domain(self))
