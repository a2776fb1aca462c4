import logging

from odoo import api, models
from odoo.tools import exception_to_unicode

from .letter import AUTOMATIC_HEADERS

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    """Test emails: like those to customers, they tell whether these arrive."""

    _inherit = "res.company"

    def _send_portal_test_mail(self):
        """Send a mail from the company to the current user, at once.

        :return: what went wrong if anything did, and what to tell about it
        :rtype: tuple[str | None, str]
        """
        user = self.env.user
        failed = self.env._("The test email was not sent")
        if not user.email:
            return failed, self.env._(
                "Your user has no email address. Enter one in My Preferences: open "
                "the menu behind your picture at the top right."
            )
        mail_sudo = self.with_company(self)._make_portal_test_mail(user).sudo()
        try:
            with self.env.cr.savepoint():
                mail_sudo.send()
                failure = self._get_mail_failure(mail_sudo)
        except Exception as error:  # a mail server may answer anything
            _logger.info("The test mail was not sent", exc_info=True)
            failure = self._add_mail_advice(exception_to_unicode(error))
        mail_sudo.exists().unlink()
        if failure:
            return failed, failure
        return None, self.env._(
            "%(server)s accepted the email. Check that it arrives at %(address)s.",
            server=self._get_mail_server_name(user),
            address=user.email,
        )

    def _try_portal_mail(self):
        """Send it, and return the action that tells what came of it."""
        failure, message = self._send_portal_test_mail()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failure else "success",
                "title": failure or self.env._("Test email sent"),
                "message": message,
                "sticky": bool(failure),
            },
        }

    def _make_portal_test_mail(self, user):
        text = self.env._(
            "This is a test email. The portal sends emails to customers the same way. "
            "Customers open the portal at:"
        )
        values = {"text": text, "url": self._get_portal_base_url()}
        body = self.env["ir.qweb"]._render("customer_portal.mail_test", values)
        layout = "customer_portal.mail_layout"
        render = self.env["mail.render.mixin"]
        return (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": self.env._("Customer Portal test email"),
                    "body_html": render._render_encapsulate(
                        layout, body, context_record=user
                    ),
                    "email_from": self._get_test_mail_sender(user),
                    "reply_to": self._get_test_mail_sender(user),
                    "headers": repr(AUTOMATIC_HEADERS),
                    "email_to": user.email_formatted,
                    "auto_delete": False,
                }
            )
        )

    def _get_test_mail_sender(self, user):
        return self.email_formatted or user.email_formatted

    @api.model
    def _get_mail_failure(self, mail_sudo):
        """Return why a mail has not left, None if it has."""
        if mail_sudo.state == "sent":
            return None
        if mail_sudo.state == "outgoing":
            return self.env._("Sending emails is turned off in this database.")
        labels = dict(
            mail_sudo._fields["failure_type"]._description_selection(self.env)
        )
        reasons = (mail_sudo.failure_reason, labels.get(mail_sudo.failure_type))
        reason = next(filter(None, reasons), self.env._("No reason was given."))
        return self._add_mail_advice(reason)

    @api.model
    def _add_mail_advice(self, reason):
        """Say what to do about a failure: a mail server's own words do not."""
        if self.env["ir.mail_server"].sudo().search_count([], limit=1):
            return self.env._(
                "Check the outgoing mail server. Its answer: %(reason)s", reason=reason
            )
        return self.env._(
            "No outgoing mail server is set up. In Odoo's Settings, turn on Use "
            "Custom Email Servers and choose Outgoing Email Servers. What happened: "
            "%(reason)s",
            reason=reason,
        )

    def _get_mail_server_name(self, user):
        server, _sender = (
            self.env["ir.mail_server"]
            .sudo()
            ._find_mail_server(self._get_test_mail_sender(user))
        )
        return (
            server
            and server.name
            or self.env._("The mail server in Odoo's configuration")
        )
