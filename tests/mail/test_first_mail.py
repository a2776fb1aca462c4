from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import email_normalize, html2plaintext

from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestFirstMail(CustomerPortalCommon):
    """The login details say what there is, and whom to ask."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Support"})
        cls.profile.permission_ids.visible = False

    def _show(self, *codes):
        for row in self.profile.permission_ids:
            if row.module_id.code in codes:
                row.visible = True

    def _make(self, **values):
        return self._make_portal_contact(portal_profile_id=self.profile.id, **values)

    def _read(self, partner):
        [mail] = self._mails_to(partner)
        return " ".join(html2plaintext(mail.body_html).split())

    def test_it_names_what_the_profile_shows_and_nothing_else(self):
        self._show("cases", "faqs")
        text = self._read(self._make())
        self.assertRegex(text, r"There you will find: \*?(Cases, FAQs|FAQs, Cases)\*?")
        for word in ("Documents", "Quotes", "follow what becomes of your requests"):
            self.assertNotIn(word, text)

    def test_a_profile_that_shows_nothing_promises_nothing(self):
        self.assertNotIn("There you will find", self._read(self._make()))

    @takes_long
    def test_it_names_them_without_the_menu_of_the_home_page(self):
        self._show("faqs")
        self.profile.widget_ids.filtered(lambda row: row.kind == "menu").visible = False
        self.assertIn("FAQs", self._read(self._make()))

    def test_it_names_them_in_the_customers_language(self):
        self._show("faqs")
        self.env["res.lang"]._activate_lang("nl_NL")
        module = self.env["customer.portal.module"].search([("code", "=", "faqs")])
        module.with_context(lang="nl_NL").name = "Veelgestelde vragen"
        self.env.registry.clear_all_caches()
        self.assertIn("Veelgestelde vragen", self._read(self._make(lang="nl_NL")))

    def test_it_names_the_representative_else_the_company(self):
        boss = new_test_user(
            self.env, login="boss", name="Anita Oliver", email="anita@example.com"
        )
        boss.phone = "+1 555 0100"
        text = self._read(self._make(user_id=boss.id))
        self.assertIn("contact Anita Oliver: +1 555 0100, anita@example.com", text)
        self.env.company.write({"email": "office@company.example.com", "phone": False})
        text = self._read(self._make(email="noah@example.com"))
        contact = f"contact {self.env.company.name}: office@company.example.com"
        self.assertIn(contact, text)

    @takes_long
    def test_it_comes_from_the_company_whatever_address_it_has(self):
        company = self.env["res.company"].create({"name": "Way, Ltd.", "email": False})
        self.agent.write({"company_ids": [Command.link(company.id)]})
        for email in ("office@company.example.com", False):
            with self.subTest(email=email):
                company.email = email
                name = f"emma{bool(email)}@example.com"
                partner = self._make(email=name, company_id=company.id)
                [mail] = self._mails_to(partner)
                self.assertIn("Way, Ltd.", mail.email_from)
                self.assertNotIn("OdooBot", mail.email_from)
                self.assertNotEqual(email_normalize(mail.email_from), name)
                self.assertEqual(mail.reply_to, mail.email_from)

    def test_it_names_a_first_day_only_if_that_is_still_to_come(self):
        self.assertNotIn("You can log in from", self._read(self._make()))
        later = self._make(
            email="noah@example.com",
            support_start_date=self.tomorrow,
            support_end_date=False,
        )
        self.assertIn("You can log in from", self._read(later))

    @takes_long
    def test_its_button_has_the_colors_of_the_companys_emails(self):
        self.env.company.email_secondary_color = "#123456"
        [mail] = self._mails_to(self._make())
        self.assertIn("background-color: #123456", mail.body_html)
