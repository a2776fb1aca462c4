import base64
import io

from lxml import html
from PIL import Image

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import JsonRpcException, tagged, warmup
from odoo.tools import mute_logger

from ..account_common import AccountCommon
from ..common import PASSWORD, takes_long

URL = "/my/profile"
# Beside those of Odoo's own page of passwords and devices.
QUERY_BUDGET = 13


def make_picture(kind="PNG", size=(300, 200)):
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, kind)
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestMyProfile(AccountCommon):
    """The page of the customer's own details, password and devices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.france = cls.env.ref("base.fr")
        cls.state = cls.env["res.country.state"].create(
            {"name": "Namur", "code": "XNA", "country_id": cls.belgium.id}
        )
        cls.foreign_state = cls.env["res.country.state"].create(
            {"name": "Alsace", "code": "XAL", "country_id": cls.france.id}
        )
        cls.user = cls._user_of(cls.partner)

    # === HELPERS === #

    def _publish(self, code, name, **values):
        module = self._rows(code).module_id
        field = self.env["customer.portal.module.field"].create(
            {"module_id": module.id, "name": name, "in_edit": True, **values}
        )
        line = self._rows(code).field_ids.filtered(lambda row: row.field_id == field)
        line.access = "write"

    def _publish_before(self, code, name):
        """Publish what is refused today, as earlier versions let administrators do."""
        fields = self.env["customer.portal.module.field"]
        module = self._rows(code).module_id
        field = fields.create({"module_id": module.id, "name": name})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_portal_module_field SET in_edit = TRUE WHERE id = %s",
            [field.id],
        )
        self.env.invalidate_all()
        lines = self._rows(code).field_ids
        lines.filtered(lambda row: row.field_id == field).access = "write"

    def _page(self, query=""):
        response = self.url_open(f"{URL}{query}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _shown(self, code):
        """Return the fields of a card, in their order."""
        return self._page().xpath(
            f"//*[@id='o_cp_profile_{code}']//*[@data-name]/@data-name"
        )

    def _editable(self, code):
        page = self.url_open(f"{URL}?edit={code}")
        if page.status_code == 404:
            return set()
        form = html.fromstring(page.text).xpath(f"//form[@action='{URL}/{code}']")[0]
        names = form.xpath(".//input/@name | .//select/@name | .//textarea/@name")
        return set(names) - {"csrf_token"}

    def _post(self, part, files=None, **values):
        values["csrf_token"] = self._csrf_token()
        return self.url_open(f"{URL}/{part}", values, files=files)

    def _run_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    # === WHAT IS SHOWN === #

    def test_personal_and_company_details_stand_in_the_order_of_the_module(self):
        self.authenticate("emma@example.com", PASSWORD)
        self.assertEqual(
            self._shown("contacts"),
            [
                *("name", "email", "phone", "function", "street", "street2", "city"),
                *("zip", "state_id", "country_id"),
            ],
        )
        self.assertEqual(self._shown("organization")[:3], ["name", "email", "phone"])
        module = self._rows("organization").module_id
        module.field_ids.filtered(lambda one: one.name == "vat").sequence = -1
        self.assertEqual(self._shown("organization")[:2], ["vat", "name"])

    @takes_long
    def test_who_has_no_organization_has_one_card(self):
        self.authenticate("single@example.com", PASSWORD)
        self.assertIn("company_name", self._shown("contacts"))
        self.assertEqual(self._shown("organization"), [])
        self.assertEqual(self._post("organization", name="X").status_code, 404)

    def test_hidden_fields_are_nowhere_in_the_page(self):
        self.partner.function = "Secret function"
        self.organization.phone = "+32 999 999"
        self._allow("contacts", function="hidden")
        self._allow("organization", phone="hidden")
        self.authenticate("emma@example.com", PASSWORD)
        for query in ("", "?edit=contacts", "?edit=organization"):
            text = self.url_open(URL + query).text
            self.assertNotIn("Secret function", text)
            self.assertNotIn("+32 999 999", text)

    def test_hidden_details_leave_the_password_reachable(self):
        for code in ("contacts", "organization"):
            self._rows(code).visible = False
        self.authenticate("emma@example.com", PASSWORD)
        page = self._page()
        self.assertTrue(
            page.xpath("//form[contains(@class, 'oe_reset_password_form')]")
        )
        self.assertFalse(page.xpath("//*[@id='o_cp_profile_contacts']"))
        for code in ("contacts", "organization"):
            self.assertEqual(self._post(code, name="Forged").status_code, 404)
        self.assertEqual(self.partner.name, "Emma")

    def test_support_period_and_logins_are_told(self):
        self.partner.support_start_date = "2026-01-31"
        self.partner.support_end_date = self.tomorrow.replace(year=2099, month=7, day=5)
        self._log_in("emma@example.com")
        text = self._page().text_content()
        self.assertIn("01/31/2026", text)
        self.assertIn("07/05/2099", text)
        self.assertIn("Last login", text)
        self.assertNotIn("previous login", text)
        self._log_in("emma@example.com")
        self.assertIn("previous login", self._page().text_content())

    def test_home_leads_there(self):
        self.authenticate("emma@example.com", PASSWORD)
        page = html.fromstring(self.url_open("/my").text)
        self.assertTrue(page.xpath(f"//div[@id='wrap']//a[@href='{URL}']"))

    def test_employees_have_no_such_page(self):
        self.agent.password = PASSWORD
        self.authenticate("agent", PASSWORD)
        self.assertEqual(self.url_open(URL).status_code, 404)
        self.assertNotIn(f'href="{URL}"', self.url_open("/my").text)

    def test_strangers_log_in_first(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(URL).url)

    def test_pages_about_passwords_stand_in_no_frame(self):
        self.authenticate("emma@example.com", PASSWORD)
        headers = self.url_open(URL).headers
        self.assertEqual(headers["X-Frame-Options"], "SAMEORIGIN")

    # === WHAT MAY BE EDITED === #

    @takes_long
    def test_the_profile_of_odoo_lets_write_what_odoo_lets_write(self):
        self.partner.portal_profile_id = self._make_stock_profile()
        self.authenticate("emma@example.com", PASSWORD)
        address = {"street", "street2", "city", "zip", "state_id", "country_id"}
        self.assertEqual(
            self._editable("contacts"), {"name", "email", "phone"} | address
        )
        self.assertEqual(self._editable("organization"), {"name"} | address)

    def test_a_reader_edits_nothing(self):
        for code in ("contacts", "organization"):
            self._rows(code).can_edit = False
        self.authenticate("emma@example.com", PASSWORD)
        self.assertFalse(self._page().xpath("//a[contains(@href, 'edit=contacts')]"))
        for code in ("contacts", "organization"):
            self.assertEqual(self._editable(code), set())
            self.assertEqual(self._post(code, name="Forged").status_code, 404)
        self.assertEqual(self.partner.name, "Emma")

    def test_fields_that_are_only_read_are_not_in_the_form(self):
        self._allow("contacts", phone="read", email="read")
        self.authenticate("emma@example.com", PASSWORD)
        self.assertFalse({"phone", "email"} & self._editable("contacts"))
        self._post("contacts", name="Emma B", phone="666", email="x@example.com")
        self.assertRecordValues(
            self.partner,
            [{"name": "Emma B", "phone": "+32 2 111", "email": "emma@example.com"}],
        )

    def test_an_administrator_may_let_write_more_than_odoo(self):
        self._allow("contacts", function="write")
        self._publish("contacts", "website")
        self.authenticate("emma@example.com", PASSWORD)
        response = self._post("contacts", function="Chef", website="https://x.example")
        self.assertIn("Your changes have been saved.", response.text)
        self.assertEqual(self.partner.function, "Chef")
        self.assertEqual(self.partner.website, "https://x.example")

    def test_no_administrator_lets_write_what_decides_the_access(self):
        for name in ("parent_id", "active", "is_company", "type"):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._publish("contacts", name)
            self._publish_before("contacts", name)
        self.authenticate("emma@example.com", PASSWORD)
        self.assertFalse(
            {"parent_id", "active", "is_company"} & self._editable("contacts")
        )
        self._post("contacts", parent_id=str(self.single.id), active="", type="other")
        self.assertRecordValues(
            self.partner,
            [{"parent_id": self.organization.id, "active": True, "type": "contact"}],
        )

    def test_the_organization_is_edited_as_its_module_says(self):
        self._allow("organization", phone="write", vat="read")
        self.authenticate("emma@example.com", PASSWORD)
        self.assertIn("phone", self._editable("organization"))
        self._post("organization", phone="77", name="Baker & Sons", vat="BE1")
        self.assertRecordValues(
            self.organization,
            [{"phone": "77", "name": "Baker & Sons", "vat": "BE0477472701"}],
        )

    def test_the_address_of_both_is_one_as_in_odoo(self):
        self.authenticate("emma@example.com", PASSWORD)
        self._post("contacts", street="2 New Street")
        self.assertEqual(self.organization.street, "2 New Street")
        self._post("organization", street="3 New Street")
        self.assertEqual(self.partner.street, "3 New Street")

    # === WHAT IS KEPT ON THE CONTACT === #

    def test_agents_see_who_changed_what(self):
        self._allow("contacts", function="write")
        self._allow("organization", phone="write")
        self.authenticate("emma@example.com", PASSWORD)
        self._post("contacts", name="Emma B", function="Chef", city="Milan")
        self._post("preferences", tz="Europe/Rome")
        self._post("organization", phone="77")
        self._run_tracking()
        self.assertEqual(
            self._tracked(self.partner),
            {
                ("name", "Emma", "Emma B"),
                ("function", "Baker", "Chef"),
                ("tz", "", "Europe/Rome"),
            },
        )
        self.assertIn(("phone", "+32 2 111", "77"), self._tracked(self.organization))

    def test_the_time_zone_of_the_browser_is_no_change_of_the_customer(self):
        self.partner.tz = False
        self.authenticate(None, None)
        self.opener.cookies.set("tz", "Europe/Rome")
        self.url_open(
            "/web/login",
            {
                "login": "emma@example.com",
                "password": PASSWORD,
                "csrf_token": self._csrf_token(),
            },
        )
        self.env.invalidate_all()
        self._run_tracking()
        self.assertEqual(self.partner.tz, "Europe/Rome")
        self.assertFalse(self.partner.message_ids.filtered("tracking_value_ids"))

    @takes_long
    def test_a_phone_changes_without_an_address(self):
        self.partner.parent_id = False
        self.partner.write({"street": False, "city": False, "country_id": False})
        self._allow("contacts", phone="write", street="write", city="write")
        self.authenticate("emma@example.com", PASSWORD)
        form = self._page("?edit=contacts")
        required = set(form.xpath("//form//*[@required]/@name"))
        self.assertFalse(required & {"street", "city", "country_id"})
        self._post("contacts", name="Emma C", phone="+39 06 123")
        self.assertRecordValues(
            self.partner, [{"name": "Emma C", "phone": "+39 06 123", "street": False}]
        )
        self._assert_refused("contacts", "city", street="1 Half Street")
        self.assertFalse(self.partner.street)

    def _tracked(self, record):
        messages = record.message_ids.filtered("tracking_value_ids")
        self.assertEqual(messages.author_id, self.partner)
        return {
            (value.field_id.name, value.old_value_char or "", value.new_value_char)
            for value in messages.tracking_value_ids
            if value.field_id.name not in ("contact_address_inline", "email")
        }

    # === BAD INPUT === #

    def _assert_refused(self, part, name, /, **values):
        """Assert that a message stands at a field, and that nothing typed is lost."""
        response = self._post(part, **values)
        self.assertEqual(response.status_code, 422, response.text[:300])
        page = html.fromstring(response.text)
        [error] = page.xpath(f"//*[@id='o_cp_{name}_error']")
        self.assertTrue(error.text_content().strip())
        return page

    def test_forged_fields_change_nothing(self):
        before = self.partner.read(["parent_id", "portal_user", "support_end_date"])
        self.authenticate("emma@example.com", PASSWORD)
        self._post(
            "contacts",
            parent_id=self.single.id,
            portal_user="",
            support_end_date="2099-01-01",
            portal_profile_id="1",
            user_ids="1",
            nonsense="1",
            vat="BE0428759497",
        )
        after = self.partner.read(["parent_id", "portal_user", "support_end_date"])
        self.assertEqual(after, before)
        self.assertEqual(self.organization.vat, "BE0477472701")
        account = self.env["customer.portal.account"]
        for values in ({"parent_id": 1}, {"vat": "x"}, {"nonsense": 1}):
            self.assertTrue(
                account.with_user(self.user)._save("contacts", values).get("")
            )

    def test_text_where_a_number_or_a_choice_goes_is_refused(self):
        self._publish("contacts", "color")
        self.authenticate("emma@example.com", PASSWORD)
        self._assert_refused("contacts", "color", color="blue")
        self._assert_refused("contacts", "color", color="9" * 30)
        for bad in ("x", "-1", "0", "9" * 25, "99999999", "1.5"):
            with self.subTest(bad):
                self._assert_refused("contacts", "country_id", country_id=bad)
                self._assert_refused("contacts", "state_id", state_id=bad)
        self._assert_refused("contacts", "name", name="Nul\0l")
        self.assertEqual(self.partner.country_id, self.belgium)

    @takes_long
    def test_the_state_of_another_country_is_refused(self):
        self.authenticate("emma@example.com", PASSWORD)
        self._assert_refused("contacts", "state_id", state_id=self.foreign_state.id)
        page = self._assert_refused(
            "contacts", "state_id", country_id=self.france.id, state_id=self.state.id
        )
        offered = page.xpath("//select[@name='state_id']/option/text()")
        self.assertIn("Alsace", " ".join(offered))
        self._post("contacts", state_id=self.state.id)
        self.assertEqual(self.partner.state_id, self.state)
        self._post("contacts", country_id=self.france.id)
        self.assertRecordValues(
            self.partner, [{"country_id": self.france.id, "state_id": False}]
        )

    def test_what_odoo_requires_is_marked_and_required(self):
        self.authenticate("emma@example.com", PASSWORD)
        form = self._page("?edit=contacts")
        required = set(form.xpath("//form//*[@required]/@name"))
        self.assertLessEqual({"name", "email", "phone", "street"}, required)
        self.assertNotIn("street2", required)
        page = self._assert_refused("contacts", "name", name=" ", street2="Kept Street")
        self.assertEqual(page.xpath("//*[@name='street2']/@value"), ["Kept Street"])
        self.assertFalse(self.partner.street2)

    def test_a_bad_or_used_address_is_refused_at_the_field(self):
        self.authenticate("emma@example.com", PASSWORD)
        for bad in (
            *("nonsense", "a@b.c, d@e.f", "single@example.com"),
            *("x@example.com\nBcc: y@example.com", "x@example.com\r\nSubject: z"),
        ):
            with self.subTest(bad), self._no_mail():
                self._assert_refused("contacts", "email", email=bad, phone="77")
        self.assertRecordValues(
            self.partner, [{"email": "emma@example.com", "phone": "+32 2 111"}]
        )

    def test_a_new_address_waits_and_the_page_says_so(self):
        self.authenticate("emma@example.com", PASSWORD)
        response = self._post("contacts", email="new@example.com", phone="77")
        page = html.fromstring(response.text)
        self.assertIn("We sent a link to new@example.com", page.text_content())
        self.assertRecordValues(
            self.partner, [{"email": "emma@example.com", "phone": "77"}]
        )

    def test_markup_is_shown_as_it_was_typed(self):
        self.authenticate("emma@example.com", PASSWORD)
        response = self._post("contacts", name="<script>alert(1)</script>")
        self.assertIn("Your changes have been saved.", response.text)
        self.assertNotIn("<script>alert(1)", response.text)

    def test_a_form_without_its_token_changes_nothing(self):
        self.authenticate("emma@example.com", PASSWORD)
        with mute_logger("odoo.http"):
            response = self.url_open(f"{URL}/contacts", {"name": "Forged"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.partner.name, "Emma")

    def test_nothing_is_changed_by_following_a_link(self):
        self.authenticate("emma@example.com", PASSWORD)
        for part in ("contacts", "preferences", "picture", "password", "email/cancel"):
            response = self.url_open(
                f"{URL}/{part}?name=Forged&tz=Europe/Rome&remove=1"
            )
            self.assertEqual(response.status_code, 200, part)
        self.assertEqual(
            self.url_open(f"{URL}?edit=nonsense&saved=%00").status_code, 200
        )
        self.assertRecordValues(self.partner, [{"name": "Emma", "tz": False}])

    # === LANGUAGE, TIME ZONE, PICTURE, PASSWORD === #

    @takes_long
    def test_language_and_time_zone_are_chosen_of_those_there_are(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.authenticate("emma@example.com", PASSWORD)
        self._post("preferences", lang="fr_FR", tz="Europe/Rome")
        self.assertRecordValues(self.partner, [{"lang": "fr_FR", "tz": "Europe/Rome"}])
        self._post("preferences", lang="xx_XX", tz="Mars/Base", name="Forged")
        self._post("preferences")
        self.assertRecordValues(
            self.partner, [{"lang": "fr_FR", "tz": "Europe/Rome", "name": "Emma"}]
        )

    def _send_picture(self, raw, name="me.png"):
        return self._post("picture", files={"picture": (name, raw)})

    def test_a_picture_is_set_and_removed(self):
        self.authenticate("emma@example.com", PASSWORD)
        for kind in ("PNG", "JPEG", "GIF"):
            response = self._send_picture(make_picture(kind))
            self.assertIn("Your changes have been saved.", response.text)
            stored = base64.b64decode(self.partner.image_1920)
            self.assertEqual(Image.open(io.BytesIO(stored)).size, (300, 200))
        self.assertEqual(self.partner.message_ids[0].author_id, self.partner)
        self._post("picture", remove="1")
        self.assertFalse(self.partner.image_1920)

    @takes_long
    def test_what_is_no_picture_or_too_large_is_refused(self):
        self._set_param("customer_portal.upload_max_mb", "1")
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        huge = make_picture(size=(9000, 9000))
        self.authenticate("emma@example.com", PASSWORD)
        for raw, name in (
            (svg, "me.svg"),
            (svg, "me.png"),
            (b'<?xml version="1.0"?>' + svg, "me.jpg"),
            (b"<html>", "me.png"),
            (b"", "me.png"),
            (make_picture()[:8] + b"nonsense", "me.png"),
            (make_picture() + b"x" * 2**20, "me.png"),
            (huge, "me.png"),
        ):
            with self.subTest(name, size=len(raw)):
                response = self._send_picture(raw, name)
                self.assertEqual(response.status_code, 422)
                self.assertFalse(self.partner.image_1920)
        self.assertEqual(self._post("picture").status_code, 422)

    @mute_logger("odoo.http")
    def test_a_reader_keeps_their_picture(self):
        self._rows("contacts").can_edit = False
        self.authenticate("emma@example.com", PASSWORD)
        self.assertEqual(self._send_picture(make_picture()).status_code, 404)
        self.assertNotIn("edit=picture", self.url_open(URL).text)
        params = {
            "model": "res.users",
            "method": "write",
            "args": [self.user.ids, {"image_1920": base64.b64encode(b"x").decode()}],
            "kwargs": {},
        }
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/web/dataset/call_kw", params)
        with self.assertRaises(AccessError):
            self.env["customer.portal.account"].with_user(self.user)._set_picture()

    def test_the_password_is_changed_here(self):
        self.authenticate("emma@example.com", PASSWORD)
        new = "another horse battery"
        response = self._post("password", old="wrong", new1=new, new2=new)
        self.assertEqual(response.status_code, 422)
        self.assertIn("The old password you provided is incorrect", response.text)
        self.assertEqual(self._post("password").status_code, 422)
        response = self._post("password", old=PASSWORD, new1=new, new2=new)
        self.assertIn("Password Updated!", response.text)
        self.assertEqual(self._kinds(self.partner)[-1], "changed")
        self.assertTrue(self._log_in("emma@example.com", new).url.endswith("/my"))

    def test_the_page_has_what_odoo_and_its_apps_have_about_security(self):
        self.authenticate("emma@example.com", PASSWORD)
        mine, odoo = self._page(), html.fromstring(self.url_open("/my/security").text)
        names = {section.get("name") for section in odoo.xpath("//section")}
        self.assertLessEqual(
            names, {section.get("name") for section in mine.xpath("//section")}
        )
        for xpath in ("portal_revoke_all_sessions_popup", "totp_wizard_view"):
            found = [bool(p.xpath(f"//*[@id='{xpath}']")) for p in (mine, odoo)]
            self.assertEqual(*found)

    # === SPEED === #

    @takes_long
    @warmup
    def test_the_page_keeps_within_its_budget(self):
        self.authenticate("emma@example.com", PASSWORD)
        self.assertLessEqual(
            self._count_queries(URL),
            self._count_queries("/my/security") + QUERY_BUDGET,
        )
