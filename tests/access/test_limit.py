from psycopg2.errors import SerializationFailure

from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...const import PARAM_CONTACTS_PER_USER
from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestLimit(CustomerPortalCommon):
    """Contacts per User: how many contacts may have access to the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"]
        cls.second = cls.env["res.partner"].create(
            {"name": "Paul Second", "email": "paul@example.com"}
        )

    def _leave_room(self, number):
        """Let just so many more contacts have access, with one for each user."""
        spare = (
            self.partners._count_internal_users()
            - self.partners._count_portal_contacts()
            - number
        )
        self._set_param(PARAM_CONTACTS_PER_USER, 1)
        if spare < 0:
            for index in range(-spare):
                new_test_user(self.env, f"inside{index}", groups="base.group_user")
        self.env["res.partner"].create(
            [
                {"name": "K", "email": f"known{index}@example.com", "portal_user": True}
                for index in range(spare)
            ]
        )

    @takes_long
    def test_without_a_limit_all_are_granted(self):
        for value in ("0", "", "-3", "many"):
            self._set_param(PARAM_CONTACTS_PER_USER, value)
            self.contact.portal_user = True
            self.contact.portal_user = False

    def test_the_last_place_is_granted_the_next_is_refused(self):
        self._leave_room(1)
        self.contact.with_user(self.agent).portal_user = True
        self.assertTrue(self._user_of(self.contact))
        with self.assertRaises(ValidationError):
            self.second.with_user(self.agent).portal_user = True

    def test_the_message_has_the_numbers(self):
        self._leave_room(1)
        users = self.partners._count_internal_users()
        with self.assertRaises(ValidationError) as caught:
            (self.contact + self.second).with_user(self.agent).portal_user = True
        text = str(caught.exception)
        numbers = f"2 more would make {users + 1} portal users"
        self.assertIn(numbers, text)
        self.assertIn(f"The limit is {users}: 1 for each of", text)

    @takes_long
    def test_more_for_each_user_is_more_in_all(self):
        self._leave_room(0)
        self._set_param(PARAM_CONTACTS_PER_USER, 2)
        self.contact.portal_user = True

    def test_the_form_refuses(self):
        self._leave_room(0)
        with (
            mute_logger("odoo.models.unlink"),
            self.assertRaises(ValidationError),
            Form(self.contact.with_user(self.agent)) as form,
        ):
            form.portal_user = True

    def test_a_new_contact_and_an_import_are_refused(self):
        self._leave_room(0)
        Partner = self.env["res.partner"].with_user(self.agent)
        with self.assertRaises(ValidationError):
            Partner.create(
                {"name": "New", "email": "new@example.com", "portal_user": True}
            )
        fields = ["name", "email", "portal_user"]
        rows = [["New", "new@example.com", "1"]]
        result = Partner.load(fields, rows)
        self.assertFalse(result["ids"])
        self.assertIn("The limit is", result["messages"][0]["message"])

    def test_the_wizard_refuses_one_and_all(self):
        self._leave_room(1)
        wizard = (
            self.env["portal.wizard"]
            .with_user(self.agent)
            .create({"partner_ids": (self.contact + self.second).ids})
        )
        with self.assertRaises(ValidationError):
            wizard.action_grant_all()
        wizard.user_ids[0].action_grant_access()
        with self.assertRaises(ValidationError):
            wizard.user_ids[1].action_grant_access()

    def test_reactivation_in_the_settings_of_users_is_refused(self):
        self.contact.portal_user = True
        user = self._user_of(self.contact)
        self.contact.portal_user = False
        self._leave_room(0)
        with self.assertRaises(ValidationError):
            user.active = True

    def test_a_visitor_learns_no_numbers(self):
        self._leave_room(0)
        public = self.env.ref("base.public_user")
        template = self.env["res.users"]._get_portal_template()
        values = {"name": "Visitor", "login": "visitor@example.com", "active": True}
        with self.assertRaises(ValidationError) as caught:
            template.with_user(public).sudo().with_context(no_reset_password=True).copy(
                values
            )
        self.assertNotRegex(str(caught.exception), r"\d")

    def test_whoever_has_access_keeps_it(self):
        self.contact.portal_user = True
        colleague = new_test_user(self.env, "leaver", groups="base.group_user")
        self._leave_room(0)
        colleague.active = False
        self.contact.support_end_date = self.tomorrow
        self.assertTrue(self._user_of(self.contact).active)
        with self.assertRaises(ValidationError):
            self.second.portal_user = True

    @takes_long
    def test_an_access_that_ended_keeps_its_place(self):
        self._leave_room(1)
        self.contact.portal_user = True
        self._expire(self.contact)
        with self.assertRaises(ValidationError):
            self.second.portal_user = True
        self.contact.support_end_date = self.tomorrow
        self.assertEqual(self.contact.portal_state, "active")

    @takes_long
    def test_merging_moves_an_access_even_where_there_are_too_many(self):
        self._make_portal_contact("old@example.com")
        other = self._make_portal_contact("merged@example.com")
        self._leave_room(0)
        self._set_param(PARAM_CONTACTS_PER_USER, 1)
        new_users = self.env["res.users"].search([("share", "=", False)])
        (new_users - self.env.user - self.env.ref("base.user_admin")).active = False
        self.assertGreater(
            self.partners._count_portal_contacts(),
            self.partners._count_internal_users(),
        )
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.contact + other).ids, self.contact)
        self.assertTrue(self.contact.portal_user)

    @takes_long
    def test_revoking_makes_room(self):
        self._leave_room(1)
        self.contact.portal_user = True
        self.contact.portal_user = False
        self.second.portal_user = True

    def test_of_two_at_once_one_is_repeated(self):
        """Whoever waited fails, and Odoo repeats it with what the other granted."""
        self.addCleanup(self._forget_committed_limit)
        with self.registry.cursor() as cr:
            params = self.env(cr=cr)["ir.config_parameter"].sudo()
            params.set_param(PARAM_CONTACTS_PER_USER, 5)
        with self.registry.cursor() as waiting, mute_logger("odoo.sql_db"):
            waiting.execute("SELECT 1 FROM res_users LIMIT 1")
            with self.registry.cursor() as first:
                self.partners.with_env(self.env(cr=first))._queue_up_for_portal_limit()
            with self.assertRaises(SerializationFailure):
                self.partners.with_env(
                    self.env(cr=waiting)
                )._queue_up_for_portal_limit()
            waiting.rollback()

    def _forget_committed_limit(self):
        with self.registry.cursor() as cr:
            params = self.env(cr=cr)["ir.config_parameter"].sudo()
            params.set_param(PARAM_CONTACTS_PER_USER, False)
