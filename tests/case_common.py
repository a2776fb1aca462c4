from contextlib import contextmanager
from uuid import uuid4

from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import CustomerPortalCommon

AGENT = "customer_portal.group_customer_portal_user"


class CaseMailCommon(CustomerPortalCommon):
    """Cases whose mails come in at support@example.com and leave from there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "mail_notrack": False})
        cls.company = cls.env.company
        cls.gate = cls.env["customer.portal.gate"]
        cls.agents = cls.env["customer.portal.agents"]
        domains = cls.env["mail.alias.domain"]
        cls.domain = domains.search([("name", "=", "example.com")]) or domains.create(
            {"name": "example.com"}
        )
        cls.company.write(
            {
                "alias_domain_id": cls.domain.id,
                "email": "office@company.example.com",
                "portal_assignee_id": False,
            }
        )
        cls.module = cls.env["customer.portal.module"]._get_cases()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Mails"})
        row = cls.profile.permission_ids.filtered(lambda r: r.module_id == cls.module)
        row.write(
            dict.fromkeys(
                (
                    *("visible", "can_create", "can_close", "can_edit", "can_comment"),
                    *("show_comments", "show_documents", "can_upload"),
                ),
                True,
            )
        )
        cls.right = row
        cls.boss = new_test_user(cls.env, "boss", AGENT)
        cls.organization = cls.env["res.partner"].create(
            {"name": "Baker Way", "is_company": True}
        )
        cls.emma = cls._make_portal_contact(
            "emma@customer.example.org",
            name="Emma",
            parent_id=cls.organization.id,
            portal_profile_id=cls.profile.id,
        )
        cls.user = cls._user_of(cls.emma)
        cls._choose_model()

    @classmethod
    def _choose_model(cls):
        """Publish the cases of the model, and let mails come in."""
        raise NotImplementedError

    def _make_case(self, **values):
        values = {"name": "It hums", **self.REQUIRED, **values}
        case = self.env[self.MODEL].browse(
            self.env["customer.portal.form"]
            .with_user(self.user)
            .create_record("cases", values)
        )
        self._finish()
        return case

    def _finish(self):
        """Do what a transaction does at its end: track, and send what follows."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    @contextmanager
    def _new_mails(self):
        """Yield a list that holds the mails queued meanwhile, oldest first."""
        mails = self.env["mail.mail"].sudo()
        last = mails.search([], order="id desc", limit=1).id or 0
        found = []
        yield found
        self._finish()
        found.extend(mails.search([("id", ">", last)], order="id"))

    def _told(self, mails, partner=None):
        """Return who some mails are for, or the mails for somebody."""
        if partner is not None:
            return [mail for mail in mails if partner in mail.recipient_ids]
        return self.env["res.partner"].union(*(mail.recipient_ids for mail in mails))

    def _receive(
        self,
        sender,
        body="Hello",
        headers="",
        subject="By mail",
        to=None,
        content_type="text/html; charset=utf-8",
    ):
        """Take in a mail; return the record it went to."""
        mail = (
            f"From: {sender}\nTo: {to or self.ADDRESS}\nSubject: {subject}\n"
            f"Message-Id: <{uuid4()}@customer.example.org>\n"
            f"MIME-Version: 1.0\nContent-Type: {content_type}\n"
            f"{headers}\n{body}"
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            res_id = self.env["mail.thread"].message_process(False, mail.encode())
        self._finish()
        self.env.invalidate_all()
        return self.env[self.MODEL].browse(res_id or ())

    def _answer(self, case, sender, body="It hums again.", headers="", **values):
        """Have somebody answer the newest message of a case by mail."""
        said = case.message_ids.filtered(
            lambda m: m.message_type == "auto_comment" or not m.subtype_id.internal
        )
        asked = said.sorted("id")[-1:].message_id
        headers = f"In-Reply-To: {asked}\nReferences: {asked}\n{headers}"
        self._receive(
            sender, body, headers, **{"subject": f"Re: {case.name}", **values}
        )
        return case.message_ids.sorted("id")[-1:]


class TaskMailCommon(CaseMailCommon):
    """Cases are tasks."""

    MODEL = "project.task"
    ASSIGNEE = "user_ids"
    REQUIRED = {}
    ADDRESS = REPLY_TO = "support@example.com"

    @classmethod
    def _choose_model(cls):
        cls.project = cls.env.ref("customer_portal.project_cases")
        cls.project.write({"alias_name": "support", "alias_contact": "everyone"})
        cls.stages = {
            name: cls.env.ref(f"customer_portal.stage_{name}")
            for name in ("new", "in_progress", "waiting", "closed")
        }


class TicketMailCommon(CaseMailCommon):
    """Cases are tickets of a helpdesk, which has to be installed for these tests."""

    MODEL = "helpdesk.ticket"
    ASSIGNEE = "user_id"
    REQUIRED = {"description": "<p>It hums only.</p>"}
    ADDRESS = "helpdesk@example.com"
    # Of tickets without a team: answers are known by what they refer to.
    REPLY_TO = "catchall@example.com"

    @classmethod
    def _choose_model(cls):
        cls.module._change_case_model(cls.MODEL)
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Team", "alias_name": "helpdesk", "alias_contact": "everyone"}
        )
        cls.env["mail.alias"].search(
            [("alias_name", "=", "helpdesk")]
        ).alias_domain_id = cls.domain
        names = {
            "new": "new",
            "in_progress": "in_progress",
            "waiting": "awaiting",
            "closed": "done",
        }
        cls.stages = {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{theirs}")
            for name, theirs in names.items()
        }
