from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import consteq, hmac

from ...const import GROUP_AGENT
from ...utils import read_number
from ..base import lock
from ..base.batches import remove_batch
from ..base.odoo_http import check_session, get_session_key
from .session import View

COOKIE = "customer_portal_viewing"
MINUTES = 30
KEPT = timedelta(days=1)


class CustomerPortalViewing(models.Model):
    """That an agent sees the portal as a customer sees it, for half an hour at most.

    The browser has the key in a cookie, which is worth nothing without the session that
    the agent has asked in. Each request asks anew whether the agent may.
    """

    _name = "customer.portal.viewing"
    _description = "See as Customer"
    _order = "id DESC"
    _rec_name = "user_id"

    agent_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", "Customer", required=True, index=True, ondelete="cascade"
    )
    touchpoint_id = fields.Many2one("customer.portal.touchpoint", ondelete="set null")
    date_start = fields.Datetime(required=True)
    date_until = fields.Datetime(required=True, index=True)
    date_end = fields.Datetime()
    key_hash = fields.Char(required=True, groups=fields.NO_ACCESS)
    session_hash = fields.Char(required=True, index=True, groups=fields.NO_ACCESS)

    # === TO BEGIN === #

    @api.model
    def _open(self, partner):
        """Let the browser of this request see the portal as a contact sees it.

        :raise AccessError: if the agent may not
        :raise UserError: if there is nothing to see
        """
        user = self._find_customer(partner)
        if not request or request.session.uid != self.env.uid:
            raise UserError(self.env._("Please do this in Odoo, in your browser."))
        self._find_of_session()._end(self.env._("another customer"))
        key = token_urlsafe(32)
        viewing_sudo = self.sudo().create(self._prepare(user, key))
        viewing_sudo._log_start()
        cron = self.env.ref("customer_portal.ir_cron_end_viewings").sudo()
        cron._trigger(at=viewing_sudo.date_until)
        self._set_cookie(request.future_response, f"{viewing_sudo.id}-{key}")

    @api.model
    def _find_customer(self, partner):
        """Return the user as whom an agent sees the portal.

        :raise AccessError: if the agent may not
        :raise UserError: if the contact has no access at all
        """
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(self.env._("You are not allowed to do this."))
        if not partner:
            raise UserError(self.env._("Please choose a contact first."))
        partner.check_access("read")
        users = partner._get_portal_users_sudo().filtered("active")
        user = users._get_main_portal_users()
        if not user:
            text = self.env._("%s has no access to the portal yet.", partner.name)
            raise UserError(text)
        if not self._is_permitted(self.env.user, user):
            raise AccessError(
                self.env._(
                    "You can see the portal only as customers of your own companies, "
                    "and never as an employee."
                )
            )
        return user

    @api.model
    def _prepare(self, user, key):
        now = fields.Datetime.now()
        return {
            "agent_id": self.env.uid,
            "user_id": user.id,
            "date_start": now,
            "date_until": now + timedelta(minutes=MINUTES),
            "key_hash": self._hash(key),
            "session_hash": self._hash_session(),
        }

    def _log_start(self):
        touchpoints = self.env["customer.portal.touchpoint"]
        values = touchpoints._get_values("viewed", self.user_id, self._get_limit_text())
        self.touchpoint_id = touchpoints.create({**values, "user_id": self.agent_id.id})

    @api.model
    def _get_limit_text(self):
        return self.env._("At most %s minutes", MINUTES)

    # === TO GO ON === #

    @api.model
    def _find_by_cookie(self):
        """Return what the browser's cookie is the key of, whether it counts or not."""
        number, __, key = request.cookies.get(COOKIE, "").partition("-")
        viewing_sudo = self.sudo().browse(read_number(number) or 0).exists()
        if viewing_sudo and consteq(viewing_sudo.key_hash, self._hash(key)):
            return viewing_sudo
        return self.sudo().browse()

    @api.model
    def _find_view(self):
        """Return as whom the request sees the portal.

        :return: None if it does not, or may no longer
        :rtype: View | None
        """
        viewing_sudo = self._find_by_cookie()
        if not viewing_sudo or not viewing_sudo._is_open():
            return None
        salt = (viewing_sudo.id, viewing_sudo.key_hash)
        sid = hmac(self.env(su=True), "customer_portal_viewing", salt)
        hides_invoices = not viewing_sudo._shows_invoices()
        return View(viewing_sudo.id, viewing_sudo.user_id.id, sid, hides_invoices)

    def _is_open(self):
        return (
            not self.date_end
            and fields.Datetime.now() < self.date_until
            and self._is_of_session()
            and check_session(request.session, self.env)
            and self._is_permitted(self.agent_id, self.user_id)
        )

    def _is_of_session(self):
        """Say whether the request comes from the session in which the agent asked."""
        return request.session.uid == self.agent_id.id and consteq(
            self.session_hash, self._hash_session()
        )

    @api.model
    def _is_permitted(self, agent, user):
        """Say whether an agent may see the portal as a user does.

        Companies are those of the agent, whichever are chosen just now. All of the
        customer's count, as their pages show records of each.
        """
        agent_sudo, user_sudo = agent.sudo(), user.sudo()
        companies, partner_sudo = agent_sudo.company_ids, user_sudo.partner_id
        partner = partner_sudo.with_user(agent)
        return (
            agent_sudo.active
            and agent_sudo.has_group(GROUP_AGENT)
            and self._is_customer(user_sudo)
            and user_sudo.company_ids | partner_sudo.company_id <= companies
            and partner.with_context(allowed_company_ids=companies.ids).has_access(
                "read"
            )
        )

    @api.model
    def _is_customer(self, user_sudo):
        """Say whether a user is a customer, as is everybody else with their contact."""
        partner_sudo = user_sudo.partner_id.with_context(active_test=False)
        return (
            user_sudo.active
            and user_sudo._is_portal()
            and all(partner_sudo.user_ids.mapped("share"))
            and user_sudo not in user_sudo._get_system_users()
        )

    # === TO END === #

    def _end(self, reason=""):
        """End these, and note how long they were.

        :param str reason: why, if it was not because of the time
        """
        now = fields.Datetime.now()
        for viewing_sudo in self.sudo().filtered(lambda one: not one.date_end):
            viewing_sudo.date_end = min(now, viewing_sudo.date_until)
            viewing_sudo.touchpoint_id.detail = viewing_sudo._get_end_text(reason)

    def _get_end_text(self, reason):
        length = self.date_end - self.date_start
        minutes = max(1, round(length.total_seconds() / 60))
        if self.date_end == self.date_until:
            return self.env._("%s min, ended by itself", minutes)
        return self.env._(
            "%(minutes)s min, ended by: %(reason)s", minutes=minutes, reason=reason
        )

    @api.model
    def _find_of_session(self):
        """Return what is open in the session of the request."""
        known = [("session_hash", "=", self._hash_session()), ("date_end", "=", False)]
        return self.sudo().search(known)

    @api.model
    def _settle(self):
        """End what the browser's cookie is of if it may not go on, for its own session.

        Who has got hold of the cookie alone ends nothing.
        """
        viewing_sudo = self._find_by_cookie()
        is_own = viewing_sudo and viewing_sudo._is_of_session()
        if is_own and not viewing_sudo._is_open():
            viewing_sudo._end(self.env._("no longer permitted"))

    @api.model
    def _leave(self):
        """End what the request's browser sees as a customer.

        :return: the address of the contact in Odoo
        :rtype: str
        """
        viewing_sudo = self._find_by_cookie()
        if not viewing_sudo or not viewing_sudo._is_of_session():
            return "/odoo"
        viewing_sudo._end(self.env._("leaving"))
        return f"/odoo/res.partner/{viewing_sudo.user_id.partner_id.id}"

    @api.model
    def _end_in_new_transaction(self):
        """End it with the session, also if the request reads only."""
        if self.env.cr.readonly:
            self.env.cr.rollback()  # as core does before it opens another one
        with self.env.registry.cursor() as cr:
            viewings = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            viewings._find_by_cookie()._end(self.env._("logging out"))

    @api.model
    def _cron_end(self):
        """Note how long those were that ended by themselves."""
        over = [("date_end", "=", False), ("date_until", "<=", fields.Datetime.now())]
        self.search(over)._end()

    @api.autovacuum
    def _gc_viewings(self):
        """Forget former ones; touchpoints remember."""
        limit = fields.Datetime.now() - KEPT
        return remove_batch(self, [("date_until", "<", limit)])

    # === WHAT IS SAID === #

    @api.model
    def _get_banner(self):
        """Return what the page says of whom it is seen as; None on any other page."""
        view = self._get_current()
        if not view:
            return None
        viewing_sudo = self.sudo().browse(view.id)
        user_sudo = viewing_sudo.user_id
        gate = self.env["customer.portal.gate"].with_user(user_sudo)
        profiles = self.env["customer.portal.profile"].sudo()
        left = viewing_sudo.date_until - fields.Datetime.now()
        return {
            "name": user_sudo.name,
            "profile": profiles.browse(gate._get_profile_id()).name,
            "minutes": max(1, round(left.total_seconds() / 60)),
            "refusal": user_sudo._get_portal_refusal(),
            "hides_invoices": view.hides_invoices,
        }

    @api.model
    def _get_refusal_text(self, is_open):
        if not is_open:
            return self.env._(
                "You no longer see the portal as a customer. It ends after %s minutes, "
                "when you leave it or log out.",
                MINUTES,
            )
        return self.env._(
            "You see the portal as a customer, so you can only look at their pages. "
            "Nothing was changed or sent."
        )

    # === INTERNALS === #

    @api.model
    def _hash(self, text):
        return sha256(text.encode()).hexdigest()

    @api.model
    def _hash_session(self):
        """Hash the part of the session's id that a rotation keeps."""
        return self._hash(get_session_key(request.session))

    @api.model
    def _set_cookie(self, response, value):
        """Tell the browser, until it is closed: how long it counts is ours to say."""
        response.set_cookie(
            COOKIE,
            value,
            max_age=None if value else 0,
            expires=None,
            secure=request.httprequest.scheme == "https",
            httponly=True,
            samesite="Strict",
        )

    @api.model
    def _make_read_only(self, cr):
        """Let the database refuse to write for as long as a request has its cursor.

        The next one who gets the connection from the pool can write again.
        """
        cr.rollback()
        lock.refuse_writing(cr)

    @api.model
    def _get_current(self):
        """Return the view that the request is part of, if any.

        :rtype: View | None
        """
        return getattr(request, "portal_view", None) if request else None
