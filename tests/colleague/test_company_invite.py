from lxml import html

from odoo.tests import tagged

from ...utils_people import MOST_PEOPLE, TEXT_LENGTH
from ..common import takes_long
from .test_company import URL, CompanyCommon

SEVERAL = "/invite/several"


@tagged("post_install", "-at_install")
class TestCompanyInvite(CompanyCommon):
    """Colleagues are invited in My Company."""

    def setUp(self):
        super().setUp()
        self.worker = self.profiles["worker"].id

    def _find(self, email):
        return self.env["res.partner"].search([("email_normalized", "=", email)])

    # === ONE === #

    def _invite_by_form(self, **values):
        given = {"name": "Nina", "email": "nina@example.com", "profile_id": self.worker}
        return self._post("/invite", **{**given, **values})

    def test_a_colleague_is_invited_by_a_form(self):
        page = self._page("/invite")
        names = page.xpath("//form[@action='/my/company/invite']//*[@name]/@name")
        self.assertEqual(names, ["csrf_token", "name", "email", "profile_id"])
        self.assertIn("Nina: Invited.", self._follow(self._invite_by_form()))
        nina = self._find("nina@example.com")
        self.assertEqual(nina.parent_id, self.azure)
        self.assertEqual(nina.portal_profile_id, self.profiles["worker"])
        self.assertTrue(nina.portal_user)
        self.assertEqual(len(self._mails_to(nina)), 1)

    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(self):
        for values, text in (
            ({"name": ""}, "Please enter a name."),
            ({"email": " "}, "Please enter an email address."),
            ({"profile_id": ""}, "Please choose a profile."),
            ({"email": "nina"}, "valid email address"),
            ({"email": "ni na@example.com"}, "valid email address"),
            ({"email": "ben@example.com"}, "ben already has access."),
            ({"email": "rob@example.com"}, "This email address can't be used."),
            ({"profile_id": self.profiles["more"].id}, "can't give this profile"),
            ({"organization_id": "x"}, "doesn't exist"),
            ({"organization_id": self.deco.id}, "doesn't exist"),
            ({"organization_id": self.branch.id}, "doesn't exist"),
            ({"name": "x" * 5000}, "valid name"),
        ):
            with self.subTest(values):
                response = self._invite_by_form(**values)
                self.assertIn(text, self._refusal(response))
                page = html.fromstring(response.text)
                kept = {"name": "Nina", "email": "nina@example.com", **values}
                for name in ("name", "email"):
                    (value,) = page.xpath(f"//input[@name='{name}']/@value") or [""]
                    self.assertEqual(value, kept[name].strip()[:255])
        self.assertFalse(self._find("nina@example.com"))

    def test_seats_that_are_taken_are_said(self):
        self.azure.portal_seats = 2
        self.assertIn("All 2 seats", self._refusal(self._invite_by_form()))
        self.assertFalse(self._find("nina@example.com"))

    # === SEVERAL === #

    def _check(self, people, path=SEVERAL, files=None, **values):
        values = {"profile_id": self.worker, "people": people, **values}
        return self._post(path, files=files, **values)

    def _send(self, people, **values):
        """Check a list, and send what was shown."""
        page = html.fromstring(self._check(people, **values).text)
        (checked,) = page.xpath("//input[@name='checked']/@value")
        (shown,) = page.xpath("//textarea/text()")
        return self._check(shown, f"{SEVERAL}/send", checked=checked, **values)

    def _lines(self, response):
        """Return what the answer says by line: the name and the result."""
        self.assertEqual(response.status_code, 200)
        rows = html.fromstring(response.text).xpath("//tbody/tr")
        lines = [[self._text(cell) for cell in row] for row in rows]
        return {int(line[0]): (line[1], line[-1]) for line in lines}

    def _left(self, response):
        return "".join(html.fromstring(response.text).xpath("//textarea/text()"))

    def test_a_list_is_shown_before_anything_is_sent(self):
        text = "Nina <nina@example.com>\nnobody\n\nben@example.com"
        self._page()
        with self._no_mail(), self._no_touchpoint():
            response = self._check(text)
        lines = self._lines(response)
        self.assertEqual(lines[1], ("Nina", "Ready"))
        self.assertIn("no email address", lines[2][1])
        self.assertEqual(lines[4], ("ben@example.com", "Ready"))
        self.assertIn("Send 2 invitations", response.text)
        self.assertEqual(self._left(response), text)
        self.assertFalse(self._find("nina@example.com"))

    def test_each_line_is_answered_and_what_was_refused_stays_in_the_form(self):
        text = "Nina <nina@example.com>\nnobody\nBen <ben@example.com>\nrob@example.com"
        response = self._send(text)
        lines = self._lines(response)
        self.assertEqual(lines[1], ("Nina", "Invited."))
        self.assertIn("no email address", lines[2][1])
        self.assertIn("already has access", lines[3][1])
        self.assertIn("can't be used", lines[4][1])
        left = "nobody\nBen <ben@example.com>\nrob@example.com"
        self.assertEqual(self._left(response), left)
        self.assertEqual(len(self._mails_to(self._find("nina@example.com"))), 1)

    def test_sending_twice_invites_once(self):
        text = "Nina <nina@example.com>"
        self._send(text)
        lines = self._lines(self._send(text))
        self.assertIn("already has access", lines[1][1])
        self.assertEqual(len(self._find("nina@example.com")), 1)
        self.assertEqual(len(self._mails_to(self._find("nina@example.com"))), 1)

    def test_only_what_was_shown_is_sent(self):
        page = html.fromstring(self._check("nina@example.com").text)
        (checked,) = page.xpath("//input[@name='checked']/@value")
        for people, values in (
            ("other@example.com", {"checked": checked}),
            ("nina@example.com", {"checked": checked, "profile_id": "7"}),
            ("nina@example.com", {"checked": ""}),
        ):
            with self.subTest(people, **values), self._no_mail():
                response = self._check(people, f"{SEVERAL}/send", **values)
                self.assertIn("Please Check", response.text)
        self.assertFalse(self._find("nina@example.com"))

    @takes_long
    def test_a_table_names_the_profile_of_each(self):
        text = (
            "name;email;profile\nNina;nina@example.com;LEADER\nOle;ole@example.com;More"
        )
        response = self._send(text)
        lines = self._lines(response)
        self.assertEqual(lines[2], ("Nina", "Invited."))
        self.assertIn("can't give this profile", lines[3][1])
        nina = self._find("nina@example.com")
        self.assertEqual(nina.portal_profile_id, self.profiles["leader"])
        left = "name;email;profile\nOle;ole@example.com;More"
        self.assertEqual(self._left(response), left)

    @takes_long
    def test_a_table_names_the_organization_of_each(self):
        self.profiles["leader"].manage_scope = "subsidiaries"
        rights = self.profiles["leader"].permission_ids
        rights.filtered("visible").records_visibility = "subsidiaries"
        text = "email,organization\nnina@example.com,branch\nole@example.com,Deco"
        lines = self._lines(self._send(text, organization_id=self.azure.id))
        self.assertEqual(lines[2][1], "Invited.")
        self.assertIn("organization is unknown", lines[3][1])
        self.assertEqual(self._find("nina@example.com").parent_id, self.branch)

    @takes_long
    def test_a_file_is_read_like_what_is_pasted(self):
        for content in (
            "\ufeffname,email\nÉmilie,emilie@example.com".encode(),
            "name,email\nÉmilie,emilie@example.com".encode("cp1252"),
        ):
            files = {"file": ("people.csv", content)}
            lines = self._lines(self._check("", files=files))
            self.assertEqual(lines, {2: ("Émilie", "Ready")})
        for content in (b"", b"\xff\xfe\x00" * 9, b"x" * (5 * TEXT_LENGTH)):
            response = self._check("", files={"file": ("people.csv", content)})
            self.assertIn(response.status_code, (200, 422))

    @takes_long
    def test_too_many_and_too_long_lists_are_refused_whole_and_kept(self):
        many = "".join(f"n{number}@example.com\n" for number in range(MOST_PEOPLE + 1))
        for text in (many, "x" * TEXT_LENGTH * 2):
            for path in (SEVERAL, f"{SEVERAL}/send"):
                response = self._check(text, path)
                self.assertIn("This list is too long", self._refusal(response))
        self.assertEqual(self._left(self._check(many)), many.strip())
        self.assertIn("at least one person", self._refusal(self._check(" \n,;\n")))

    def test_hostile_lines_stay_text(self):
        text = (
            "<script>alert(1)</script> <nina@example.com>\n\u202eevil <o@example.com>"
        )
        response = self._check(text)
        self.assertNotIn("<script>alert", response.text)
        self.assertEqual(self._lines(response)[2], ("evil", "Ready"))

    @takes_long
    def test_the_last_seat_is_given_once(self):
        self.azure.portal_seats = 3
        lines = self._lines(self._send("nina@example.com\nole@example.com"))
        self.assertEqual(lines[1][1], "Invited.")
        self.assertIn("All 3 seats", lines[2][1])

    def test_invitations_that_need_approval_are_asked_for(self):
        self.azure.portal_approval = True
        lines = self._lines(
            self._send("Nina <nina@example.com>\nOle <ole@example.com>")
        )
        for number in (1, 2):
            self.assertIn("We will check this", lines[number][1])
        self.assertFalse(self._find("nina@example.com"))
        text = self._text(self._page())
        self.assertIn("Invite Nina <nina@example.com> as “Worker”", text)

    def test_who_can_change_nothing_just_now_sees_no_way_to(self):
        self._expire(self.emma)
        self.assertIn(self.url_open(f"{URL}/invite").status_code, (200, 404))
        self.assertFalse(self._service()._may_change())
