from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PARAM_CONTACTS_PER_USER
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long


@tagged("post_install", "-at_install")
class TestSignup(CustomerPortalHttpCommon):
    """Customers who register by themselves end like those who were ticked."""

    def _sign_up(self, **values):
        self.authenticate(None, None)
        return self.url_open(
            "/web/signup",
            {
                "name": "Emma Brown",
                "login": "emma@example.com",
                "password": PASSWORD,
                "confirm_password": PASSWORD,
                "csrf_token": self._csrf_token(),
                **values,
            },
        )

    def _assert_portal_user(self, partner):
        self.assertRecordValues(
            partner,
            [
                {
                    "portal_user": True,
                    "portal_state": "active",
                    "portal_credentials_state": "own",
                    "support_start_date": self.today,
                    "portal_profile_id": self.env.ref(
                        "customer_portal.customer_portal_profile_default"
                    ).id,
                }
            ],
        )
        self.assertTrue(partner.support_end_date)
        self.assertEqual(self._kinds(partner)[0], "granted")
        self.assertEqual(partner.user_ids.login, "emma@example.com")

    def test_whoever_registers_becomes_a_portal_user(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        response = self._sign_up()
        self.assertIn("/my", response.url)
        partner = self.env["res.users"].search([("login", "=", "emma@example.com")])
        self._assert_portal_user(partner.partner_id)

    def test_whoever_was_invited_becomes_a_portal_user(self):
        partner = self.env["res.partner"].create(
            {"name": "Emma Brown", "email": "emma@example.com"}
        )
        partner.signup_prepare()
        response = self._sign_up(token=partner._generate_signup_token())
        self.assertIn("/my", response.url)
        self._assert_portal_user(partner)

    @takes_long
    def test_whoever_registers_beyond_contacts_per_user_is_told_without_numbers(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        self._set_param(PARAM_CONTACTS_PER_USER, 1)
        partners = self.env["res.partner"]
        missing = max(
            partners._count_internal_users() - partners._count_portal_contacts(), 0
        )
        self.env["res.partner"].create(
            [
                {"name": "K", "email": f"known{index}@example.com", "portal_user": True}
                for index in range(missing)
            ]
        )
        response = self._sign_up()
        self.assertEqual(response.status_code, 200)
        self.assertIn("open new accounts right now", response.text)
        self.assertIn("Emma Brown", response.text)
        self.assertFalse(
            self.env["res.users"].search([("login", "=", "emma@example.com")])
        )

    def test_a_ticked_contact_chooses_a_password_and_is_in(self):
        partner = self.env["res.partner"].create(
            {"name": "Emma Brown", "email": "emma@example.com", "portal_user": True}
        )
        self.env.flush_all()
        response = self._sign_up(token=partner._generate_signup_token())
        self.assertIn("/my", response.url)
        self.assertEqual(self._kinds(partner), ["granted", "login"])
        self.assertEqual(len(partner.user_ids), 1)

    @takes_long
    def test_the_login_details_are_the_one_mail_of_an_opened_account(self):
        subjects = []
        create = self.registry["mail.mail"].create

        def note(mails, vals_list):
            created = create(mails, vals_list)
            subjects.extend(created.mapped("subject"))
            return created

        self.patch(self.registry["mail.mail"], "create", note)
        partner = self.env["res.partner"].create(
            {"name": "Emma Brown", "email": "emma@example.com", "portal_user": True}
        )
        self.env.flush_all()
        self._sign_up(token=partner._generate_signup_token())
        self.assertEqual(len(subjects), 1, subjects)
        self._user_of(partner).password = f"{PASSWORD} again"
        self.assertEqual(subjects[1:], ["Security Update: Password Changed"])

    def test_an_expired_contact_without_a_user_cannot_register_by_an_old_link(self):
        partner = self.env["res.partner"].create(
            {"name": "Emma Brown", "email": "emma@example.com"}
        )
        partner.signup_prepare()
        token = partner._generate_signup_token()
        partner.write({"portal_user": True, "support_end_date": self.yesterday})
        self.env.flush_all()
        response = self._sign_up(token=token)
        self.assertIn("/web/signup", response.url)
        self.assertFalse(self._user_of(partner))

    def test_nobody_registers_where_only_invited_ones_may(self):
        self._set_param("auth_signup.invitation_scope", "b2b")
        self._sign_up()
        users = self.env["res.users"].search([("login", "=", "emma@example.com")])
        self.assertFalse(users)

    def test_a_login_that_is_taken_is_refused(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        partner = self._make_portal_contact()
        with mute_logger("odoo.sql_db"):
            response = self._sign_up()
        self.assertIn("Another user is already registered", response.text)
        self.assertEqual(self._kinds(partner), ["granted"])

    # === ONE ACCESS A MAILBOX === #

    def _assert_refused(self, **values):
        users = self.env["res.users"].with_context(active_test=False)
        before = users.search_count([])
        response = self._sign_up(**values)
        self.assertIn("Another user is already registered", response.text)
        self.assertEqual(users.search_count([]), before)

    VARIANTS = (
        "EMMA@example.com",
        "emma@example.com ",
        " emma@example.com",
        "emma@exa\u200bmple.com",
        "\ufeffemma@example.com",
        "emma\u00a0@example.com",
        "emma\u202e@example.com",
    )

    def test_a_mailbox_has_one_access_however_it_is_typed(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        partner = self._make_portal_contact()
        for state in ("active", "expired", "revoked"):
            if state == "expired":
                self._expire(partner)
            elif state == "revoked":
                partner.portal_user = False
            for login in ("emma@example.com", *self.VARIANTS):
                with self.subTest(state, login=login):
                    self._assert_refused(login=login)

    def test_a_mark_in_the_address_makes_no_other_mailbox(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        self._make_portal_contact()
        for login in ("emma+2@example.com", "Emma+two+three@example.com"):
            with self.subTest(login):
                self._assert_refused(login=login)
        self.assertIn("/my", self._sign_up(login="em+ma@example.com").url)

    def test_only_one_plain_address_registers(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        users = self.env["res.users"].with_context(active_test=False)
        before = users.search_count([])
        for login in (
            "Emma <emma@example.com>",
            "emma@example.com, other@example.com",
            "emma@example.com;x@example.com",
            "emma\r\n@example.com",
            "emma@example.com.",
            "emma@example..com",
            "(x)emma@example.com",
            '"emma"@example.com',
            "emma",
            f"{'e' * 65}@example.com",
            f"e@{'x' * 260}.com",
        ):
            with self.subTest(login):
                self.assertIn("one email address", self._sign_up(login=login).text)
        self.assertEqual(users.search_count([]), before)
        self._sign_up(login="jürgen+a@bücher.example.com")
        self.assertEqual(users.search_count([]), before + 1)

    @takes_long
    def test_who_registers_gets_the_login_that_the_mailbox_has(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        response = self._sign_up(login="EMMA@Example.com\u200b ")
        self.assertIn("/my", response.url)
        user = self.env["res.users"].search([("login", "=", "emma@example.com")])
        self._assert_portal_user(user.partner_id)

    def test_an_expired_contact_without_a_user_gets_no_fresh_access(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        self.env["res.partner"].create(
            {
                "name": "Emma",
                "email": "emma@example.com",
                "portal_user": True,
                "support_end_date": self.yesterday,
            }
        )
        self._assert_refused()

    def test_a_revoked_contact_gets_no_fresh_access_by_a_link_of_odoo(self):
        partner = self._make_portal_contact()
        partner.portal_user = False
        partner.signup_prepare()
        token = partner._generate_signup_token()
        for login in ("emma@example.com", "EMMA@example.com", "other@example.com"):
            with self.subTest(login):
                self._assert_refused(login=login, token=token)

    def test_no_other_way_gives_a_second_access(self):
        """Neither the wizard, nor an import, nor RPC."""
        self._make_portal_contact()
        second = self.env["res.partner"].create(
            {"name": "Emma", "email": "EMMA@example.com"}
        )
        users = self.env["res.users"].with_context(no_reset_password=True)
        portal = self.env.ref("base.group_portal")
        values = {"name": "Emma", "group_ids": [Command.set(portal.ids)]}
        with self.assertRaises(ValidationError):
            second.portal_user = True
        for login in ("Emma@Example.com", "EMMA@example.com\u200b"):
            with self.subTest(login), self.assertRaises(ValidationError):
                users.create({**values, "login": login})
        result = users.load(
            ["name", "login", "group_ids/id"],
            [["Emma", "eMMa@example.com", "base.group_portal"]],
        )
        self.assertFalse(result["ids"])
        other = self._user_of(self._make_portal_contact("liam@example.com"))
        with self.assertRaises(ValidationError):
            other.login = "Emma@example.com"

    def test_a_typed_address_is_proven_by_a_mail_alone(self):
        self._set_param("auth_signup.invitation_scope", "b2c")
        self._sign_up()
        partner = self.env["res.users"].search([("login", "=", "emma@example.com")])
        partner = partner.partner_id
        self.assertTrue(partner.portal_email_unproven)
        partner.signup_prepare("reset")
        token = partner._generate_signup_token()
        self.env["res.users"].signup({"password": PASSWORD}, token)
        self.assertFalse(partner.portal_email_unproven)
