from operator import methodcaller

from odoo import api, models

from ..base.lock import answer_each, report_failure
from .join import (
    CRON,
    MOST_FOR_ADDRESS,
    MOST_FOR_ORGANIZATION,
    MOST_FROM_PLACE,
)

BATCH = 100
# What has had a mail sent, for the limits.
ANSWERED = ("sent", "known", "waiting", "done")


class CustomerPortalJoin(models.Model):
    """Looks where somebody wants to register, and mails them a link, or nothing."""

    _inherit = "customer.portal.join"

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_answer(self):
        """Answer what was asked; what fails is reported and stops nobody."""
        asked = self.search([("state", "=", "asked")], limit=BATCH)
        answer_each(asked, methodcaller("_answer"), CRON, BATCH)

    def _answer(self):
        if self.state != "asked":  # Somebody else has answered meanwhile.
            return
        self.state = report_failure(self.env, self._look_up) or "refused"
        if self.state == "refused":
            self.code = False

    # === WHERE THEY BELONG === #

    def _look_up(self):
        """Find the organization, and send the mail that is due.

        :return: the status that follows
        :rtype: str
        """
        organization_sudo = self._find_organization()
        if not organization_sudo or self._is_too_much(organization_sudo):
            return "refused"
        if self.env["res.partner"]._is_opted_out(self.email):
            return "refused"
        self.organization_id = organization_sudo
        state = "known" if self._is_known() else "sent"
        self._send("confirm" if state == "sent" else state)
        return state

    def _find_organization(self):
        """Return the organization that the code, else the address, leads to.

        A wrong code leads nowhere, whatever the address is. For both, there is one or
        none: no visitor chooses.

        :return: with all rights; maybe nobody
        """
        partners_sudo = self.env["res.partner"].sudo()
        if not self.code:
            domains = self.env["customer.portal.join.domain"]
            return domains._find_organization(self.email)
        found = partners_sudo.search([("portal_join_code", "=", self.code)], limit=1)
        return found.filtered(lambda one: one._is_portal_organization())

    def _is_known(self):
        """Say whether the address has or had an access: one mailbox, one access."""
        return self.env["res.users"].sudo()._has_had_access(self.email)

    def _is_too_much(self, organization_sudo):
        """Let nobody have us mail at will, to one address or from one place."""
        return (
            self._count_recent("email", self.email, ANSWERED) >= MOST_FOR_ADDRESS
            or self._count_recent("ip_address", self.ip_address, ANSWERED)
            >= MOST_FROM_PLACE
            or self._count_recent("organization_id", organization_sudo.id, ANSWERED)
            >= MOST_FOR_ORGANIZATION
        )

    # === MAILS === #

    def _send(self, name):
        """Queue a mail to the address that was typed, in the visitor's language.

        It holds nothing else that was typed: nobody has us deliver their own words.

        :param str name: ``confirm`` or ``known``
        """
        template = self.env.ref(
            f"customer_portal.mail_template_join_{name}", raise_if_not_found=False
        )
        if not template:
            return
        lang = self.env["res.lang"]._get_code(self.lang) or self.env.lang
        context = {"join_lang": lang, "join_url": self._get_url()}
        organization_sudo = self._get_organization_sudo()
        mails = self.env["customer.portal.credentials"]._queue_mails(
            template.sudo().with_context(**context),
            organization_sudo,
            email_to=self.email,
            recipient_ids=[],
        )
        rows = self.env["customer.portal.mail"]
        rows._follow("join", mails, organization_sudo)

    def _get_organization_sudo(self):
        """Return the organization as the company knows it whose portal was asked."""
        company = self.organization_id.company_id or self.company_id
        return self.organization_id.sudo().with_company(company or self.env.company)
