from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.base import lock
from ...models.invitation import join as join_module
from ...models.invitation import join_answer
from ..common import takes_long
from ..invitation_common import InvitationCommon


@tagged("post_install", "-at_install")
class TestJoinCode(InvitationCommon):
    """An organization has a join code when an agent makes one."""

    def test_it_is_off_at_first(self):
        self.assertFalse(self.acme.portal_join_code)
        self.assertFalse(self.acme.portal_join_opens)
        self.assertFalse(self.acme.portal_join_domain_ids)

    def test_a_code_is_long_random_and_replaced(self):
        acme = self.acme.with_user(self.agent)
        acme.action_make_portal_join_code()
        first = acme.portal_join_code
        self.assertRegex(first, r"^([A-HJ-NP-Z2-9]{5}-){4}[A-HJ-NP-Z2-9]{5}$")
        self.assertIn(f"/my/join/{first}", acme.portal_join_url)
        acme.action_make_portal_join_code()
        self.assertNotEqual(acme.portal_join_code, first)
        acme.action_remove_portal_join_code()
        self.assertFalse(acme.portal_join_code)
        self.assertFalse(acme.portal_join_url)

    def test_only_agents_make_codes_and_nobody_chooses_one(self):
        customer = self._user_of(self._make_portal_contact(parent_id=self.acme.id))
        for user in (self.clerk, customer, self.env.ref("base.public_user")):
            for action in ("make", "remove"):
                with self.assertRaises(AccessError):
                    method = f"action_{action}_portal_join_code"
                    getattr(self.acme.with_user(user), method)()
            with self.assertRaises(AccessError):
                self.acme.with_user(user).read(["portal_join_code"])
            with self.assertRaises(AccessError):
                self.acme.with_user(user).portal_join_opens = True
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                self.acme.with_user(user).portal_join_code = "1234"

    def test_people_have_no_code_and_no_copy_has_one(self):
        with self.assertRaises(UserError):
            self.contact.with_user(self.agent).action_make_portal_join_code()
        self._let_join(portal_join_opens=True)
        copy = self.acme.copy()
        self.assertFalse(copy.portal_join_code or copy.portal_join_opens)


