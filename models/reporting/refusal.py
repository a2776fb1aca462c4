import logging
import re
from datetime import timedelta
from random import randrange

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL

from ..base import lock
from .touchpoint import DENIED

_logger = logging.getLogger(__name__)

# So many attempts of a customer are kept in an hour; the others are counted. The first
# ones stay; the places of those after them go to any of the later ones, by chance.
KEPT_PER_HOUR, FIRST_KEPT = 20, 10
SUBJECT_LENGTH = 250
# So many ids of a call are kept.
SOME_IDS = 5
# Where programs call methods, as the session's user or with a key.
CALLS = ("/web/dataset/call_kw", "/web/dataset/call_button", "/json/2")
# Where files are, whatever they belong to.
FILES = ("/web/content", "/web/image")
SAFE = ("GET", "HEAD")
NAME = re.compile(r"[\w.]{1,80}")


class CustomerPortalRefusal(models.AbstractModel):
    """What customers are refused is written down, up to so many times an hour.

    The same is done whether or not there is such a record, in a transaction of its own:
    so neither the answer nor the time it takes tells them apart. Which rule refuses it
    is found out later, by a scheduled action.
    """

    _name = "customer.portal.refusal"
    _description = "Refused Attempts of Customers"

    # === WHAT WAS ATTEMPTED === #

    @api.model
    def _note_request(self, user):
        """Write down what the request asks for, once, if it is about the portal.

        An error here changes nothing about the answer.

        :param user: the portal user of the request
        """
        is_view = self.env["customer.portal.viewing"]._get_current()
        if is_view or getattr(request, "portal_refusal", False):
            return
        request.portal_refusal = True
        try:
            if subject := self._read_request():
                self._keep(user, subject)
        except Exception:
            _logger.exception("A refused attempt of user %s is lost", user.id)

    @api.model
    def _read_request(self):
        """Return what the request asks for in a line; None if it is not the portal's.

        :rtype: str | None
        """
        path = request.httprequest.path
        if self._is_below(path, CALLS):
            return self._read_call(request.params)
        if not self._is_below(path, FILES):
            explain = self.env["customer.portal.explain"]
            if not explain.is_portal_address(path):
                return None
            path = explain._get_path(path)
        method = request.httprequest.method
        return self._clean(path if method in SAFE else f"{method} {path}")

    @api.model
    def _read_call(self, params):
        """Return the call of a method on a model that the portal publishes."""
        model_name = params.get("model", params.get("__model__"))
        method = params.get("method", params.get("__method__"))
        args = params.get("args") or [params.get("ids")]
        if not self._is_name(model_name) or not self._is_name(method):
            return None
        first = args[0] if isinstance(args, (list, tuple)) and args else None
        ids = first if isinstance(first, (list, tuple)) else [first]
        if not self._is_published(model_name):
            return None
        return self._write_call(model_name, method, ids)

    @api.model
    def _write_call(self, model_name, method, ids):
        gate = self.env["customer.portal.gate"]
        some = [str(one) for one in ids[:SOME_IDS] if gate._is_id(one)]
        return self._clean(f"{model_name}.{method}({', '.join(some)})")

    @api.model
    def _is_name(self, text):
        return isinstance(text, str) and bool(NAME.fullmatch(text))

    @api.model
    def _is_published(self, model_name):
        """Say whether any module shows records of a model, to whomever."""
        gate = self.env["customer.portal.gate"]
        native = gate._get_native_modules().mapped("model_name")
        return model_name in native or bool(gate._get_generated_codes(model_name))

    @api.model
    def _is_below(self, path, places):
        return any(path == place or path.startswith(f"{place}/") for place in places)

    @api.model
    def _clean(self, text):
        """Keep a text to what can be read, in one line."""
        return "".join(filter(str.isprintable, text))[:SUBJECT_LENGTH]

    # === HOW IT IS KEPT === #

    @api.model
    def _keep(self, user, subject):
        """Keep an attempt, or count it if there have been many within the hour.

        One request of a customer after the other, so that no two keep the last one.
        """
        touchpoints = self.env["customer.portal.touchpoint"]
        values = {**touchpoints._get_values(DENIED, user, False), "subject": subject}
        with (
            touchpoints._apart(values) as apart,
            lock.alone(apart.env, DENIED, values["partner_id"]) as env,
        ):
            env[self._name]._add(values)

    @api.model
    def _add(self, values):
        touchpoints = self.env["customer.portal.touchpoint"]
        domain = self._get_recent_domain() & Domain(
            "partner_id", "=", values["partner_id"]
        )
        recent = touchpoints.search(domain, order="id DESC", limit=KEPT_PER_HOUR)
        if len(recent) < KEPT_PER_HOUR:
            touchpoints.create(values)
        else:
            self._count(recent, values["subject"])

    @api.model
    def _count(self, recent, subject):
        """Count another attempt, unless its row is being worked on just now.

        Each of the later attempts is as likely to be told: nobody hides what they are
        after by asking for what does not exist before.

        :param recent: all that is kept of the hour, the newest first
        """
        number = sum(recent.mapped("attempts")) + 1 - FIRST_KEPT
        place = randrange(number)
        is_told = place < len(recent) - FIRST_KEPT
        row = recent[place if is_told else 0]
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_portal_touchpoint
                   SET attempts = attempts + 1, subject = %(subject)s,
                       rule = CASE WHEN subject = %(subject)s THEN rule END
                 WHERE id IN (SELECT id FROM customer_portal_touchpoint
                               WHERE id = %(row)s FOR NO KEY UPDATE SKIP LOCKED)
                """,
                row=row.id,
                subject=subject if is_told else row.subject,
            )
        )
        row.invalidate_recordset(["attempts", "subject", "rule"], flush=False)

    @api.model
    def _get_recent_domain(self):
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        return Domain("kind", "=", DENIED) & Domain("date", ">", hour_ago)
