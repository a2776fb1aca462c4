from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestPortalWizard(CustomerPortalCommon):
    """Odoo's own "Grant portal access" does what the tick does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = cls.env["res.partner"].create(
            [{"name": f"Other {n}", "email": f"other{n}@example.com"} for n in range(3)]
        )
        cls.contacts = cls.contact + cls.others

    def _open(self, partners, user=None, **values):
        Wizard = self.env["portal.wizard"].with_user(user or self.clerk)
        return Wizard.with_context(active_ids=partners.ids).create(values)

    def _assert_lines(self, lines, values):
        """Look anew, as the web client does after each button."""
        self.env.flush_all()
        lines.invalidate_recordset()
        self.assertRecordValues(lines, [values])

    def test_one_is_granted_access_by_whoever_may_open_the_wizard(self):
        line = self._open(self.contact).user_ids
        line.action_grant_access()
        self.assertRecordValues(
            self.contact,
            [
                {
                    "portal_user": True,
                    "portal_state": "active",
                    "portal_credentials_state": "queued",
                    "support_start_date": self.today,
                }
            ],
        )
        self.assertTrue(self._user_of(self.contact)._is_portal())
        self._assert_lines(line, {"is_portal": True, "portal_state": "active"})
        self.assertEqual(self._kinds(self.contact), ["granted"])

    def test_employees_without_the_right_cannot_use_it(self):
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._open(self.contact, employee)

    def test_all_get_the_period_and_profile_that_were_chosen(self):
        profile = self.env["customer.portal.profile"].create({"name": "Premium"})
        end = self.today + timedelta(days=10)
        wizard = self._open(
            self.contacts,
            support_start_date=self.tomorrow,
            support_end_date=end,
            portal_profile_id=profile.id,
        )
        wizard.action_grant_all()
        expected = {
            "portal_state": "scheduled",
            "support_start_date": self.tomorrow,
            "support_end_date": end,
            "portal_profile_id": profile.id,
        }
        self.assertRecordValues(self.contacts, [expected] * 4)

    def test_an_emptied_period_has_no_limits(self):
        wizard = self._open(
            self.contacts, support_start_date=False, support_end_date=False
        )
        wizard.action_grant_all()
        self.assertFalse(any(self.contacts.mapped("support_start_date")))
        self.assertFalse(any(self.contacts.mapped("support_end_date")))

    def test_grant_all_leaves_alone_who_has_access(self):
        end = self.today + timedelta(days=3)
        self.contact.write({"portal_user": True, "support_end_date": end})
        wizard = self._open(self.contacts + self.clerk.partner_id)
        self.assertEqual(wizard.grantable_count, 3)
        wizard.action_grant_all()
        self.assertEqual(self.contact.support_end_date, end)
        self.assertEqual(len(self._mails_to(self.contact)), 1)
        self.assertEqual(len(self._mails_to(self.others)), 3)
        self.assertFalse(self.clerk.partner_id.portal_user)
        self.assertFalse(wizard.grantable_count)

    def test_grant_all_names_all_offenders_and_changes_nothing(self):
        self.others[:2].email = False
        wizard = self._open(self.contacts)
        with (
            self._no_mail(),
            self.assertRaisesRegex(ValidationError, "(?s)(?=.*Other 0).*Other 1"),
            self.env.cr.savepoint(),
        ):
            wizard.action_grant_all()
        self.assertFalse(any(self.contacts.mapped("portal_user")))

    def test_grant_all_leaves_out_mere_addresses(self):
        company = self.env["res.partner"].create(
            {
                "name": "Company",
                "email": "info@example.com",
                "is_company": True,
                "other_street": "2 Side Street",
            }
        )
        wizard = self._open(company)
        self.assertEqual(len(wizard.user_ids), 2)
        wizard.action_grant_all()
        self.assertEqual(company.portal_state, "active")
        self.assertFalse(company.other_address_id.portal_user)

    def test_an_address_corrected_in_the_list_is_the_contacts(self):
        wizard = self._open(self.contacts)
        lines = wizard.user_ids.grouped("partner_id")  # core collects them in a set
        lines[self.contact].email = "Corrected@Example.com"
        wizard.action_grant_all()
        self.assertEqual(self._user_of(self.contact).login, "corrected@example.com")
        self.assertEqual(self.contact.email.lower(), "corrected@example.com")

    def test_an_address_spoilt_in_the_list_is_refused(self):
        for email in ("no address", False):
            wizard = self._open(self.contact)
            wizard.user_ids.email = email
            for action in (
                wizard.action_grant_all,
                wizard.user_ids.action_grant_access,
            ):
                with (
                    self.subTest(email=email, action=action.__name__),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    action()
                    self.assertTrue(self.contact.portal_user)

    @takes_long
    def test_the_checks_of_core_are_kept(self):
        self._make_portal_contact("taken@example.com")
        line = self._open(self.contact).user_ids
        line.email = "taken@example.com"
        with self.assertRaisesRegex(UserError, "same email as an existing user"):
            line.action_grant_access()
        line.email = "jennifer@example.com"
        line.action_grant_access()
        with self.assertRaisesRegex(UserError, "already has the portal access"):
            line.action_grant_access()
        line.action_revoke_access()
        for action in (line.action_revoke_access, line.action_invite_again):
            with self.subTest(action.__name__), self.assertRaises(UserError):
                action()
        internal = self._open(self.clerk.partner_id).user_ids
        internal.email = "clerk@example.com"
        with self.assertRaises(UserError):
            internal.action_grant_access()

    def test_revoking_unticks(self):
        partner = self._make_portal_contact()
        line = self._open(partner).user_ids
        line.action_revoke_access()
        self.assertEqual(partner.portal_state, "none")
        self.assertFalse(self._user_of(partner).active)
        self.assertFalse(line.is_portal, "so that access can be granted again")
        line.action_grant_access()
        self.assertTrue(self._user_of(partner).active)

    @takes_long
    def test_inviting_again_sends_one_mail_with_the_message(self):
        partner = self._make_portal_contact()
        line = self._open(partner, welcome_message="Welcome <aboard>!").user_ids
        line.email = "new@example.com"
        line.action_invite_again()
        mail = self._mails_to(partner)
        self.assertEqual(len(mail), 1)
        self.assertIn("Welcome &lt;aboard&gt;!", mail.body_html)
        self.assertEqual(self._user_of(partner).login, "new@example.com")

    @takes_long
    def test_the_mails_of_grant_all_show_the_message(self):
        self._open(self.contacts, welcome_message="Hello all").action_grant_all()
        for mail in self._mails_to(self.contacts):
            self.assertIn("Hello all", mail.body_html)

    def test_expired_contacts_are_shown_as_such(self):
        partner = self._make_portal_contact()
        self._expire(partner)
        line = self._open(partner).user_ids
        self.assertRecordValues(line, [{"is_portal": True, "portal_state": "expired"}])
        with self.assertRaisesRegex(UserError, partner.name), self._no_mail():
            line.action_invite_again()
        line.action_revoke_access()
        self.assertEqual(partner.portal_state, "none")

    def test_a_period_in_the_past_opens_nothing(self):
        wizard = self._open(
            self.contact, support_start_date=False, support_end_date=self.yesterday
        )
        with self._no_mail():
            wizard.user_ids.action_grant_access()
        expired = {"is_portal": True, "portal_state": "expired"}
        self._assert_lines(wizard.user_ids, expired)

    def test_the_form_opens_with_the_proposed_period(self):
        wizard = self._open(self.contacts)
        with Form(wizard) as form:
            self.assertEqual(form.support_start_date, str(self.today))
            self.assertEqual(form.portal_profile_id.name, "Default")
            form.support_end_date = self.tomorrow
        self.assertEqual(wizard.support_end_date, self.tomorrow)

    @takes_long
    def test_the_company_of_the_contact_is_that_of_the_user(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.agent.company_ids = [Command.link(company.id)]
        self.contact.company_id = company
        self._open(self.contacts, self.agent).action_grant_all()
        self.assertEqual(self._user_of(self.contact).company_id, company)
        self.assertEqual(self._user_of(self.others[0]).company_id, self.env.company)

    @takes_long
    def test_a_hundred_take_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"C{n}", "email": f"c{n}@example.com"} for n in range(100)]
        )
        wizard = self._open(partners)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(350):
            wizard.action_grant_all()
            self.env.flush_all()
        self.assertEqual(set(partners.mapped("portal_credentials_state")), {"queued"})

    @takes_long
    def test_a_colleague_who_was_faster_is_named_and_the_rest_goes_through(self):
        wizard = self._open(self.contacts, self.agent)
        self.contact.with_user(self.manager).portal_user = True
        action = wizard.action_grant_all()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("Jennifer Davis", action["params"]["message"])
        self.assertEqual(action["params"]["next"]["res_model"], "portal.wizard")
        self.assertEqual(set(self.contacts.mapped("portal_user")), {True})
        self.assertEqual(self._kinds(self.contact).count("granted"), 1)
