from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...const import PARAM_CONTACTS_PER_USER
from ...models.invitation.touchpoint import REGISTERED
from ..common import takes_long
from ..invitation_common import InvitationCommon

EMAIL = "anna@acme.example.com"


@tagged("post_install", "-at_install")
class TestJoinConfirm(InvitationCommon):
    """Who has proved the address gets what the organization says, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls._let_join(portal_join_opens=True)

    def _prove(self, email=EMAIL, code=None, name="Anna Bell"):
        """Ask, and return the token of the mail."""
        self._ask(email, code or self.code, name)
        return self._token_in(self._join_mails(email)[:1])

    def _confirm(self, token):
        return self.joins._confirm(token)

    def test_access_opens_at_once_with_the_chosen_profile(self):
        join, is_new = self._confirm(self._prove())
        self.assertTrue(is_new)
        self.assertEqual(join.state, "done")
        contact = self._contact_of(EMAIL)
        self.assertRecordValues(
            contact,
            [
                {
                    "name": "Anna Bell",
                    "parent_id": self.acme.id,
                    "commercial_partner_id": self.acme.id,
                    "portal_user": True,
                    "portal_state": "active",
                    "portal_profile_id": self.profile.id,
                    "portal_email_unproven": False,
                    "portal_invitation_state": "queued",
                }
            ],
        )
        self.assertEqual(self._user_of(contact).login, EMAIL)
        self.assertIn("/web/signup", join._get_choose_url())
        self.assertEqual(set(self._kinds(contact)), {"granted", REGISTERED})

    def test_the_server_asks_agents_to_approve_and_not_the_public_user(self):
        self.acme.portal_join_opens = False
        public = self.env.ref("base.public_user")
        self.joins.with_user(public).sudo()._confirm(self._prove())
        activity = self.env["customer.portal.colleague.request"].search([]).activity_id
        self.assertEqual(activity.create_uid, self.env.ref("base.user_root"))

    @takes_long
    def test_without_a_chosen_profile_it_is_the_default_one(self):
        self.acme.portal_join_profile_id = False
        self._confirm(self._prove())
        default = self.env["customer.portal.profile"]._get_default()
        self.assertEqual(self._contact_of(EMAIL).portal_profile_id, default)

    def test_one_mailbox_takes_one_access_and_waits_once(self):
        tokens = [self._prove(f"anna+{n}@acme.example.com") for n in range(3)]
        states = [self._confirm(token)[0].state for token in tokens]
        self.assertEqual(states, ["done", "known", "known"])

    @takes_long
    def test_of_one_mailbox_the_latest_waits(self):
        self.acme.portal_join_opens = False
        for number in range(3):
            self._confirm(self._prove(f"anna+{number}@acme.example.com"))
        waiting = self.env["customer.portal.colleague.request"].search(
            [("organization_id", "=", self.acme.id), ("state", "=", "open")]
        )
        self.assertEqual(waiting.mapped("email"), ["anna+2@acme.example.com"])

    def _make_colleague(self, end, **values):
        return self._make_portal_contact(
            "old@acme.example.com",
            parent_id=self.acme.id,
            support_start_date=self.yesterday,
            support_end_date=end,
            **values,
        )

    def test_nobody_who_registers_has_support_for_longer_than_the_others(self):
        self._make_colleague(self.tomorrow)
        self._confirm(self._prove())
        contact = self._contact_of(EMAIL)
        self.assertEqual(contact.portal_state, "active")
        self.assertEqual(contact.support_end_date, self.tomorrow)

    def test_where_support_has_ended_nobody_registers_without_an_approval(self):
        self._expire(self._make_colleague(self.tomorrow))
        join, _is_new = self._confirm(self._prove())
        self.assertEqual(join.state, "waiting")
        self.assertFalse(self._contact_of(EMAIL))

    def test_where_somebody_has_support_without_an_end_settings_decide(self):
        self._make_colleague(False)
        self._confirm(self._prove())
        contact = self._contact_of(EMAIL)
        self.assertEqual(contact.portal_state, "active")
        proposed = contact._get_proposed_end(contact.support_start_date)
        self.assertEqual(contact.support_end_date, proposed)

    @takes_long
    def test_a_profile_that_was_archived_is_given_to_nobody(self):
        self.profile.active = False
        join, _is_new = self._confirm(self._prove())
        self.assertEqual(join.state, "waiting")
        self.assertFalse(self._contact_of(EMAIL))
        requests = self.env["customer.portal.colleague.request"]
        request = requests.search([("join_id", "=", join.id)]).with_user(self.agent)
        with self.assertRaises(UserError):
            request.action_approve()
        self.acme.portal_join_profile_id = False
        request.action_approve()
        default = self.env["customer.portal.profile"]._get_default()
        self.assertEqual(self._contact_of(EMAIL).portal_profile_id, default)

    def test_a_link_works_once(self):
        token = self._prove()
        self._confirm(token)
        with self._no_mail(), self._no_touchpoint():
            join, is_new = self._confirm(token)
        self.assertFalse(is_new)
        self.assertEqual(join.state, "done")
        self.assertEqual(len(self._contact_of(EMAIL)), 1)

    def test_looking_at_the_link_changes_nothing(self):
        token = self._prove()
        with self._no_mail(), self._no_touchpoint():
            self.assertEqual(self.joins._find(token).state, "sent")
        self.assertFalse(self._contact_of(EMAIL))

    def test_forged_and_changed_links_open_nothing(self):
        token = self._prove()
        for forged in (
            *(None, "", "x", "ä", "\0", "A" * 9000, token[:-3], token + "x"),
            *(token[::-1], token.swapcase(), ["x"], 5),
        ):
            with self.subTest(forged=forged):
                self.assertFalse(self.joins._find(forged))
                self.assertEqual(self._confirm(forged)[1], False)
        self.assertFalse(self._contact_of(EMAIL))

    def test_a_link_of_another_kind_opens_nothing(self):
        partner = self._make_portal_contact()
        self.assertFalse(self.joins._find(partner.sudo()._generate_signup_token()))

    def test_a_link_ends_after_a_day(self):
        token = self._prove()
        with freeze_time(datetime.now() + timedelta(hours=25)):
            self.assertFalse(self.joins._find(token))

    def test_a_code_that_was_replaced_or_removed_lets_in_nobody(self):
        for action in ("make", "remove"):
            with self.subTest(action), self.env.cr.savepoint():
                token = self._prove(code=self.acme.portal_join_code)
                getattr(self.acme, f"action_{action}_portal_join_code")()
                self.assertEqual(self._confirm(token)[0].state, "refused")
                self.assertFalse(self._contact_of(EMAIL))
                self.acme.action_make_portal_join_code()

    def test_a_domain_that_went_lets_in_nobody(self):
        domain = self.env["customer.portal.join.domain"].create(
            {"name": "acme.example.com", "partner_id": self.acme.id}
        )
        self._ask(EMAIL)
        token = self._token_in(self._join_mails(EMAIL))
        other = self.env["res.partner"].create({"name": "B", "is_company": True})
        domain.partner_id = other
        self.assertEqual(self._confirm(token)[0].state, "refused")
        self.assertFalse(self._contact_of(EMAIL))

    def test_a_contact_of_the_organization_is_used(self):
        known = self.env["res.partner"].create(
            {
                "name": "A. Bell",
                "email": "Anna@Acme.example.com",
                "parent_id": self.acme.id,
            }
        )
        self._confirm(self._prove(name="Somebody Else"))
        self.assertEqual(self._contact_of(EMAIL), known)
        self.assertTrue(known.portal_user)
        self.assertEqual(known.name, "A. Bell")

    def test_contacts_of_others_are_left_alone(self):
        other = self.env["res.partner"].create({"name": "B", "is_company": True})
        theirs = self.env["res.partner"].create(
            [
                {"name": "Theirs", "email": EMAIL, "parent_id": other.id},
                {"name": "Nobody's", "email": EMAIL},
            ]
        )
        self._confirm(self._prove())
        self.assertFalse(any(theirs.mapped("portal_user")))
        made = self._contact_of(EMAIL) - theirs
        self.assertEqual(made.parent_id, self.acme)

    def test_the_organization_itself_is_no_customer(self):
        self.acme.email = EMAIL
        self._confirm(self._prove())
        self.assertFalse(self.acme.portal_user)

    def test_who_got_access_meanwhile_gets_no_second_one(self):
        token = self._prove()
        self._make_portal_contact(EMAIL)
        join, _is_new = self._confirm(token)
        self.assertEqual(join.state, "known")
        self.assertEqual(len(self._contact_of(EMAIL)), 1)

    def test_internal_users_are_no_customers(self):
        self.clerk.partner_id.write({"email": EMAIL, "parent_id": self.acme.id})
        self.assertEqual(self._ask(EMAIL, self.code).state, "known")

    def test_where_someone_decides_nothing_is_made(self):
        self.acme.portal_join_opens = False
        join, is_new = self._confirm(self._prove())
        self.assertTrue(is_new)
        self.assertEqual(join.state, "waiting")
        self.assertFalse(self._contact_of(EMAIL))
        self.assertIsNone(join._get_choose_url())
        request = self._request()
        self.assertEqual((request.kind, request.state), ("join", "open"))
        self.assertEqual(request.organization_id, self.acme)
        self.assertIn(EMAIL, request.activity_id.note)
        self.assertEqual(self.acme.activity_ids, request.activity_id)

    def _request(self):
        requests = self.env["customer.portal.colleague.request"]
        return requests.search([("email", "=", EMAIL)], limit=1)

    def _wait(self):
        """Let somebody wait for a decision; return the request and the registration."""
        self.acme.portal_join_opens = False
        join, _is_new = self._confirm(self._prove())
        return self._request(), join

    def test_an_agent_lets_in_who_waits(self):
        request, join = self._wait()
        request.with_user(self.agent).action_approve()
        contact = self._contact_of(EMAIL)
        self.assertEqual(request.partner_id, contact)
        self.assertEqual((request.state, join.state), ("approved", "done"))
        self.assertEqual(contact.portal_profile_id, self.profile)
        self.assertEqual(contact.portal_invitation_state, "queued")
        self.assertEqual(
            set(self._kinds(contact)), {"granted", REGISTERED, "colleague_decided"}
        )
        self.assertFalse(self.acme.activity_ids)

    def test_an_agent_refuses_and_they_are_told(self):
        request, join = self._wait()
        request.with_user(self.agent).action_refuse()
        self.assertEqual((request.state, join.state), ("refused", "refused"))
        self.assertFalse(self._contact_of(EMAIL))
        self.assertIn("not approved", self._join_mails(EMAIL)[0].body_html)
        self.assertEqual(self._kinds(self.acme), ["colleague_decided"])

    @takes_long
    def test_who_asks_again_waits_once(self):
        first, _join = self._wait()
        self._wait()
        requests = self.env["customer.portal.colleague.request"]
        found = requests.search([("email", "=", EMAIL)], order="id")
        self.assertEqual(found.mapped("state"), ["void", "open"])
        self.assertEqual(first.state, "void")

    def test_an_address_that_got_access_meanwhile_is_not_let_in_twice(self):
        request, _join = self._wait()
        self._make_portal_contact(EMAIL)
        with self.assertRaises(UserError):
            request.with_user(self.agent).action_approve()
        self.assertEqual(request.state, "open")
        self.assertEqual(len(self._contact_of(EMAIL)), 1)

    def test_no_seat_left_is_told_to_the_agent_who_approves(self):
        self.acme.portal_seats = 1
        self._make_portal_contact("first@acme.example.com", parent_id=self.acme.id)
        request, _join = self._wait()
        with self.assertRaises(UserError):
            request.with_user(self.agent).action_approve()
        self.assertFalse(self._contact_of(EMAIL))

    def test_without_a_seat_it_waits(self):
        token = self._prove()
        self.acme.portal_seats = 1
        self._make_portal_contact("first@acme.example.com", parent_id=self.acme.id)
        join, _is_new = self._confirm(token)
        self.assertEqual(join.state, "waiting")
        self.assertFalse(self._contact_of(EMAIL))

    @takes_long
    def test_at_the_limit_it_waits(self):
        token = self._prove()
        self._set_param(PARAM_CONTACTS_PER_USER, 1)
        partners = self.registry["res.partner"]
        with patch.object(partners, "_count_portal_contacts", return_value=10**6):
            join, _is_new = self._confirm(token)
        self.assertEqual(join.state, "waiting")
        self.assertFalse(self._contact_of(EMAIL))

    @takes_long
    def test_in_the_company_of_the_organization(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.acme.company_id = company
        self._confirm(self._prove())
        contact = self._contact_of(EMAIL)
        self.assertEqual(contact.company_id, company)
        self.assertEqual(self._user_of(contact).company_id, company)
