from datetime import timedelta

from odoo import api, fields, models

from ...utils import read_signed
from .res_partner_period import OPEN_STATES

# How long a login link is of use at least, in days from the first day of support on.
LOGIN_LINK_DAYS = 14


class ResPartner(models.Model):
    """Links by which a contact chooses a password: whom they let in, and how long."""

    _inherit = "res.partner"

    @api.model
    def _get_partner_from_token(self, token):
        """Void sign-up and reset links of contacts who may not come in.

        A scheduled contact may choose a password beforehand, but the password cannot
        be asked for again before the period begins.
        """
        partner = super()._get_partner_from_token(token)
        if not partner or not partner.sudo().portal_user:
            return partner
        reset = partner.sudo().signup_type == "reset"
        states = OPEN_STATES if reset else (*OPEN_STATES, "scheduled")
        return partner if partner.sudo().portal_state in states else None

    @api.model
    def _get_link_refusal(self, token):
        """Say why a link to choose a password does not work.

        Only the holder of a link that was ours learns about it, all others the same.

        :param str token: of the link, from anywhere
        :return: ``expired``, ``used`` or ``void``; None if the link works
        :rtype: str | None
        """
        partners_sudo = self.sudo()
        try:
            if partners_sudo._get_partner_from_token(token):
                return None
            values = read_signed(partners_sudo.env, "signup", token)
        except ValueError:
            return "void"
        partner_sudo = partners_sudo.browse(values and values[0]).exists()
        if not partner_sudo or partner_sudo._is_closed_for_link(*values[1:]):
            return "void"
        return partner_sudo._get_link_state(*values[2:])

    def _is_closed_for_link(self, user_ids, login_date, signup_type):
        """Say whether no link may let in this contact now."""
        is_reset = signup_type == "reset"
        states = OPEN_STATES if is_reset else (*OPEN_STATES, "scheduled")
        open_now = not self.portal_user or self.portal_state in states
        return self.user_ids.ids != user_ids or not open_now

    def _get_link_state(self, login_date, signup_type):
        """Compare what a link holds for with what is now; each use changes it."""
        date = self._get_login_date()
        if date == login_date and self.signup_type == signup_type:
            return "expired"
        before, now = (
            [*d][0] if isinstance(d, list) else d for d in (login_date, date)
        )
        return "used" if not self.signup_type or before != now else "void"

    def _get_signup_url_for_action(self, *args, **kwargs):
        """Lead customers to the Portal URL; those inside stay with Odoo's address."""
        urls = super()._get_signup_url_for_action(*args, **kwargs)
        letter = self.env["customer.portal.letter"]
        for partner in self:
            if not any(user._is_internal() for user in partner.sudo().user_ids):
                urls[partner.id] = letter._replace_base_url(partner, urls[partner.id])
        return urls

    def _generate_signup_token(self, expiration=None):
        """Let the link in the login details outlast a period that begins later."""
        partner_sudo = self.sudo()
        if partner_sudo.portal_user and partner_sudo.signup_type == "signup":
            expiration = expiration or self._get_login_link_hours()
        return super()._generate_signup_token(expiration)

    def _get_login_link_hours(self):
        """Return how long the link in the login details works, if nobody logs in.

        As long as Odoo's, but at least for two weeks from the day when it is of use.
        """
        wait = self._get_portal_wait()
        params = self.env["ir.config_parameter"]
        usual = params._get_portal_number("auth_signup.signup.validity.hours")
        return max(usual, (wait.days + 1 + LOGIN_LINK_DAYS) * 24)

    def _get_portal_wait(self):
        """Return how long it is to the first day of support; no time if it has begun.

        :rtype: datetime.timedelta
        """
        self.ensure_one()
        today = self.company_id._get_portal_today()
        return max((self.sudo().support_start_date or today) - today, timedelta())

    def _void_portal_links(self):
        """Void the links by which these contacts could choose a password, if any."""
        self.fetch(["signup_type"])
        if waiting := self.filtered("signup_type"):
            # That is no field whose changes are told.
            waiting.with_context(tracking_disable=True).signup_cancel()

    def _get_login_link_end(self):
        return fields.Datetime.now() + timedelta(hours=self._get_login_link_hours())

    def _get_login_date(self):
        """Let links to choose a password become void with the sessions.

        This is the part of the link's token that changes. Core's changes with a login
        only: the link that went to a former address, or before the access was revoked,
        would be good again with the next one.
        """
        login_date = super()._get_login_date()
        version = sum(self.sudo().user_ids.mapped("portal_session_version"))
        return [login_date, version] if version else login_date
