from odoo.tests import tagged

from ..common import PASSWORD, CustomerPortalHttpCommon


@tagged("post_install", "-at_install")
class TestMyAccount(CustomerPortalHttpCommon):
    """Customers who edit their own contact in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_portal_contact(
            name="Emma", city="Rome", street="1 Main Street", zip="00100", phone="1"
        )
        cls.partner.country_id = cls.env.ref("base.be")

    def _submit(self, **values):
        form = {
            "partner_id": self.partner.id,
            "name": self.partner.name,
            "email": self.partner.email,
            "phone": self.partner.phone,
            "street": self.partner.street,
            "city": self.partner.city,
            "zip": self.partner.zip,
            "country_id": self.partner.country_id.id,
            "csrf_token": self._csrf_token(),
        }
        return self.url_open("/my/address/submit", {**form, **values}).json()

    def test_an_address_without_a_new_mail_changes_nothing_else(self):
        self.authenticate("emma@example.com", PASSWORD)
        with self._no_mail():
            self.assertIn("redirectUrl", self._submit(city="Milan"))
        self.assertEqual(self.partner.city, "Milan")
        self.assertIn("/my", self.url_open("/my").url)

    def test_a_new_mail_is_a_new_login_that_must_be_proved(self):
        """By the link that was sent there; until then all else is saved."""
        self.authenticate("emma@example.com", PASSWORD)
        answer = self._submit(email="new@example.com", city="Milan")
        self.assertIn("redirectUrl", answer)
        for path in ("/my", "/my/profile"):
            self.assertIn("new@example.com", self.url_open(path).text)
        self.assertRecordValues(
            self.partner, [{"email": "emma@example.com", "city": "Milan"}]
        )
        user = self._user_of(self.partner)
        self.assertEqual(user.login, "emma@example.com")
        self.assertEqual(user.sudo().portal_new_email, "new@example.com")

    def test_a_mail_that_is_the_login_of_another_is_refused_in_words(self):
        self._make_portal_contact("secret@example.com", name="Secret")
        self.authenticate("emma@example.com", PASSWORD)
        answer = self._submit(email="secret@example.com")
        self.assertEqual(answer["messages"], ["This email address can't be used."])
        self.assertEqual(answer["invalid_fields"], ["email"])
        self.assertEqual(self.partner.email, "emma@example.com")
