from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from lxml import html

from .common import CustomerPortalCommon


class InvitationCommon(CustomerPortalCommon):
    """An organization that lets people register, and short ways to do so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invitations = cls.env["customer.portal.invitation"]
        cls.joins = cls.env["customer.portal.join"]
        cls.acme = cls.env["res.partner"].create({"name": "Acme", "is_company": True})
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Joined"})

    @classmethod
    def _let_join(cls, **values):
        """Let people register for the organization; return the code."""
        cls.acme.write({"portal_join_profile_id": cls.profile.id, **values})
        cls.acme.action_make_portal_join_code()
        return cls.acme.portal_join_code

    def _run(self, work):
        """Do a scheduled action as the scheduler does, but in this transaction."""
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=60):
            work()
        self.env.invalidate_all()

    def _follow(self):
        self._run(self.invitations.sudo()._cron_follow)

    def _answer_joins(self):
        self._run(self.joins.sudo()._cron_answer)

    def _ask(self, email="anna@acme.example.com", code="", name="Anna Bell"):
        """Ask to register as the page does; return what is noted."""
        self.joins._ask(name, email, code)
        self._answer_joins()
        return self.joins.search(
            [("email", "=", email.lower())], order="id DESC", limit=1
        )

    def _join_mails(self, email):
        domain = [("email_to", "ilike", email)]
        return self.env["mail.mail"].sudo().search(domain, order="id DESC")

    def _token_in(self, mail):
        """Return the token in the mail to somebody who registers."""
        [link] = html.fromstring(mail.body_html).xpath(
            "//a[contains(@href, '/my/join/confirm')]/@href"
        )
        return parse_qs(urlsplit(link).query)["token"][0]

    def _contact_of(self, email):
        return self.env["res.partner"].search([("email_normalized", "=", email)])

    def _send_mails(self, partner, **errors):
        with self._mail_server(**errors):
            self._mails_to(partner).send()
        self.env.invalidate_all()
