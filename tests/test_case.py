from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PASSWORD, CustomerPortalHttpCommon


@tagged("post_install", "-at_install")
class TestCase(CustomerPortalHttpCommon):
    """What customers and agents do with cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.module = cls.env["customer.portal.module"].search([("code", "=", "cases")])
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
        cls.stages = {
            name: cls.env.ref(f"customer_portal.stage_{name}")
            for name in ("new", "in_progress", "waiting", "closed")
        }

    def _make_case(self, user=None, **values):
        values = {"name": "The printer does not print", **values}
        res_id = self.gate.create_record(user or self.user, "cases", values)
        return self.env["project.task"].browse(res_id)

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
        self.assertEqual(case.user_ids, self.agent)
        self.assertEqual(case.stage_id, self.stages["new"])
        self.assertTrue(case.is_portal_case)

    def test_an_archived_assignee_gets_no_case(self):
        self.env.company.portal_assignee_id = self.agent
        self.agent.active = False
        self.assertFalse(self._make_case().user_ids)

    def test_customer_and_assignee_get_a_mail_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.emma.lang = "fr_FR"
        self.env.company.portal_assignee_id = self.agent
        template = self.env.ref("customer_portal.mail_template_case_received")
        template.with_context(lang="fr_FR").subject = "Reçu {{ object.name }}"
        self._make_case()
        mail = self._mails_to(self.emma)[:1]
        self.assertEqual(mail.subject, "Reçu The printer does not print")
        self.assertTrue(self._mails_to(self.agent.partner_id))

    def test_a_mail_that_cannot_be_sent_stops_nobody(self):
        """Core tells the author; what it reads for that his profile can hide."""
        self.env.company.portal_assignee_id = self.agent
        self._make_case()
        for partner in (self.emma, self.agent.partner_id):
            mail = self._mails_to(partner)[:1]
            mail.mail_message_id.author_id = self.emma
            mail._postprocess_sent_message([], [], failure_type="mail_smtp")
            self.assertEqual(mail.notification_ids.failure_type, "mail_smtp")

    def test_answers_are_proposed_while_a_title_is_typed(self):
        """The FAQs come later; whatever knows answers is asked already."""
        self.authenticate(self.user.login, PASSWORD)
        found = [{"title": "How to print?", "url": "/my/faq/1"}]
        gate = type(self.gate)
        with patch.object(gate, "_find_answers", lambda gate, user, text: found):
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
        self.assertTrue(case.is_closed, "Odoo's own reports know it too.")
        self.assertEqual(self._post(case, "reopen").status_code, 303)
        self.assertEqual(case.stage_id, self.stages["in_progress"])
        self.assertFalse(case.is_closed)

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
            self.gate.close_record(self.user, "cases", case.id)

    def test_following_a_link_closes_nothing(self):
        case = self._make_case()
        self.authenticate(self.user.login, PASSWORD)
        self.url_open(f"/my/p/cases/{case.id}/close")
        self.assertEqual(case.stage_id, self.stages["new"])

    def test_the_stage_and_the_state_of_a_case_move_together(self):
        case = self._make_case()
        case.stage_id = self.stages["closed"]
        self.assertEqual(case.state, "1_done")
        case.stage_id = self.stages["waiting"]
        self.assertEqual(case.state, "01_in_progress")

    # === RATE === #

    def test_a_closed_case_is_rated_once(self):
        case = self._make_case()
        self.assertIsNone(self.gate.get_stars(self.user, "cases", case.id))
        self.assertEqual(self._post(case, "rate", stars="5").status_code, 422)
        case.stage_id = self.stages["closed"]
        self.assertEqual(self._post(case, "rate", stars="6").status_code, 422)
        self.assertEqual(self._post(case, "rate", stars="x").status_code, 422)
        self.assertEqual(self._post(case, "rate", stars="4").status_code, 303)
        self.assertEqual(self._post(case, "rate", stars="1").status_code, 422)
        self.assertEqual(case.rating_ids.mapped("rating"), [4.0])
        self.assertEqual(case.rating_ids.partner_id, self.emma)

    def test_nobody_rates_the_case_of_another_customer(self):
        case = self._make_case(self._user_of(self.other))
        case.stage_id = self.stages["closed"]
        self.assertEqual(self._post(case, "rate", stars="1").status_code, 404)
        with self.assertRaises(UserError):
            self.gate.rate_record(self.user, "cases", case.id, 1)

    # === WAITING === #

    def test_an_answer_of_the_customer_takes_a_case_up_again(self):
        case = self._make_case()
        case.stage_id = self.stages["waiting"]
        comment = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        case.message_post(body="?", author_id=self.agent.partner_id.id, **comment)
        self.assertEqual(case.stage_id, self.stages["waiting"])
        case.message_post(body="No", author_id=self.emma.id, **comment)
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

    def test_agents_work_on_cases(self):
        case = self._make_case().with_user(self.agent)
        case.write({"stage_id": self.stages["in_progress"].id})
        self.assertEqual(case.stage_id, self.stages["in_progress"])
