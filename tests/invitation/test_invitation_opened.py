from odoo.tests import tagged

from ..common import PASSWORD, CustomerPortalHttpCommon
from ..invitation_common import InvitationCommon

URL = "/my/invitation/opened"


@tagged("post_install", "-at_install")
class TestInvitationOpened(InvitationCommon, CustomerPortalHttpCommon):
    """The page of a link says by itself that a person works on it."""

    def setUp(self):
        super().setUp()
        self.contact.portal_user = True
        self._send_mails(self.contact)
        self.invitation = self.contact.portal_invitation_ids
        self.token = self.contact.sudo()._generate_signup_token()
        self.env.flush_all()

    def _tell(self, token, **values):
        self.authenticate(None, None)
        data = {"token": token, "csrf_token": self._csrf_token(), **values}
        return self.url_open(URL, data)

    def test_opening_the_link_changes_nothing(self):
        for _time in range(2):
            page = self.url_open(f"/web/signup?token={self.token}")
            self.assertIn("o_cp_invitation", page.text)
        self.assertEqual(self.invitation.state, "sent")
        self.assertFalse(self.invitation.opened_date)

    def test_a_person_who_works_on_the_page_has_opened_it(self):
        response = self._tell(self.token)
        self.assertEqual(response.status_code, 204)
        self.assertEqual(self.invitation.state, "opened")
        opened = self.invitation.opened_date
        self._tell(self.token)
        self.assertEqual(self.invitation.opened_date, opened)
        self.assertTrue(
            self.env["res.partner"]._get_partner_from_token(self.token),
            "nothing is accepted by that",
        )

    def test_any_other_token_gets_the_same_answer_and_does_nothing(self):
        other = self._make_portal_contact("other@example.com")
        other.sudo().signup_prepare("reset")
        reset = other.sudo()._generate_signup_token()
        self.env.flush_all()
        for token in ("", "x", "ä", self.token[:-2], "A" * 5000, "\0", reset):
            response = self._tell(token)
            self.assertEqual((response.status_code, response.text), (204, ""))
        self.assertEqual(self.invitation.state, "sent")
        self.assertNotEqual(other.portal_invitation_state, "opened")

    def test_it_takes_a_form_of_our_own_only(self):
        self.assertEqual(self._tell(self.token, csrf_token="x").status_code, 400)
        look = self.url_open(f"{URL}?token={self.token}", allow_redirects=False)
        self.assertNotEqual(look.status_code, 204)
        self.assertEqual(self.invitation.state, "sent")

    def test_after_the_password_it_stays_accepted(self):
        self.authenticate(None, None)
        self.url_open(
            "/web/signup",
            {
                "token": self.token,
                "login": "jennifer@example.com",
                "name": "Jennifer",
                "password": PASSWORD,
                "confirm_password": PASSWORD,
                "csrf_token": self._csrf_token(),
            },
        )
        self.env.invalidate_all()
        self.assertEqual(self.invitation.state, "accepted")
        self._tell(self.token)
        self.assertEqual(self.invitation.state, "accepted")
