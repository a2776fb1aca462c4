from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation

from odoo.exceptions import (
    AccessError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.fields import Command
from odoo.tests import Form, RecordCapturer, new_test_user, tagged
from odoo.tools import mute_logger

from ...const import PARAM_SUPPORT_MONTHS
from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestTick(CustomerPortalCommon):
    """What follows from ticking Portal User."""

    def test_the_tick_makes_a_portal_user_and_queues_one_mail(self):
        self.contact.with_user(self.agent).portal_user = True
        user = self._user_of(self.contact)
        self.assertRecordValues(
            user, [{"login": "jennifer@example.com", "active": True, "share": True}]
        )
        self.assertTrue(user._is_portal())
        self.assertEqual(self.contact.portal_credentials_state, "queued")
        mail = self._mails_to(self.contact)
        self.assertEqual(len(mail), 1)
        self.assertIn("/web/signup?", mail.body_html)
        self.assertFalse(mail.model)
        self.assertEqual(self._kinds(self.contact), ["granted"])

    def test_the_mailed_link_lets_the_contact_choose_a_password(self):
        self.contact.portal_user = True
        partner = self._partner_from_mail(self._mails_to(self.contact))
        self.assertEqual(partner, self.contact)

    def test_the_form_proposes_today_and_twelve_months(self):
        with Form(self.contact.with_user(self.agent)) as form:
            form.portal_user = True
            self.assertEqual(form.support_start_date, self.today)
            end = self.today + relativedelta(months=12)
            self.assertEqual(form.support_end_date, end)
            self.assertEqual(form.portal_profile_id.name, "Default")
        self.assertEqual(self.contact.support_end_date, end)

    def test_a_new_contact_can_be_ticked_in_its_form(self):
        with Form(self.env["res.partner"].with_user(self.agent)) as form:
            form.name = "New"
            form.email = "new@example.com"
            form.portal_user = True
        partner = form.record
        self.assertEqual(partner.portal_state, "active")
        self.assertEqual(self._user_of(partner).login, "new@example.com")

    def test_no_default_period_proposes_no_end(self):
        self._set_param(PARAM_SUPPORT_MONTHS, 0)
        self.contact.portal_user = True
        self.assertRecordValues(
            self.contact,
            [{"support_start_date": self.today, "support_end_date": False}],
        )

    def test_an_end_given_by_rpc_is_kept(self):
        end = self.today + timedelta(days=5)
        self.contact.write({"portal_user": True, "support_end_date": end})
        self.assertEqual(self.contact.support_start_date, self.today)
        self.assertEqual(self.contact.support_end_date, end)

    def test_a_start_given_by_rpc_counts_the_months_from_there(self):
        start = self.today + timedelta(days=5)
        self.contact.write({"portal_user": True, "support_start_date": start})
        end = start + relativedelta(months=12)
        self.assertEqual(self.contact.support_end_date, end)

    @takes_long
    def test_dates_emptied_by_rpc_stay_empty(self):
        for values in ({"name": "By create", "email": "a@example.com"}, None):
            open_ended = {
                "portal_user": True,
                "support_start_date": False,
                "support_end_date": False,
            }
            if values:
                partner = self.env["res.partner"].create({**values, **open_ended})
            else:
                partner = self.contact
                partner.write(open_ended)
            with self.subTest(partner.name):
                self.assertFalse(partner.support_start_date)
                self.assertFalse(partner.support_end_date)
                self.assertEqual(partner.portal_state, "active")

    def test_saving_again_sends_nothing(self):
        self.contact.portal_user = True
        with self._no_mail(), self._no_touchpoint():
            self.contact.portal_user = True
            self.contact.write({"name": "Jenny", "email": "JENNIFER@example.com"})
            with Form(self.contact) as form:
                form.phone = "+1 555 0100"

    def test_unticking_closes_all_at_once(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        old_link = self._mails_to(partner)
        token = partner.sudo()._generate_signup_token()
        version = user.portal_session_version
        self._make_api_key(user)
        partner.with_user(self.agent).portal_user = False
        self.assertFalse(user.active)
        self.assertFalse(user.api_key_ids)
        self.assertEqual(user.portal_session_version, version + 1)
        self.assertFalse(self.env["res.partner"]._get_partner_from_token(token))
        self.assertFalse(old_link.exists(), "mails not sent yet are taken back")
        self.assertRecordValues(
            partner,
            [{"portal_state": "none", "portal_credentials_state": False}],
        )
        self.assertEqual(self._kinds(partner)[-1], "revoked")

    def test_ticking_again_sends_again_and_keeps_the_user(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        end = partner.support_end_date
        partner.portal_user = False
        partner.portal_user = True
        self.assertEqual(self._user_of(partner), user)
        self.assertTrue(user.active)
        self.assertEqual(partner.support_end_date, end)
        self.assertEqual(partner.portal_credentials_state, "queued")
        self.assertEqual(len(self._mails_to(partner)), 1)
        self.assertEqual(self._kinds(partner), ["granted", "revoked", "granted"])

    def test_ticking_again_after_the_end_proposes_a_new_period(self):
        partner = self._make_portal_contact()
        self._expire(partner)
        partner.portal_user = False
        partner.portal_user = True
        self.assertEqual(partner.support_start_date, self.today)
        self.assertEqual(
            partner.support_end_date, self.today + relativedelta(months=12)
        )
        self.assertEqual(partner.portal_state, "active")

    def test_the_login_details_can_be_sent_again_by_hand(self):
        partner = self._make_portal_contact()
        first = self._mails_to(partner)
        partner.with_user(self.agent).action_send_portal_credentials()
        self.assertFalse(first.exists(), "one that still waits is replaced")
        self.assertEqual(len(self._mails_to(partner)), 1)

    def test_nothing_is_sent_by_hand_outside_the_period(self):
        partner = self._make_portal_contact()
        self._expire(partner)
        for closed in (partner, self.contact):
            with self.assertRaisesRegex(UserError, closed.name), self._no_mail():
                closed.with_user(self.agent).action_send_portal_credentials()

    def test_the_flag_is_not_copied(self):
        partner = self._make_portal_contact()
        copy = partner.copy()
        self.assertRecordValues(
            copy,
            [
                {
                    "portal_user": False,
                    "support_start_date": False,
                    "support_end_date": False,
                    "portal_profile_id": False,
                    "portal_credentials_state": False,
                    "portal_state": "none",
                }
            ],
        )
        self.assertFalse(self._user_of(copy))

    def test_an_import_ends_in_the_same_state(self):
        partners = self.env["res.partner"].with_user(self.agent)
        result = partners.with_context(import_file=True).load(
            ["name", "email", "portal_user", "support_end_date"],
            [
                ["Imported 1", "one@example.com", "True", str(self.tomorrow)],
                ["Imported 2", "two@example.com", "True", ""],
                ["Imported 3", "three@example.com", "", ""],
            ],
        )
        self.assertFalse(result["messages"])
        one, two, three = partners.browse(result["ids"])
        self.assertEqual(one.support_end_date, self.tomorrow)
        self.assertEqual((one + two).mapped("portal_state"), ["active"] * 2)
        self.assertEqual(two.portal_profile_id.name, "Default")
        self.assertEqual((one + two).mapped("portal_credentials_state"), ["queued"] * 2)
        self.assertEqual(three.portal_state, "none")

    @takes_long
    def test_an_import_that_fails_changes_nothing(self):
        partners = self.env["res.partner"].with_user(self.agent)
        with self._no_mail():
            result = partners.with_context(import_file=True).load(
                ["name", "email", "portal_user"],
                [["Good", "good@example.com", "True"], ["Bad", "no address", "True"]],
            )
        self.assertFalse(result["ids"])
        self.assertIn("Bad", result["messages"][0]["message"])
        self.assertFalse(partners.search([("email", "=", "good@example.com")]))

    @takes_long
    def test_many_are_ticked_at_once(self):
        partners = self.env["res.partner"].create(
            [{"name": f"C{n}", "email": f"c{n}@example.com"} for n in range(100)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        # Eight of them for invitations, seats and what sets the period, however many
        # contacts there are.
        with self.assertQueryCount(255):
            partners.with_user(self.agent).write({"portal_user": True})
            self.env.flush_all()
        self.assertEqual(set(partners.mapped("portal_state")), {"active"})
        self.assertEqual(len(self._mails_to(partners)), 100)
        for partner in partners[0] + partners[99]:
            mail = self._mails_to(partner)
            self.assertEqual(mail.id, partner.portal_credentials_mail_id)

    @takes_long
    def test_bulk_edit_moves_the_end_of_all(self):
        partners = self._make_portal_contact() + self._make_portal_contact(
            "b@example.com"
        )
        with self._no_mail():
            partners.with_user(self.agent).write({"support_end_date": self.tomorrow})
        for partner in partners:
            self.assertEqual(partner.support_end_date, self.tomorrow)
            self.assertEqual(self._kinds(partner), ["granted", "changed"])

    def test_a_touchpoint_tells_who_gave_which_access(self):
        self.contact.with_user(self.agent).portal_user = True
        touchpoint = self.contact.portal_touchpoint_ids
        self.assertEqual(touchpoint.user_id, self.agent)
        self.assertIn("Default", touchpoint.detail)
        self.assertIn("jennifer@example.com", touchpoint.detail)


@tagged("post_install", "-at_install")
class TestPeriod(CustomerPortalCommon):
    """What the dates do to a user and the mail."""

    def test_an_end_in_the_past_saves_but_opens_nothing(self):
        with self._no_mail():
            self.contact.write(
                {"portal_user": True, "support_end_date": self.yesterday}
            )
        self.assertRecordValues(
            self.contact,
            [{"portal_state": "expired", "portal_credentials_state": "not_sent"}],
        )
        self.assertIn("has ended", self.contact.portal_credentials_detail)
        self.assertFalse(self._user_of(self.contact))

    def test_an_end_in_the_past_leaves_an_archived_user_archived(self):
        partner = self._make_portal_contact()
        partner.portal_user = False
        partner.write(
            {
                "portal_user": True,
                "support_end_date": self.yesterday,
                "support_start_date": False,
            }
        )
        self.assertFalse(self._user_of(partner).active)

    def test_extending_to_today_opens_and_sends(self):
        self.contact.write({"portal_user": True, "support_end_date": self.yesterday})
        self.contact.with_user(self.agent).support_end_date = self.today
        self.assertEqual(self.contact.portal_state, "active")
        self.assertTrue(self._user_of(self.contact).active)
        self.assertEqual(self.contact.portal_credentials_state, "queued")
        self.assertEqual(len(self._mails_to(self.contact)), 1)

    def test_extending_sends_nothing_to_who_has_the_login_details(self):
        partner = self._make_portal_contact()
        self._expire(partner)
        with self._no_mail():
            partner.support_end_date = self.tomorrow
        self.assertEqual(partner.portal_state, "active")

    def test_a_future_start_sends_now_and_names_the_day(self):
        self.contact.write({"portal_user": True, "support_start_date": self.tomorrow})
        self.assertEqual(self.contact.portal_state, "scheduled")
        self.assertTrue(self._user_of(self.contact).active)
        mail = self._mails_to(self.contact)
        self.assertIn(self.tomorrow.strftime("%m/%d/%Y"), mail.body_html)

    def test_the_end_must_not_be_before_the_start(self):
        for ticked in (True, False):
            values = {
                "portal_user": ticked,
                "support_start_date": self.today,
                "support_end_date": self.yesterday,
            }
            with (
                self.subTest(ticked=ticked),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.contact.write(values)
                self.env.flush_all()

    def test_dates_of_who_is_no_portal_user_do_nothing(self):
        with self._no_mail(), self._no_touchpoint():
            self.contact.write({"support_end_date": self.tomorrow})
        self.assertFalse(self._user_of(self.contact))

    def test_an_end_moved_into_the_past_keeps_the_user_for_the_door(self):
        partner = self._make_portal_contact()
        partner.write({"support_start_date": False, "support_end_date": self.yesterday})
        self.assertEqual(partner.portal_state, "expired")
        self.assertTrue(self._user_of(partner).active)


@tagged("post_install", "-at_install")
class TestEmail(CustomerPortalCommon):
    """The login follows the email address."""

    def test_a_new_address_changes_login_and_password_and_sends(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        version = user.portal_session_version
        self._make_api_key(user)
        partner.with_user(self.clerk).email = "Emma.New@Example.com"
        self.assertEqual(user.login, "emma.new@example.com")
        self.assertEqual(user.portal_session_version, version + 1)
        self.assertFalse(user.api_key_ids)
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        self.assertFalse(self.env.cr.fetchone()[0])
        mails = self._mails_to(partner)
        self.assertEqual(len(mails), 1, "the first one is taken back")
        self.assertIn("emma.new@example.com", mails.body_html.lower())
        self.assertEqual(self._kinds(partner), ["granted", "changed"])

    def test_the_link_to_the_old_address_is_void(self):
        partner = self._make_portal_contact()
        old_link = self._link_in(self._mails_to(partner))
        partner.email = "new@example.com"
        self.assertFalse(self._partner_from_link(old_link))
        new_mail = self._mails_to(partner)
        self.assertEqual(self._partner_from_mail(new_mail), partner)

    def test_a_link_from_before_unticking_stays_void(self):
        partner = self._make_portal_contact()
        old_link = self._link_in(self._mails_to(partner))
        partner.portal_user = False
        partner.portal_user = True
        self.assertFalse(self._partner_from_link(old_link))

    def test_an_expired_contact_gets_the_login_details_only_when_extended(self):
        partner = self._make_portal_contact()
        self._mails_to(partner).unlink()
        self._expire(partner)
        with self._no_mail():
            partner.email = "new@example.com"
        self.assertEqual(self._user_of(partner).login, "new@example.com")
        self.assertEqual(partner.portal_credentials_state, "not_sent")
        partner.support_end_date = self.tomorrow
        self.assertEqual(partner.portal_credentials_state, "queued")

    def test_a_portal_user_cannot_lose_the_address(self):
        partner = self._make_portal_contact()
        for email in (False, "", "no address", "a@example.com, b@example.com"):
            with (
                self.subTest(email),
                self.assertRaisesRegex(ValidationError, "needs a valid"),
                self.env.cr.savepoint(),
            ):
                partner.email = email

    def test_only_the_user_that_follows_the_contact_is_renamed(self):
        partner = self._make_portal_contact()
        archived = self._make_second_user(partner, "old@example.com")
        archived.active = False
        self.assertTrue(partner.portal_user, "another user is left")
        partner.email = "new@example.com"
        self.assertEqual(
            sorted(self._user_of(partner).mapped("login")),
            ["new@example.com", "old@example.com"],
        )
        with self.assertRaisesRegex(ValidationError, "already uses that login"):
            partner.email = "old@example.com"

    @takes_long
    def test_of_two_archived_users_the_one_with_the_login_comes_back(self):
        partner = self._make_portal_contact()
        second = self._make_second_user(partner, "second@example.com")
        partner.portal_user = False
        partner.email = "second@example.com"
        partner.portal_user = True
        self.assertEqual(partner.user_ids, second)

    def test_a_customer_learns_nothing_about_whose_address_it_is(self):
        partner = self._make_portal_contact()
        self._make_portal_contact("secret@example.com", name="Secret Name")
        customer = self._user_of(partner)
        touchpoints = type(self.env["customer.portal.touchpoint"])
        with (
            patch.object(
                touchpoints, "_log_in_new_transaction"
            ),  # sees nothing of a test
            self.assertRaises(ValidationError) as raised,
        ):
            partner.with_user(customer).sudo().email = "secret@example.com"
        self.assertNotIn("Secret", str(raised.exception))

    def test_a_customer_does_not_take_over_a_colleague_by_the_address(self):
        partner = self._make_portal_contact()
        colleague = self._make_portal_contact(
            "b@example.com", parent_id=partner.id, type="invoice"
        )
        customer = self._user_of(partner)
        self.assertTrue(
            colleague.with_user(customer)._can_be_edited_by_current_customer()
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            colleague.with_user(customer).sudo().email = "mine@example.com"
        self.assertEqual(self._user_of(colleague).login, "b@example.com")


@tagged("post_install", "-at_install")
class TestRefusals(CustomerPortalCommon):
    """What is refused changes nothing and says why."""

    def _assert_refused(self, partners, pattern):
        for partner in partners:
            partner.flush_recordset()
        with (
            self._no_mail(),
            self._no_touchpoint(),
            self.assertRaisesRegex(ValidationError, pattern),
            self.env.cr.savepoint(),
        ):
            partners.write({"portal_user": True})
        self.assertFalse(any(partners.mapped("portal_user")))

    def test_a_contact_without_one_valid_address(self):
        for email in (False, "", "jennifer", "a@example.com,b@example.com", "@x.com"):
            with self.subTest(email):
                self.contact.email = email
                self._assert_refused(self.contact, "“Jennifer Davis” needs a valid")

    def test_the_address_is_the_login_of_another(self):
        self._make_portal_contact("jennifer@example.com", name="First Owner")
        self._assert_refused(self.contact, "“First Owner” already uses that login")

    def test_the_address_is_the_login_of_an_archived_user(self):
        owner = self._make_portal_contact("jennifer@example.com", name="First Owner")
        owner.portal_user = False
        self._assert_refused(self.contact, "“First Owner” already uses that login")

    def test_the_address_is_the_login_of_an_internal_user(self):
        new_test_user(self.env, "jennifer@example.com", name="Colleague")
        self._assert_refused(self.contact, "“Colleague” already uses that login")

    def test_an_internal_user(self):
        self.clerk.partner_id.email = "clerk@example.com"
        self._assert_refused(self.clerk.partner_id, "is an internal user")
        self.clerk.active = False
        self._assert_refused(self.clerk.partner_id, "is an internal user")

    def test_the_users_of_odoo_itself(self):
        for xml_id in ("base.public_user", "base.template_portal_user_id"):
            partner = self.env.ref(xml_id).partner_id
            partner.email = "system@example.com"
            self._assert_refused(partner, "is a system user of Odoo")

    def test_two_contacts_of_one_batch_with_the_same_address(self):
        twin = self.contact.copy({"name": "Twin"})
        self._assert_refused(
            self.contact + twin, "“Jennifer Davis” already uses that login"
        )

    def test_one_message_names_all_offenders(self):
        bad = self.env["res.partner"].create([{"name": f"Bad {n}"} for n in range(3)])
        self._assert_refused(self.contact + bad, "(?s)Bad 0.*Bad 1.*Bad 2")
        self.assertFalse(self._user_of(self.contact))

    def test_a_new_contact_is_refused_alike(self):
        with self.assertRaisesRegex(ValidationError, "“No Mail” needs a valid"):
            self.env["res.partner"].create({"name": "No Mail", "portal_user": True})


@tagged("post_install", "-at_install")
class TestLeaving(CustomerPortalCommon):
    """Archived and deleted contacts and users, and users who move."""

    @takes_long
    def test_a_user_who_gets_another_contact_takes_the_access_along(self):
        """As an administrator moves the user, or makes a contact for them."""
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        user.partner_id = self.contact
        self.assertFalse(partner.portal_user)
        self.assertEqual(self.contact.portal_state, "active")
        login = user.login
        with self._no_mail():
            third = self.env["res.partner"].create(
                {"name": "Third", "email": "third@example.com", "user_ids": [user.id]}
            )
        self.assertEqual(user.login, login)
        self.assertFalse(self.contact.portal_user)
        self.assertEqual(third.portal_state, "active")
        self.assertIsNone(user._get_portal_refusal())

    def test_filling_in_the_form_of_a_user_changes_nothing_yet(self):
        """Odoo then writes groups to the unsaved record."""
        user = new_test_user(self.env, "intern", notification_type="inbox")
        with self.debug_mode(), self._no_touchpoint():
            form = Form(user, view="base.view_users_form")
            form["group_ids"] = self.env.ref("base.group_portal")
        self.assertFalse(user.partner_id.portal_user)

    def test_archiving_the_contact_closes_the_access(self):
        for inactive in (False, 0):
            partner = self._make_portal_contact(f"a{inactive}@example.com")
            user = self._user_of(partner)
            with self.subTest(inactive):
                partner.with_user(self.clerk).write({"active": inactive})
                self.assertFalse(partner.active or user.active or partner.portal_user)
                self.assertEqual(self._kinds(partner), ["granted", "revoked"])

    def test_unarchiving_gives_no_access(self):
        partner = self._make_portal_contact()
        partner.action_archive()
        partner.action_unarchive()
        self.assertEqual(partner.portal_state, "none")
        self.assertFalse(self._user_of(partner).active)

    def test_ticking_an_archived_contact_brings_it_back(self):
        self.contact.active = False
        self.contact.portal_user = True
        self.assertTrue(self.contact.active)
        self.assertTrue(self._user_of(self.contact).active)

    @takes_long
    def test_deleting_the_contact_keeps_what_it_said(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        message = self.contact.message_post(
            body="Hello", author_id=partner.id, email_from=partner.email_formatted
        )
        partner.with_user(self.clerk).unlink()
        self.assertFalse(partner.exists() or user.exists())
        self.assertIn("emma", message.email_from)
        self.assertIn("Hello", message.body)

    def test_a_contact_whose_access_was_taken_back_can_be_deleted(self):
        partner = self._make_portal_contact()
        partner.portal_user = False
        user = self._user_of(partner)
        partner.unlink()
        self.assertFalse(partner.exists() or user.exists())

    def test_nobody_deletes_or_archives_without_the_right(self):
        partner = self._make_portal_contact()
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        for attempt in ("unlink", "action_archive"):
            with self.subTest(attempt), self.assertRaises(AccessError):
                getattr(partner.with_user(employee), attempt)()
            self.assertTrue(self._user_of(partner).active)

    def test_an_internal_user_still_protects_the_contact(self):
        for attempt in ("unlink", "action_archive"):
            with self.subTest(attempt), self.assertRaises(RedirectWarning):
                getattr(self.clerk.partner_id, attempt)()

    def test_a_contact_with_an_open_user_of_another_kind_is_not_deleted(self):
        visitor = new_test_user(self.env, "visitor", groups="base.group_public")
        with self.assertRaises(RedirectWarning):
            visitor.partner_id.unlink()
        self.assertTrue(visitor.exists())

    def test_archiving_the_user_unticks_the_contact(self):
        partner = self._make_portal_contact()
        self._user_of(partner).action_archive()
        self.assertFalse(partner.portal_user)
        self.assertEqual(self._kinds(partner)[-1], "revoked")

    @takes_long
    def test_one_of_two_users_archived_leaves_the_other(self):
        partner = self._make_portal_contact()
        other = self._make_second_user(partner, "other@example.com")
        other.action_archive()
        self.assertTrue(partner.portal_user)
        other.unlink()
        self.assertTrue(partner.portal_user)

    def test_unarchiving_the_user_ticks_the_contact(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        partner.portal_user = False
        with self._no_mail():
            user.action_unarchive()
        self.assertRecordValues(
            partner,
            [{"portal_state": "active", "portal_credentials_state": "own"}],
        )

    def test_deleting_the_user_unticks_the_contact(self):
        partner = self._make_portal_contact()
        self._user_of(partner).unlink()
        self.assertEqual(partner.portal_state, "none")

    @takes_long
    def test_a_promoted_user_is_no_portal_user_any_more(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        user.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        self.assertFalse(partner.portal_user)
        self.assertTrue(user.active)
        self.assertFalse(user.share)

    @takes_long
    def test_whoever_changes_groups_from_their_side_is_followed(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        portal = self.env.ref("base.group_portal")
        portal.user_ids = [Command.unlink(user.id)]
        self.assertFalse(partner.portal_user)
        user.active = True
        portal.user_ids = [Command.link(user.id)]
        self.assertTrue(partner.portal_user)

    def test_a_demoted_user_becomes_a_portal_user(self):
        self.clerk.group_ids = [Command.set(self.env.ref("base.group_portal").ids)]
        self.assertEqual(self.clerk.partner_id.portal_state, "active")

    def test_a_portal_user_made_in_settings_ticks_the_contact(self):
        with RecordCapturer(self.env["customer.portal.touchpoint"]) as touchpoints:
            user = new_test_user(self.env, "by.hand", groups="base.group_portal")
        partner = user.partner_id
        self.assertRecordValues(
            partner,
            [
                {
                    "portal_user": True,
                    "portal_credentials_state": "own",
                    "support_start_date": self.today,
                    "portal_state": "active",
                }
            ],
        )
        self.assertEqual(touchpoints.records.kind, "granted")

    def test_a_customer_who_deletes_the_account_is_unticked(self):
        partner = self._make_portal_contact()
        user = self._user_of(partner)
        user.with_user(user).sudo()._deactivate_portal_user()
        self.assertRecordValues(partner, [{"portal_user": False, "active": False}])
        self.assertFalse(user.active)
        with self.enter_registry_test_mode():
            cron = self.env.ref("base.ir_cron_res_users_deletion")
            cron.method_direct_trigger()
        self.assertFalse(user.exists() or partner.exists())
