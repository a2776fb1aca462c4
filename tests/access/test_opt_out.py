from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...const import PARAM_MAIL_OPTED_OUT, PARAM_NOTICE_DAYS
from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestOptOut(CustomerPortalCommon):
    """Contacts on the mail blacklist get no mails of the portal, unless allowed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls._make_portal_contact("Known <known@Example.com>", name="Known")
        cls.project = cls.env.ref("customer_portal.project_cases")
        blacklist = cls.env["mail.blacklist"]
        blacklist._add("jennifer@example.com")
        blacklist._add("known@example.com")

    def _allow(self):
        self.env["res.config.settings"].create(
            {"portal_mail_opted_out": True}
        ).execute()

    def _make_case(self, partner):
        case = self.env["project.task"].create(
            {"name": "Help", "partner_id": partner.id, "project_id": self.project.id}
        )
        self.env.cr.precommit.run()
        return case

    def test_it_is_off_at_first(self):
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.portal_mail_opted_out)

    def test_no_login_details_go_out_and_the_contact_says_why(self):
        with self._no_mail():
            self.contact.portal_user = True
        self.assertEqual(self.contact.portal_credentials_state, "not_sent")
        self.assertIn("blacklist", self.contact.portal_credentials_detail)
        self.assertIn("blacklist", self.contact.portal_mail_obstacle)
        self.assertTrue(self._user_of(self.contact), "access is granted all the same")

    def test_an_agent_who_sends_again_is_told_the_same(self):
        self.contact.portal_user = True
        with self._no_mail():
            self.contact.with_user(self.agent).action_send_portal_credentials()
        self.assertIn("blacklist", self.contact.portal_credentials_detail)

    def test_off_the_blacklist_they_go_out(self):
        self.contact.portal_user = True
        self.env["mail.blacklist"]._remove("jennifer@example.com")
        self.contact.with_user(self.agent).action_send_portal_credentials()
        self.assertEqual(self.contact.portal_credentials_state, "queued")
        self.env.invalidate_all()
        self.assertFalse(self.contact.portal_mail_obstacle)

    @takes_long
    def test_if_allowed_they_go_out(self):
        self._allow()
        self.contact.portal_user = True
        self.assertEqual(self.contact.portal_credentials_state, "queued")
        self.assertFalse(self.contact.portal_mail_obstacle)

    def test_others_get_theirs_in_the_same_moment(self):
        other = self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com"}
        )
        (self.contact + other).write({"portal_user": True})
        self.assertEqual(self.contact.portal_credentials_state, "not_sent")
        self.assertEqual(other.portal_credentials_state, "queued")

    def test_who_is_no_portal_user_is_not_warned_of(self):
        self.assertFalse(self.contact.portal_mail_obstacle)

    def test_a_forgotten_password_is_answered_alike_without_a_mail(self):
        Users = self.env["res.users"].with_user(self.env.ref("base.public_user")).sudo()
        with self._no_mail():
            known = Users.reset_password("known@example.com")
            unknown = Users.reset_password("nobody@example.com")
            self._answer_resets()
        self.assertEqual(known, unknown)
        self.assertEqual(self._kinds(self.known)[-1], "reset_requested")
        touchpoint = self.known.portal_touchpoint_ids.sorted("id")[-1]
        self.assertIn("blacklist", touchpoint.detail)

    @takes_long
    def test_if_allowed_a_forgotten_password_is_mailed(self):
        self._allow()
        self.env["res.users"].reset_password("known@example.com")
        self._answer_resets()
        self.assertIn("reset_password", self._mails_to(self.known)[0].body_html)

    def test_no_notice_goes_out_and_the_day_counts_as_done(self):
        self._set_param(PARAM_NOTICE_DAYS, 5)
        end = self.today + timedelta(days=3)
        self.known.support_end_date = end
        with self.enter_registry_test_mode():
            self.env.ref(
                "customer_portal.ir_cron_announce_ends"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(
            self._mails_to(self.known)
            .filtered("subject")
            .filtered(lambda mail: "ends on" in mail.subject)
        )
        self.assertFalse(self.known.support_end_announced)
        notice = self.known.portal_mail_ids.filtered(lambda row: row.kind == "notice")
        self.assertRecordValues(notice, [{"state": "not_sent", "end_date": end}])
        self.assertIn("blacklist", notice.detail)

    def test_no_mail_about_a_case_goes_out_and_the_case_says_so(self):
        case = self._make_case(self.known)
        self.assertFalse(
            self._mails_to(self.known).filtered(
                lambda mail: mail.res_id == case.id and mail.model == case._name
            )
        )
        self.assertIn("No email was sent", case.message_ids[0].body)

    @takes_long
    def test_if_allowed_the_mail_about_a_case_goes_out(self):
        self._allow()
        case = self._make_case(self.known)
        self.assertTrue(
            self._mails_to(self.known).filtered(
                lambda mail: mail.res_id == case.id and mail.model == case._name
            )
        )

    def test_a_task_that_is_no_case_is_as_in_odoo(self):
        project = self.env["project.project"].create({"name": "Other project"})
        stage = self.env.ref("customer_portal.project_cases").type_ids[0]
        template = self.env.ref("customer_portal.mail_template_case_received")
        stage = stage.copy(
            {"project_ids": project.ids, "mail_template_id": template.id}
        )
        task = self.env["project.task"].create(
            {
                "name": "Task",
                "project_id": project.id,
                "stage_id": stage.id,
                "partner_id": self.known.id,
            }
        )
        self.env.cr.precommit.run()
        self.assertTrue(
            self._mails_to(self.known).filtered(lambda mail: mail.res_id == task.id)
        )

    def test_nobody_confirms_an_address_that_gets_no_mails(self):
        self.env["mail.blacklist"]._add("new@example.com")
        changes = self.env["customer.portal.email.change"]
        touchpoints = type(self.env["customer.portal.touchpoint"])
        with (
            patch.object(
                touchpoints, "_log_in_new_transaction"
            ) as log,  # sees nothing of a test
            self._no_mail(),
            self.assertRaises(UserError) as caught,
        ):
            changes._ask(self._user_of(self.known), "new@example.com")
        log.assert_called_once()
        self.assertNotIn("blacklist", str(caught.exception))

    def test_nonsense_in_the_parameter_does_no_harm(self):
        self._set_param(PARAM_MAIL_OPTED_OUT, "")
        self.contact.portal_user = True
        self.assertEqual(self.contact.portal_credentials_state, "not_sent")
