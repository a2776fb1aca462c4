import ast
from unittest.mock import patch
from uuid import uuid4

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext, mute_logger

from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long


class CaseStories:
    """What customers and agents do with cases, whatever model holds them."""

    MODEL = None
    ASSIGNEE = None
    CATEGORY = None
    REQUIRED = {}
    # Whether Odoo notes what becomes of the mails of stages: OCA's helpdesk sends them
    # as it sends mass mails, of which there are no notes, failed or not.
    NOTES_STAGE_MAILS = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "mail_notrack": False})
        cls.gate = cls.env["customer.portal.gate"]
        cls.module = cls.env["customer.portal.module"]._get_cases()
        cls._choose_model()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "With Cases"})
        cls.right = cls.profile.permission_ids.filtered(
            lambda row: row.module_id == cls.module
        )
        cls.right.write(
            {"visible": True, "can_create": True, "can_close": True, "can_edit": True}
        )
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.emma)
        cls.other = cls._make_portal_contact(
            "liam@example.com", portal_profile_id=cls.profile.id
        )
        cls.stages = cls._get_stages()
        cls.category = cls._make_category()

    @classmethod
    def _choose_model(cls):
        """Publish the cases of the model, as Settings do."""

    def _make_case(self, user=None, **values):
        values = {"name": "The printer does not print", **self.REQUIRED, **values}
        res_id = (
            self.env["customer.portal.form"]
            .with_user(user or self.user)
            .create_record("cases", values)
        )
        return self.env[self.MODEL].browse(res_id)

    def _ratings(self, case):
        domain = [("res_model", "=", case._name), ("res_id", "=", case.id)]
        return self.env["rating.rating"].search(domain)

    def _post(self, case, action, **data):
        self.authenticate(self.user.login, PASSWORD)
        data["csrf_token"] = self._csrf_token()
        return self.url_open(
            f"/my/p/cases/{case.id}/{action}", data, allow_redirects=False
        )

    # === NEW === #

    def test_a_new_case_is_the_customers_and_goes_to_the_default_assignee(self):
        self.env.company.portal_assignee_id = self.agent
        case = self._make_case()
        self.assertEqual(case.partner_id, self.emma)
        self.assertEqual(case[self.ASSIGNEE], self.agent)
        self.assertEqual(case.stage_id, self.stages["new"])

    @takes_long
    def test_customer_and_assignee_get_a_mail_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.emma.lang = "fr_FR"
        self.env.company.portal_assignee_id = self.agent
        template = self.stages["new"].mail_template_id
        template.with_context(lang="fr_FR").subject = "Reçu {{ object.name }}"
        self._make_case()
        self.env.cr.flush()
        mail = self._mails_to(self.emma)[:1]
        self.assertEqual(mail.subject, "Reçu The printer does not print")
        self.assertTrue(self._mails_to(self.agent.partner_id))

    def test_mails_name_the_case_and_lead_to_it(self):
        case = self._make_case()
        self.env.cr.flush()
        case.stage_id = self.stages["closed"]
        self.env.cr.flush()
        closed, received = self._mails_to(self.emma)[:2]
        for mail in (received, closed):
            self.assertEqual(
                mail.subject, f"[#{self._number(case)}] The printer does not print"
            )
            self.assertIn(f"#{self._number(case)} The printer", self._words(mail))
            self.assertIn(f"/my/p/cases/{case.id}", mail.body_html)
        self.assertIn(f"We have received your {self.WORD} ", self._words(received))
        self.assertIn("has been closed", self._words(closed))

    def _words(self, mail):
        return " ".join(html2plaintext(mail.body_html).replace("*", "").split())

    # === PAGES === #

    def test_a_case_is_made_with_the_form(self):
        self.authenticate(self.user.login, PASSWORD)
        form = html.fromstring(self.url_open("/my/p/cases/new").text)
        offered = form.xpath(f"//select[@name='{self.CATEGORY}']/option/text()")
        self.assertIn(self.category.display_name, map(str.strip, offered))
        texts = {
            "name": "It smells",
            "description": "Of <b>smoke</b>",
            self.CATEGORY: str(self.category.id),
            "priority": "1",
            "csrf_token": self._csrf_token(),
        }
        response = self.url_open("/my/p/cases/new", texts, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        case = self.env[self.MODEL].search([("name", "=", "It smells")])
        self.assertEqual(case.partner_id, self.emma)
        self.assertEqual(case[self.CATEGORY], self.category)
        self.assertIn("smoke", case.description)

    def test_list_and_record_show_the_case(self):
        case = self._make_case()
        other = self._make_case(self._user_of(self.other), name="Not for Emma")
        self.authenticate(self.user.login, PASSWORD)
        page = self.url_open("/my/p/cases").text
        self.assertIn("The printer does not print", page)
        self.assertIn(self._number(case), page)
        self.assertNotIn("Not for Emma", page)
        page = self.url_open(f"/my/p/cases/{case.id}")
        self.assertIn("The printer does not print", page.text)
        self.assertIn(self.stages["new"].name, page.text)
        self.assertEqual(self.url_open(f"/my/p/cases/{other.id}").status_code, 404)

    @takes_long
    def test_open_and_closed_cases_are_filtered(self):
        self._make_case(name="Still open")
        self._make_case(name="Long done").stage_id = self.stages["closed"]
        self.authenticate(self.user.login, PASSWORD)
        page = self.url_open("/my/p/cases?filterby=open").text
        self.assertIn("Still open", page)
        self.assertNotIn("Long done", page)
        self.assertIn("Long done", self.url_open("/my/p/cases?filterby=closed").text)

    @mute_logger("odoo.http")
    def test_calls_reach_no_case(self):
        case = self._make_case()
        self.authenticate(self.user.login, PASSWORD)
        for method, args in (
            ("search_read", [[("id", "=", case.id)], ["name"]]),
            ("read", [case.ids, ["name"]]),
            ("write", [case.ids, {"name": "x"}]),
            ("message_post", [case.ids]),
        ):
            answer = self.url_open(
                f"/web/dataset/call_kw/{self.MODEL}/{method}",
                json={
                    "params": {
                        "model": self.MODEL,
                        "method": method,
                        "args": args,
                        "kwargs": {},
                    }
                },
            ).json()
            with self.subTest(method):
                self.assertFalse(answer.get("result"))
        self.assertEqual(case.name, "The printer does not print")

    def test_answers_are_proposed_while_a_title_is_typed(self):
        """The FAQs come later; whatever knows answers is asked already."""
        self.authenticate(self.user.login, PASSWORD)
        found = [{"title": "How to print?", "url": "/my/faq/1"}]
        pages = type(self.env["customer.portal.record"])
        with patch.object(pages, "_find_answers", lambda pages, text: found):
            answers = self.url_open("/my/p/cases/answers?text=How to print").json()
            short = self.url_open("/my/p/cases/answers?text=Ho").json()
            self.right.can_create = False
            forbidden = self.url_open("/my/p/cases/answers?text=How to print").json()
        self.assertEqual([answers, short, forbidden], [found, [], []])

    # === CLOSE AND REOPEN === #

    def test_a_customer_closes_and_reopens_a_case(self):
        case = self._make_case()
        self.assertEqual(self._post(case, "close").status_code, 303)
        self.assertEqual(case.stage_id, self.stages["closed"])
        self.assertEqual(self._post(case, "reopen").status_code, 303)
        self.assertEqual(case.stage_id, self.stages["in_progress"])

    def test_closing_needs_the_right_to_close(self):
        case = self._make_case()
        self.right.can_close = False
        self.assertEqual(self._post(case, "close").status_code, 404)
        self.assertEqual(case.stage_id, self.stages["new"])
        page = self.url_open(f"/my/p/cases/{case.id}").text
        self.assertNotIn("Mark as closed", page)

    def test_nobody_closes_the_case_of_another_customer(self):
        case = self._make_case(self._user_of(self.other))
        self.assertEqual(self._post(case, "close").status_code, 404)
        self.assertEqual(case.stage_id, self.stages["new"])
        with self.assertRaises(AccessError):
            self.env["customer.portal.form"].with_user(self.user).close_record(
                "cases", case.id
            )

    def test_following_a_link_closes_nothing(self):
        case = self._make_case()
        self.authenticate(self.user.login, PASSWORD)
        self.url_open(f"/my/p/cases/{case.id}/close")
        self.assertEqual(case.stage_id, self.stages["new"])

    # === RATE === #

    @takes_long
    def test_a_closed_case_is_rated_once(self):
        case = self._make_case()
        self.assertIsNone(
            self.env["customer.portal.form"]
            .with_user(self.user)
            .get_rating("cases", case.id)
        )
        self.assertEqual(self._post(case, "rate", stars="5").status_code, 422)
        case.stage_id = self.stages["closed"]
        self.assertEqual(self._post(case, "rate", stars="6").status_code, 422)
        self.assertEqual(self._post(case, "rate", stars="x").status_code, 422)
        self.assertEqual(self._post(case, "rate", stars="4").status_code, 303)
        self.assertEqual(self._post(case, "rate", stars="1").status_code, 422)
        self.assertEqual(self._ratings(case).mapped("rating"), [4.0])
        self.assertEqual(self._ratings(case).partner_id, self.emma)

    def test_nobody_rates_the_case_of_another_customer(self):
        case = self._make_case(self._user_of(self.other))
        case.stage_id = self.stages["closed"]
        self.assertEqual(self._post(case, "rate", stars="1").status_code, 404)
        with self.assertRaises(UserError):
            self.env["customer.portal.form"].with_user(self.user).rate_record(
                "cases", case.id, 1
            )

    # === WAITING === #

    def test_an_answer_of_the_customer_takes_a_case_up_again(self):
        case = self._make_case()
        case.stage_id = self.stages["waiting"]
        comment = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        case.message_post(body="?", author_id=self.agent.partner_id.id, **comment)
        self.assertEqual(case.stage_id, self.stages["waiting"])
        case.message_post(body="No", author_id=self.emma.id, **comment)
        self.assertEqual(case.stage_id, self.stages["in_progress"])

    def test_a_comment_on_the_page_takes_a_case_up_again(self):
        self.right.write({"show_comments": True, "can_comment": True})
        case = self._make_case()
        case.stage_id = self.stages["waiting"]
        self.assertEqual(
            self._post(case, "comment", body="Since Monday").status_code, 303
        )
        self.assertEqual(case.stage_id, self.stages["in_progress"])
        self.assertIn("Since Monday", self.url_open(f"/my/p/cases/{case.id}").text)

    # === MAILS === #

    def test_a_mail_that_cannot_be_sent_stops_nobody(self):
        """Core tells the author; the profile can hide what it reads for that."""
        self.env.company.portal_assignee_id = self.agent
        case = self._make_case()
        self.env.cr.flush()  # What Odoo tracks is sent at the end.
        received = self._mails_to(self.emma)[:1]
        assigned = self._mails_to(self.agent.partner_id)[:1]
        case.message_post(
            body="Is it on?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        asked = self._mails_to(self.emma)[:1]
        for mail in (received, assigned, asked):
            self.assertEqual(len(mail), 1)
            mail.mail_message_id.author_id = self.emma
            mail._postprocess_sent_message([], [], failure_type="mail_smtp")
        mails = [asked, assigned, *([received] if self.NOTES_STAGE_MAILS else [])]
        for mail in mails:
            failures = mail.notification_ids.mapped("failure_type")
            self.assertIn("mail_smtp", failures, mail.subject)

    def _mail(self, case, partner=None, headers=""):
        """Have a customer answer the newest message of a case by mail."""
        case.flush_recordset()
        asked = case.message_ids[0].message_id
        mail = (
            f"From: {(partner or self.emma).email}\nTo: office@example.com\n"
            f"Subject: Re: {case.name}\nMessage-Id: <{uuid4()}@example.com>\n"
            f"In-Reply-To: {asked}\nReferences: {asked}\n{headers}\n"
            f"It hums again. {uuid4()}"
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(False, mail.encode())
        self.env.invalidate_all()
        return case.message_ids.filtered(lambda one: "hums again" in (one.body or ""))

    def _make_closed(self):
        self.env.company.portal_assignee_id = self.agent
        self.right.write({"show_comments": True, "can_comment": True})
        case = self._make_case()
        self.env["customer.portal.form"].with_user(self.user).close_record(
            "cases", case.id
        )
        self.env.cr.flush()
        return case

    def test_a_mail_reopens_a_closed_case(self):
        case = self._make_closed()
        message = self._mail(case)
        self.assertEqual(message.author_id, self.emma)
        self.assertEqual(case.stage_id, self.stages["in_progress"])
        self.assertIn(self.agent.partner_id, message.notified_partner_ids)
        [shown] = (
            self.env["customer.portal.thread"]
            .with_user(self.user)
            .find_comments("cases", case.id)
        )
        self.assertIn("hums again", shown["body"])

    def test_a_mail_is_kept_and_told_where_the_customer_may_not_reopen(self):
        case = self._make_closed()
        self.right.can_close = False
        message = self._mail(case)
        self.assertEqual(case.stage_id, self.stages["closed"])
        self.assertIn(self.agent.partner_id, message.notified_partner_ids)

    def test_a_mail_of_somebody_else_reopens_nothing(self):
        case = self._make_closed()
        self.assertTrue(self._mail(case, self.other))
        self.assertEqual(case.stage_id, self.stages["closed"])

    def test_a_mail_after_the_support_period_reopens_nothing(self):
        case = self._make_closed()
        self._expire(self.emma)
        self.assertTrue(self._mail(case))
        self.assertEqual(case.stage_id, self.stages["closed"])

    def test_an_automatic_reply_reopens_nothing(self):
        case = self._make_closed()
        for header in (
            "Auto-Submitted: auto-replied",
            "X-Autoreply: yes",
            "Precedence: auto_reply",
        ):
            self.assertTrue(self._mail(case, headers=f"{header}\n"))
            self.assertEqual(case.stage_id, self.stages["closed"])
        case.stage_id = self.stages["waiting"]
        self._mail(case, headers="Auto-Submitted: auto-generated\n")
        self.assertEqual(case.stage_id, self.stages["waiting"])
        self._mail(case, headers="Auto-Submitted: no\n")
        self.assertEqual(case.stage_id, self.stages["in_progress"])

    # === AGENTS === #

    def test_contact_and_organization_count_their_cases(self):
        self._make_case()
        company = self.env["res.partner"].create({"name": "Org", "is_company": True})
        self.emma.parent_id = company
        partners = (self.emma | company).with_user(self.agent)
        self.assertEqual(partners.mapped("portal_case_count"), [1, 1])
        action = company.with_user(self.agent).action_view_portal_cases()
        cases = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(cases.partner_id, self.emma)

    @takes_long
    def test_the_form_of_agents_tells_who_made_a_case_in_the_portal(self):
        case = self._make_case()
        other = case.copy()
        with Form(case.with_user(self.agent)) as form:
            self.assertEqual(form.portal_source, "Customer Portal")
            self.assertEqual(form.portal_created_by, self.emma.name)
        with Form(other.with_user(self.agent)) as form:
            self.assertFalse(form.portal_source)
        arch = html.fromstring(case.with_user(self.agent).get_view()["arch"])
        self.assertEqual(len(arch.xpath("//field[@name='portal_source']")), 1)

    def test_agents_work_on_cases(self):
        case = self._make_case().with_user(self.agent)
        case.write({"stage_id": self.stages["in_progress"].id})
        self.assertEqual(case.stage_id, self.stages["in_progress"])

    def test_the_menu_of_agents_leads_to_the_cases(self):
        case = self._make_case()
        action = self.env["res.partner"].with_user(self.agent)._get_portal_case_action()
        self.assertEqual(action["res_model"], self.MODEL)
        model = self.env[self.MODEL].with_user(self.agent)
        self.assertIn(case, model.search(ast.literal_eval(action["domain"])))
        views = [view for view in action["views"] if view[1] != "activity"]
        found = model.get_views(views)["views"]
        self.assertLessEqual({"list", "kanban", "form", "graph", "pivot"}, set(found))


@tagged("post_install", "-at_install")
class TestTaskCase(CaseStories, CustomerPortalHttpCommon):
    """Cases are tasks of a project of their own."""

    MODEL = "project.task"
    WORD = "case"
    ASSIGNEE = "user_ids"
    CATEGORY = "portal_category_id"

    @classmethod
    def _get_stages(cls):
        return {
            name: cls.env.ref(f"customer_portal.stage_{name}")
            for name in ("new", "in_progress", "waiting", "closed")
        }

    @classmethod
    def _make_category(cls):
        return cls.env.ref("customer_portal.category_problem")

    def _number(self, case):
        return case.portal_number

    def test_a_case_is_told_from_other_tasks(self):
        self.assertTrue(self._make_case().is_portal_case)

    def test_agents_see_the_customer_of_a_case(self):
        """Sales hides the customer of tasks that are not billed."""
        views = self.env["project.task"].with_user(self.agent)
        view = self.env.ref("project.view_task_form2")
        arch = html.fromstring(views.get_view(view.id, "form")["arch"])
        field = arch.xpath("//field[@name='partner_id'][@invisible]")[0]
        self.assertTrue(field.get("invisible").startswith("not is_portal_case and ("))

    def test_the_stage_and_the_state_of_a_case_move_together(self):
        case = self._make_case()
        case.stage_id = self.stages["closed"]
        self.assertEqual(case.state, "1_done")
        case.stage_id = self.stages["waiting"]
        self.assertEqual(case.state, "01_in_progress")


@tagged("post_install", "-at_install", "long")
class TestTicketCase(CaseStories, CustomerPortalHttpCommon):
    """Cases are tickets of a helpdesk, which has to be installed for these tests."""

    MODEL = "helpdesk.ticket"
    WORD = "ticket"
    ASSIGNEE = "user_id"
    CATEGORY = "category_id"
    REQUIRED = {"description": "<p>It hums only.</p>"}
    NOTES_STAGE_MAILS = False

    @classmethod
    def _choose_model(cls):
        cls.module._change_case_model(cls.MODEL)

    @classmethod
    def _get_stages(cls):
        names = {
            "new": "new",
            "in_progress": "in_progress",
            "waiting": "awaiting",
            "closed": "done",
        }
        return {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{theirs}")
            for name, theirs in names.items()
        }

    @classmethod
    def _make_category(cls):
        return cls.env["helpdesk.ticket.category"].create({"name": "Printers"})

    def _number(self, case):
        return case.number

    def test_a_category_of_the_inside_is_not_offered(self):
        inside = self.category.copy({"name": "Inside", "show_in_portal": False})
        with self.assertRaises(AccessError):
            self._make_case(category_id=inside.id)

    def test_a_ticket_needs_a_description(self):
        self.assertIn(
            "description", self.gate.with_user(self.user).fields("cases", "required")
        )
