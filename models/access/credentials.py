from odoo import api, models

from ...const import PARAM_LOGIN_TEMPLATE, PARAM_RESET_TEMPLATE

# Templates of Odoo, on users, for where ours are gone. For a forgotten password it has
# a page of its own.
ODOO_TEMPLATES = {PARAM_LOGIN_TEMPLATE: "auth_signup.portal_set_password_email"}


class CustomerPortalCredentials(models.AbstractModel):
    """Sends login details and reset links, and follows what becomes of them.

    Links of Odoo's own sign-up are sent, never a password. Mails are queued in the
    transaction that makes them necessary and sent after it, so that a mail server
    that is down neither blocks saving nor loses the mail.
    """

    _name = "customer.portal.credentials"
    _description = "Customer Portal Login Details"

    @api.model
    def _send(self, partners):
        """Queue the login details of these contacts, or note why there are none.

        :param partners: portal contacts
        """
        rows = self.env["customer.portal.mail"]
        rows._get_login_rows(partners)._cancel_queued_mails()
        template = self._get_template(
            PARAM_LOGIN_TEMPLATE, "customer_portal.mail_template_login_details"
        )
        obstacles = self._get_obstacles(partners, template)
        rows._note("login", "not_sent", obstacles)
        sendable = partners.filtered(lambda partner: partner not in obstacles)
        if sendable:
            self._queue("login", template, sendable)

    @api.model
    def _get_obstacles(self, partners, template):
        """Say which contacts get no login details, and why.

        :return: text by contact
        :rtype: dict
        """
        missing = not template and self.env._("The email template is missing.")
        opted_out = partners._filter_opted_out()
        opt_out_reason = self.env["res.partner"]._get_opt_out_reason()
        reasons = {
            partner: self._get_obstacle(partner)
            or (partner in opted_out and opt_out_reason)
            or missing
            for partner in partners
        }
        return {partner: reason for partner, reason in reasons.items() if reason}

    @api.model
    def _get_obstacle(self, partner):
        """Say why a contact gets no login details.

        For a module to hold back mails for more reasons, it must override this method.

        :rtype: str | None
        """
        if partner.portal_state == "expired":
            return self.env._(
                "The support period has ended. Login details will be sent once it is "
                "extended."
            )
        return None

    @api.model
    def _send_reset(self, user, origin):
        """Queue a reset link, if the user may come in.

        Anybody can ask for it, so it is neither sent nor logged without end. Who may
        come in later is told the day, by mail as nobody else shall know.

        :param dict origin: from where it was asked for
        """
        partner_sudo = user.sudo().partner_id
        detail = partner_sudo._get_portal_refusal() or False
        touchpoints = self.env["customer.portal.touchpoint"].with_user(user)
        template = self._get_template(
            PARAM_RESET_TEMPLATE, "customer_portal.mail_template_forgot_password"
        )
        if touchpoints._is_frequent("reset_requested", partner_sudo, detail):
            return
        if not detail and partner_sudo._filter_opted_out():
            detail = self.env["res.partner"]._get_opt_out_reason()
        elif not detail and template:
            self._queue("reset", template, partner_sudo)
        elif not detail:
            user.sudo()._action_reset_password("reset")  # Odoo's own mail.
        elif partner_sudo.portal_state == "scheduled":
            self._tell_start(partner_sudo)
        touchpoints._log("reset_requested", {partner_sudo: detail}, origin)

    @api.model
    def _tell_start(self, partner_sudo):
        """Queue a mail that names the first day, instead of a link."""
        template = self.env.ref("customer_portal.mail_template_not_started", False)
        opted_out = partner_sudo._filter_opted_out()
        if template and not opted_out:
            mails = self._queue_mails(template.sudo(), partner_sudo)
            self.env["customer.portal.mail"]._follow("not_started", mails, partner_sudo)

    @api.model
    def _get_template(self, param, xml_id):
        """Return the template of Settings if it is still fit, else the addon's own.

        Where both are gone, Odoo's, if it has one.
        """
        chosen = self.env["mail.template"]._get_chosen_portal_template(param)
        names = filter(None, (xml_id, ODOO_TEMPLATES.get(param)))
        others = (self.env.ref(name, raise_if_not_found=False) for name in names)
        return chosen or next(filter(None, others), chosen).sudo()

    @api.model
    def _queue(self, kind, template_sudo, partners):
        """Queue a mail with a fresh link for each contact, and follow it.

        :param str kind: ``login`` or ``reset``
        """
        partners_sudo = partners.sudo()
        partners_sudo.signup_prepare("signup" if kind == "login" else "reset")
        records_sudo = partners_sudo
        if template_sudo.model == "res.users":  # As Odoo's own are.
            users = [partner._get_portal_users_sudo()[:1] for partner in partners_sudo]
            records_sudo = users[0].union(*users)
        mails = self._queue_mails(template_sudo, records_sudo)
        rows = self.env["customer.portal.mail"]
        rows._follow(kind, mails, partners)

    @api.model
    def _queue_mails(self, template_sudo, records_sudo, **email_values):
        """Queue mails with links for a customer alone.

        They belong to no document, and their messages, which whoever caused them may
        read, have no body.

        :rtype: mail.mail
        """
        letter = self.env["customer.portal.letter"]
        mails = letter._queue(
            template_sudo,
            records_sudo,
            **email_values,
            model=False,
            res_id=False,
            message_type="user_notification",
            auto_delete=True,
        )
        mails.body = False
        letter._replace_base_url_in_mails(mails, records_sudo)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return mails
