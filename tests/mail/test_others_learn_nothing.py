from email import message_from_string, policy

from odoo.exceptions import AccessError
from odoo.tools import email_normalize_all

from odoo.addons.base.tests.common import MockSmtplibCase

from ..common import CustomerPortalCommon


class TestMailsTellNoAddresses(MockSmtplibCase, CustomerPortalCommon):
    """No mail tells a customer the address of another organization."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "All"})
        for row in cls.profile.permission_ids:
            if row.module_id.code in ("cases", "faqs"):
                row.write({"visible": True, "show_comments": True})
                row.write({"can_create": True, "can_comment": True})
        for number in (1, 2):
            company = cls.env["res.partner"].create(
                {"name": f"Company {number}", "is_company": True}
            )
            values = {"parent_id": company.id, "portal_profile_id": cls.profile.id}
            for name in ("a", "b"):
                email = f"{name}@org{number}.example"
                setattr(
                    cls, f"{name}{number}", cls._make_portal_contact(email, **values)
                )
        cls.mail_only = cls.env["res.partner"].create(
            {"name": "Solo", "email": "solo@alone.example"}
        )
        cls.agent.write({"email": "agent@us.example", "notification_type": "email"})
        cls.env.company.email = "info@us.example"
        cls.followers = cls.a1 + cls.b1 + cls.a2 + cls.mail_only + cls.agent.partner_id
        cls.user = cls._user_of(cls.a1)

    def _set_domain(self, has_domain):
        domains = self.env["mail.alias.domain"]
        self.env["res.company"].search([]).alias_domain_id = False
        self.env["mail.alias"].search([]).alias_domain_id = False
        domains.search([]).unlink()
        if has_domain:
            self.env.company.alias_domain_id = domains.create(
                {"name": "aliases.example"}
            )

    def _make_records(self):
        """Return a record of each kind of page, which all of them follow."""
        res_id = (
            self.env["customer.portal.form"]
            .with_user(self.user)
            .create_record("cases", {"name": "Broken"})
        )
        records = [
            self.env["project.task"].browse(res_id),
            self.env["customer.portal.faq"].create(
                {"question": "How?", "is_published": True}
            ),
            self.env["sale.order"].create({"partner_id": self.a1.id}),
            self.env["helpdesk.ticket"].create(
                {"name": "T", "description": "D", "partner_id": self.a1.id}
            ),
        ]
        for record in records:
            record.message_unsubscribe(record.message_partner_ids.ids)
            record.message_subscribe(self.followers.ids)
        return records

    def _sent(self, act):
        """Return the mails that leave, as the mail server gets them."""
        mails = self.env["mail.mail"].sudo()
        mails.search([("state", "=", "outgoing")]).unlink()
        with self.mock_smtplib_connection():
            act()
            self.env.flush_all()
            self.env.cr.precommit.run()
            mails.search([("state", "=", "outgoing")]).send()
        return self.emails

    def _assert_discreet(self, emails):
        """Check that mails name no address that their recipients may not know."""
        strangers = {p.email: p.commercial_partner_id for p in self.followers}
        for mail in emails:
            for recipient in mail["smtp_to_list"]:
                mine = strangers.get(recipient)
                if recipient == "agent@us.example":
                    continue
                raw = message_from_string(mail["message"], policy=policy.default)
                text = str(raw) + " ".join(map(str, raw.values())) + mail["smtp_from"]
                for address, organization in strangers.items():
                    if organization != mine and address != "agent@us.example":
                        self.assertNotIn(address, text, recipient)

    def _post(self, record, author):
        record.sudo().message_post(
            body="Hello",
            author_id=author.id,
            email_from=author.email_formatted,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_comments_of_support_tell_no_customer_of_another(self):
        for has_domain in (True, False):
            self._set_domain(has_domain)
            for record in self._make_records():
                emails = self._sent(
                    lambda r=record: self._post(r, self.agent.partner_id)
                )
                with self.subTest(record, has_domain=has_domain):
                    told = {one for mail in emails for one in mail["smtp_to_list"]}
                    self.assertLessEqual({"a@org1.example", "a@org2.example"}, told)
                    self._assert_discreet(emails)

    def test_comments_of_customers_come_from_us_to_other_organizations(self):
        for has_domain in (True, False):
            self._set_domain(has_domain)
            for record in self._make_records():
                emails = self._sent(lambda r=record: self._post(r, self.b1))
                with self.subTest(record, has_domain=has_domain):
                    self.assertTrue(emails)
                    self._assert_discreet(emails)
                    for mail in emails:
                        if "a@org2.example" in mail["smtp_to_list"]:
                            own = "aliases.example" if has_domain else "us.example"
                            self.assertIn(own, mail["msg_from"])

    def test_colleagues_still_answer_one_another(self):
        self._set_domain(False)
        case = self._make_records()[0]
        case.message_unsubscribe((self.a2 + self.mail_only).ids)
        emails = self._sent(lambda: self._post(case, self.agent.partner_id))
        to = [
            mail["msg_to"] for mail in emails if "a@org1" in str(mail["smtp_to_list"])
        ]
        self.assertEqual(
            set(email_normalize_all(to[0])), {"a@org1.example", "b@org1.example"}
        )
        emails = self._sent(lambda: self._post(case, self.b1))
        [mail] = [mail for mail in emails if mail["smtp_to_list"] == ["a@org1.example"]]
        self.assertIn("b@org1.example", mail["msg_from"])

    def test_an_answer_to_all_by_support_tells_nobody_either(self):
        case = self._make_records()[0]
        emails = self._sent(lambda: self._post(case, self.b1))
        [mail] = [
            mail for mail in emails if mail["smtp_to_list"] == ["agent@us.example"]
        ]
        self.assertEqual(email_normalize_all(mail["msg_to"]), ["agent@us.example"])
        self.assertIn("b@org1.example", mail["message"])

    def test_typing_an_address_does_not_tell_who_follows(self):
        partners = self.env["res.partner"].with_user(self.user).sudo()
        values = {"name": "Guess", "email": "solo@alone.example"}
        partners.create({**values, "parent_id": self.a1.parent_id.id})
        for has_domain in (True, False):
            self._set_domain(has_domain)
            record = self._make_records()[0]
            emails = self._sent(lambda r=record: self._post(r, self.agent.partner_id))
            with self.subTest(has_domain=has_domain):
                self.assertTrue(emails)
                self._assert_discreet(emails)

    def test_addresses_in_one_mail_are_kept_apart(self):
        case = self._make_records()[0]

        def post():
            case.message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                outgoing_email_to="a@org2.example, solo@alone.example, x@new.example",
            )

        emails = self._sent(post)
        for mail in emails:
            self.assertEqual(len(mail["smtp_to_list"]), 1)
        told = {one for mail in emails for one in mail["smtp_to_list"]}
        self.assertLessEqual({"solo@alone.example", "x@new.example"}, told)
        self._assert_discreet(emails)

    def test_a_mail_that_came_in_is_sent_on_without_its_sender(self):
        for has_domain in (True, False):
            self._set_domain(has_domain)
            case = self._make_records()[0]

            def post(case=case):
                case.message_post(
                    body="Hello",
                    author_id=False,
                    email_from="new@stranger.example",
                    message_type="email",
                    subtype_xmlid="mail.mt_comment",
                    incoming_email_cc="second@stranger.example",
                )

            for mail in self._sent(post):
                if "agent@us.example" not in mail["smtp_to_list"]:
                    self.assertNotIn("stranger.example", mail["message"])
                    self.assertNotIn("stranger.example", mail["smtp_from"])


class TestStrangersMail(CustomerPortalCommon):
    """A contact that a customer makes never makes somebody else's mail theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Cases"})
        cls.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "cases"
        ).write({"visible": True, "records_visibility": "subsidiaries"})
        cls.company = cls.env["res.partner"].create(
            {"name": "Spy Inc.", "is_company": True}
        )
        cls.emma = cls._make_portal_contact(
            parent_id=cls.company.id, portal_profile_id=cls.profile.id
        )
        cls.user = cls._user_of(cls.emma)
        domain = cls.env["mail.alias.domain"].create({"name": "aliases.example"})
        cls.env.company.alias_domain_id = domain
        cls.project = cls.env.ref("customer_portal.project_cases")
        cls.project.write({"alias_name": "cases", "alias_contact": "everyone"})
        cls.project.alias_id.alias_domain_id = domain

    def _type(self, email="victim@other.example", **values):
        """Let a customer make a contact, as Odoo's forms of addresses do."""
        partners = self.env["res.partner"].with_user(self.user).sudo()
        values = {"name": "Warehouse", "parent_id": self.company.id, **values}
        return partners.create({**values, "email": email}).with_env(self.env)

    def _receive(self, sender="Victim <victim@other.example>", number=1):
        case_id = self.env["mail.thread"].message_process(
            "project.task",
            f"From: {sender}\nTo: cases@aliases.example\nSubject: Secret {number}\n"
            f"Message-Id: <{number}@other.example>\n\nMy secret",
            custom_values={"project_id": self.project.id},
        )
        return self.env["project.task"].browse(case_id)

    def _assert_apart(self, case):
        self.assertNotEqual(case.partner_id.commercial_partner_id, self.company)
        self.assertFalse(case.message_ids.author_id & self.company.child_ids)
        self.assertFalse(case.message_partner_ids & self.company.child_ids)
        self.assertIsNone(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("cases", case.id)
        )

    def test_mail_of_a_stranger_is_not_the_organizations(self):
        self._type()
        case = self._receive()
        self._assert_apart(case)
        self.assertEqual(case.partner_id.email, "victim@other.example")
        self.assertFalse(case.partner_id.portal_email_unproven)
        again = self._receive(number=2)
        self.assertEqual(again.partner_id, case.partner_id)

    def test_nor_is_it_where_a_customer_changes_an_address(self):
        colleague = self._make_portal_contact(
            "c@example.com", parent_id=self.company.id
        )
        colleague.portal_user = False
        for partner in (colleague, self.company):
            own = partner.with_user(self.user).sudo()
            own.email = "victim@other.example"
            self.assertTrue(partner.portal_email_unproven)
            self._assert_apart(self._receive(number=partner.id))

    def test_nor_is_it_found_in_any_other_way(self):
        typed = self._type()
        partners, threads = self.env["res.partner"], self.env["mail.thread"]
        email = "victim@other.example"
        self.assertFalse(threads._mail_find_partner_from_emails([email])[0])
        self.assertFalse(
            threads._partner_find_from_emails_single([email], no_create=True)
        )
        self.assertFalse(threads._mail_find_user_for_gateway(email))
        found = partners.find_or_create(email)
        self.assertNotIn(found, typed + partners)
        self.assertEqual(partners.find_or_create(email), found)

    def test_a_stranger_in_copy_becomes_no_follower_of_the_organization(self):
        typed = self._type()
        case = self._receive("emma@example.com, victim@other.example")
        case.message_process(
            "project.task",
            "From: x@y.example\nTo: cases@aliases.example\nCc: victim@other.example\n"
            "Subject: S\nMessage-Id: <9@y.example>\n\nHello",
        )
        self.assertNotIn(typed, self.env["project.task"].search([]).message_partner_ids)

    def test_own_mail_of_a_customer_is_theirs_as_ever(self):
        case = self._receive("emma@example.com")
        self.assertEqual(case.partner_id, self.emma)
        self.assertTrue(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("cases", case.id)
        )

    def test_the_companys_own_people_vouch_for_an_address(self):
        typed = self._type()
        clerks = typed.with_user(self.clerk)
        clerks.email = "right@other.example"
        self.assertFalse(typed.portal_email_unproven)
        case = self._receive("right@other.example")
        self.assertEqual(case.partner_id, typed)
        typed.with_user(self.user).sudo().email = "wrong@other.example"
        with self.assertRaises(AccessError):
            clerks.action_confirm_portal_email()
        typed.with_user(self.agent).action_confirm_portal_email()
        self.assertFalse(typed.portal_email_unproven)

    def test_saving_what_stands_there_doubts_nothing(self):
        typed = self._type()
        typed.portal_email_unproven = False
        typed.with_user(self.user).sudo().write(
            {"email": "Victim@other.example", "city": "Paris"}
        )
        self.assertFalse(typed.portal_email_unproven)

    def test_customers_cannot_confirm_by_themselves(self):
        typed = self._type()
        with self.assertRaises(AccessError):
            typed.with_user(self.user).portal_email_unproven = False
        with self.assertRaises(AccessError):
            typed.with_user(self.user).action_confirm_portal_email()