@tagged("post_install", "-at_install")
class TestJoin(InvitationCommon):
    """Who asks to register gets a link, if the code or the address leads somewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls._let_join()
        cls.env["customer.portal.join.domain"].create(
            {"name": "acme.example.com", "partner_id": cls.acme.id}
        )

    def test_a_code_leads_to_its_organization_however_it_is_typed(self):
        code = self.code
        for number, text in enumerate(
            (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ")
        ):
            join = self._ask(f"x{number}@elsewhere.example.com", text)
            self.assertEqual(join.organization_id, self.acme)
            self.assertEqual(join.state, "sent")
            self.assertTrue(self._join_mails(join.email))

    def test_a_trusted_address_leads_there_without_a_code(self):
        join = self._ask("Anna@ACME.example.com")
        self.assertEqual((join.state, join.organization_id), ("sent", self.acme))

    def test_all_else_gets_no_mail(self):
        for number, (email, code) in enumerate(
            (
                ("a@elsewhere.example.com", ""),
                ("b@sub.acme.example.com", ""),
                ("c@acme.example.com.evil.example.com", ""),
                ("d@notacme.example.com", ""),
                ("e@elsewhere.example.com", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"),
                ("f@elsewhere.example.com", "%"),
                ("g@elsewhere.example.com", "' OR 1=1 --"),
                ("h@acme.example.com", "WRONG"),
            )
        ):
            with self.subTest(email=email, code=code):
                join = self._ask(email, code, name=f"N{number}")
                self.assertEqual(join.state, "refused")
                self.assertFalse(join.organization_id)
                self.assertFalse(join.sudo()["code"], "a guess is not kept")
                self.assertFalse(self._join_mails(email))

    def test_archived_and_moved_organizations_let_in_nobody(self):
        holding = self.env["res.partner"].create({"name": "H", "is_company": True})
        self.acme.active = False
        self.assertEqual(self._ask(code=self.code).state, "refused")
        self.acme.write({"active": True, "is_company": False, "parent_id": holding.id})
        self.assertEqual(self._ask(code=self.code).state, "refused")
        self.assertEqual(self._ask().state, "refused")

    def test_asking_does_the_same_for_anybody(self):
        """The request knows nobody: it makes the same queries, and the same rows."""
        self._make_portal_contact("known@acme.example.com", parent_id=self.acme.id)
        self.joins._ask("Warm", "warm@acme.example.com", "")
        done = []
        for email, code in (
            ("new@acme.example.com", ""),
            ("known@acme.example.com", ""),
            ("new@elsewhere.example.com", self.code),
            ("new@elsewhere.example.com", "AAAAA"),
            ("nobody@elsewhere.example.com", ""),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self._no_mail(), self._no_touchpoint():
                self.joins._ask("Name", email, code)
                self.env.flush_all()
            done.append(self.cr.sql_log_count - before)
        self.assertEqual(set(done), {done[0]})

    def test_who_has_or_had_access_gets_another_mail(self):
        former = self._make_portal_contact(
            "former@acme.example.com", parent_id=self.acme.id
        )
        former.portal_user = False
        self._make_portal_contact("elsewhere@acme.example.com")
        for email in ("former@acme.example.com", "elsewhere@acme.example.com"):
            join = self._ask(email)
            self.assertEqual(join.state, "known")
            mail = self._join_mails(email)[0]
            self.assertIn("already in use", mail.body_html)
            self.assertNotIn("/my/join/confirm", mail.body_html)

    def test_the_blacklist_gets_no_mail(self):
        self.env["mail.blacklist"]._add("anna@acme.example.com")
        self.assertEqual(self._ask().state, "refused")
        self.assertFalse(self._join_mails("anna@acme.example.com"))

    def test_nobody_has_us_mail_at_will(self):
        for _time in range(join_module.MOST_FOR_ADDRESS + 2):
            last = self._ask()
        self.assertEqual(last.state, "refused")
        mails = self._join_mails("anna@acme.example.com")
        self.assertEqual(len(mails), join_module.MOST_FOR_ADDRESS)

    def test_many_addresses_of_one_mailbox_are_one(self):
        for number in range(join_module.MOST_FOR_ADDRESS + 2):
            last = self._ask(f"anna+{number}@acme.example.com")
        self.assertEqual(last.state, "refused")
        self.assertEqual(self._ask("anna@acme.example.com").state, "refused")
        mails = self._join_mails("@acme.example.com")
        self.assertEqual(len(mails), join_module.MOST_FOR_ADDRESS)
        for email in ("ann@acme.example.com", "ann_a+1@acme.example.com"):
            self.assertEqual(self._ask(email).state, "sent", "another mailbox")

    def test_who_has_access_gets_no_other_one_for_the_same_mailbox(self):
        self._make_portal_contact("omar@acme.example.com", parent_id=self.acme.id)
        self._make_portal_contact("zoe+b@acme.example.com", parent_id=self.acme.id)
        for email in ("omar+1", "omar+2", "zoe", "zoe+c"):
            with self.subTest(email):
                join = self._ask(f"{email}@acme.example.com")
                self.assertEqual(join.state, "known")
        for email in ("omar1", "oma", "o_ar+1"):
            with self.subTest(email):
                join = self._ask(f"{email}@acme.example.com")
                self.assertEqual(join.state, "sent")

    def test_one_place_and_one_organization_have_limits(self):
        for name in ("MOST_FROM_PLACE", "MOST_FOR_ORGANIZATION"):
            with self.subTest(name), patch.object(join_answer, name, 2):
                self.joins.search([]).unlink()
                states = [
                    self._ask(f"{name.lower()}{number}@acme.example.com").state
                    for number in range(3)
                ]
                self.assertEqual(states, ["sent", "sent", "refused"])

    @takes_long
    def test_a_flood_from_one_place_is_not_even_noted(self):
        with patch.object(join_module, "MOST_NOTED", 3):
            for number in range(5):
                self.joins._ask("N", f"x{number}@elsewhere.example.com", "")
        self.assertEqual(self.joins.search_count([]), 3)

    def test_the_mail_has_nothing_that_was_typed(self):
        """Nobody has us deliver their words to a mailbox of their choice."""
        self._ask(name="Win a prize https://evil.example.com <b>now</b>")
        mail = self._join_mails("anna@acme.example.com")
        self.assertNotIn("evil.example.com", mail.body_html + mail.subject)
        self.assertNotIn("prize", mail.body_html + mail.subject)
        self.assertFalse(mail.mail_message_id.body)
        self.assertFalse(mail.mail_message_id.res_id)
        self.assertFalse(mail.recipient_ids)

    @takes_long
    def test_values_of_any_length_and_kind_are_noted_shortened(self):
        self.joins._ask("x" * 5000, "y@acme.example.com", "z" * 5000)
        self.joins._ask("a\0b\r\nBcc: c@d.example.com", "q@acme.example.com", "\0\r\n")
        long, lines = self.joins.search([], order="id")
        self.assertEqual(len(long.name), join_module.NAME_LENGTH)
        self.assertLess(len(long.sudo()["code"]), 100)
        self.assertEqual(lines.name, "ab Bcc: c@d.example.com")

    @takes_long
    def test_a_mail_server_that_is_down_is_tried_again(self):
        self._ask()
        mail = self._join_mails("anna@acme.example.com")
        with self._mail_server(connect=ConnectionRefusedError("down")):
            mail.send()
        self.assertEqual(mail.state, "outgoing")
        self.assertTrue(mail.scheduled_date)

    @takes_long
    def test_what_fails_is_reported_and_stops_nobody(self):
        self.joins._ask("Broken", "broken@acme.example.com", "")
        self.joins._ask("Fine", "fine@acme.example.com", "")
        send = self.registry["customer.portal.join"]._send

        def fail(join, name):
            if join.name == "Broken":
                raise ValueError("template")
            return send(join, name)

        with (
            patch.object(self.registry["customer.portal.join"], "_send", fail),
            mute_logger(lock.__name__),
        ):
            self._answer_joins()
        states = self.joins.search([], order="id").mapped("state")
        self.assertEqual(states, ["refused", "sent"])

    @takes_long
    def test_the_mail_is_in_the_language_of_the_visitor(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("customer_portal.mail_template_join_confirm")
        template.with_context(lang="fr_FR").subject = "Bonjour"
        self.joins.with_context(lang="fr_FR")._ask("A", "anna@acme.example.com", "")
        self._answer_joins()
        self.assertEqual(self._join_mails("anna@acme.example.com").subject, "Bonjour")

    def test_what_was_asked_is_forgotten(self):
        self._ask()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_portal_join SET create_date = now() - interval '8 days'"
        )
        self.env.invalidate_all()
        self.joins._gc_joins()
        self.assertFalse(self.joins.search([]))

    def test_nobody_reads_or_makes_rows_by_rpc(self):
        self._ask()
        customer = self._user_of(self._make_portal_contact())
        for user in (
            self.agent,
            self.clerk,
            customer,
            self.env.ref("base.public_user"),
        ):
            with self.assertRaises(AccessError):
                self.joins.with_user(user).search_read([], ["email"])
            with self.assertRaises(AccessError):
                self.joins.with_user(user).create(
                    {"name": "x", "email": "x@acme.example.com"}
                )

    def test_the_scheduled_action_runs(self):
        self.joins._ask("Anna", "anna@acme.example.com", "")
        with self.enter_registry_test_mode():
            self.env.ref(join_module.CRON).method_direct_trigger()
        self.assertEqual(self.joins.search([]).state, "sent")
