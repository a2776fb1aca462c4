from functools import partial

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models

from ..const import PARAM_LOGIN_TEMPLATE, PARAM_RESET_TEMPLATE

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
    _description = "Customer Portal Credentials"

    @api.model
    def _send(self, partners):
        """Queue the login details of these contacts, or note why there are none.

        :param partners: portal contacts
        """
        self._take_back(partners)
        obstacles = {partner: self._get_obstacle(partner) for partner in partners}
        opted_out = self.env["customer.portal.opt.out"]._filter(partners)
        reason = self.env["customer.portal.opt.out"]._get_reason()
        obstacles.update((p, reason) for p in opted_out if not obstacles[p])
        for partner, obstacle in obstacles.items():
            if obstacle:
                self._note(partner, "not_sent", obstacle)
        sendable = partners.filtered(lambda partner: not obstacles[partner])
        template = self._get_template(
            PARAM_LOGIN_TEMPLATE, "customer_portal.mail_template_login_details"
        )
        if sendable and not template:
            self._note(sendable, "not_sent", self.env._("There is no mail template."))
        elif sendable:
            mails = self._queue(template, sendable)
            for partner, mail in zip(sendable, mails, strict=True):
                self._note(partner, "queued", False, mail.id)

    @api.model
    def _take_back(self, partners):
        """Delete the login details that were queued, or failed, and are out of date.

        One that is leaving right now is locked; whoever saves does not wait for it.
        """
        mail_ids = partners.sudo().mapped("portal_credentials_mail_id")
        mails_sudo = self.env["mail.mail"].sudo().browse(filter(None, mail_ids))
        mails_sudo.exists().try_lock_for_update().unlink()

    @api.model
    def _get_obstacle(self, partner):
        """Say why a contact gets no login details.

        For a module to hold back mails for more reasons, it must override this method.

        :rtype: str | None
        """
        if partner.portal_state == "expired":  # feature row 5
            return self.env._(
                "The support period is over. The login details are sent once it is "
                "extended."
            )
        return None

    @api.model
    def _send_reset(self, user):
        """Queue a reset link, if the user may come in (feature row 35).

        Anybody can ask for it, so it is neither sent nor logged without end.
        """
        partner_sudo = user.sudo().partner_id
        detail = partner_sudo._get_portal_refusal() or False
        touchpoints = self.env["customer.portal.touchpoint"].with_user(user)
        template = self._get_template(
            PARAM_RESET_TEMPLATE, "customer_portal.mail_template_forgot_password"
        )
        if touchpoints._is_frequent("reset_requested", partner_sudo, detail):
            return
        opt_out = self.env["customer.portal.opt.out"]
        if not detail and opt_out._filter(partner_sudo):
            detail = opt_out._get_reason()
        elif not detail and template:
            self._queue(template, partner_sudo, "reset")
        elif not detail:
            user.sudo()._action_reset_password("reset")  # Odoo's own mail.
        touchpoints._log("reset_requested", {partner_sudo: detail})

    @api.model
    def _get_template(self, param, xml_id):
        """Return the template of Settings if it is still fit, else the addon's own.

        Where both are gone, Odoo's, if it has one.
        """
        chosen = self._get_chosen_template(param)
        names = filter(None, (xml_id, ODOO_TEMPLATES.get(param)))
        others = (self.env.ref(name, raise_if_not_found=False) for name in names)
        return chosen or next(filter(None, others), chosen).sudo()

    @api.model
    def _get_chosen_template(self, param):
        template_id = self.env["ir.config_parameter"].sudo().get_param(param)
        chosen = self.env["mail.template"].sudo().browse(int(template_id or 0)).exists()
        return chosen.filtered(lambda template: template.model == "res.partner")

    @api.model
    def _queue(self, template_sudo, partners, signup_type="signup"):
        """Queue a mail with a fresh link for each contact.

        :rtype: mail.mail
        """
        partners_sudo = partners.sudo()
        partners_sudo.signup_prepare(signup_type)
        if template_sudo.model == "res.users":  # As Odoo's own are.
            users = [partner._get_portal_users_sudo()[:1] for partner in partners_sudo]
            return self._queue_mails(template_sudo, users[0].union(*users))
        return self._queue_mails(template_sudo, partners_sudo)

    @api.model
    def _queue_mails(self, template_sudo, records_sudo, **email_values):
        """Queue mails with links for a customer alone.

        They belong to no document, and their messages, which whoever caused them may
        read, have no body.

        :rtype: mail.mail
        """
        mails = template_sudo.send_mail_batch(
            records_sudo.ids,
            email_values={
                **email_values,
                "model": False,
                "res_id": False,
                "author_id": self.env.ref("base.partner_root").id,
                "message_type": "user_notification",
                "auto_delete": True,
            },
        )
        mails.body = False
        self.env["customer.portal.link"]._lead_mails(mails, records_sudo)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return mails

    @api.model
    def _note(self, partners, state, detail, mail_id=False):
        partners._settle(
            {
                "portal_credentials_state": state,
                "portal_credentials_date": fields.Datetime.now(),
                "portal_credentials_detail": detail,
                "portal_credentials_mail_id": mail_id,
            }
        )

    @api.model
    def _note_mails(self, mail_ids, failure):
        """Tell the contacts what became of their mails.

        If somebody saves a contact at the same moment, it is told afterwards: undoing
        the transaction in which a mail has left would send it twice.

        :param str failure: why the mails were not sent, or False
        """
        try:
            with self.env.cr.savepoint():
                self._tell_contacts(mail_ids, failure)
        except SerializationFailure:
            self.env.cr.postcommit.add(partial(self._tell_apart, mail_ids, failure))

    @api.model
    def _tell_apart(self, mail_ids, failure):
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr))._tell_contacts(mail_ids, failure)

    @api.model
    def _tell_contacts(self, mail_ids, failure):
        """Note the outcome; a mail that another one has replaced does not count."""
        partners_sudo = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search([("portal_credentials_mail_id", "in", mail_ids)])
        )
        if not partners_sudo:
            return
        state = "failed" if failure else "sent"
        for mail_id, contacts in partners_sudo.grouped(
            "portal_credentials_mail_id"
        ).items():
            self._note(contacts, state, failure, mail_id)
        details = {p: failure or p.email for p in partners_sudo}
        self.env["customer.portal.touchpoint"]._log(f"credentials_{state}", details)
