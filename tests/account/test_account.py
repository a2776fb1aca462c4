from unittest.mock import patch

from lxml import html

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..account_common import AccountCommon
from ..common import PASSWORD, takes_long

STOCK_FIELDS = {
    "name",
    "email",
    "phone",
    "company_name",
    "vat",
    "street",
    "street2",
    "zip",
    "city",
    "country_id",
    "state_id",
    "invoice_sending_method",
    "invoice_edi_format",
}


@tagged("post_install", "-at_install")
class TestAccount(AccountCommon):
    """The fields of the customer's contact and of their organization."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock_profile = cls._make_stock_profile()
        cls.billing = cls.env["res.partner"].create(
            {
                "name": "Bookkeeping",
                "type": "invoice",
                "parent_id": cls.organization.id,
                "email": "books@baker.example.com",
                **cls.address,
            }
        )

    # === HELPERS === #

    def _form(self, path="/my/account"):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text).xpath("//form[@name='address_form']")[0]

    def _editable(self, form):
        return {
            element.get("name")
            for element in form.iter("input", "select", "textarea")
            if element.get("type") != "hidden"
            and not {"disabled", "readonly"} & set(element.attrib)
        }

    def _shown(self, form):
        return {
            element.get("name"): element.get("value")
            for element in form.iter("input", "select", "textarea")
            if "d-none" not in (element.getparent().get("class") or "").split()
        }

    def _post(self, path=None, partner=None, **values):
        """Send the form as a browser would, with values that it may not have.

        :param path: of a page that has the form, to be opened before
        """
        if path:
            self._form(path)
        partner = partner or self.partner
        form = {
            "partner_id": partner.id,
            "csrf_token": self._csrf_token(),
            "address_type": "billing",
            "use_delivery_as_billing": "True",
            "required_fields": "name,email",
            **{name: partner[name] or "" for name in ("name", "email", "street")},
            **{name: partner[name] or "" for name in ("city", "zip", "phone")},
            "country_id": partner.country_id.id,
            **values,
        }
        return self.url_open("/my/address/submit", form)

    def _log_in_as(self, partner):
        self.authenticate(self._user_of(partner).login, PASSWORD)

    # === AS STOCK ODOO === #

    def _assert_like_stock(self, partner, path):
        partner.portal_profile_id = self.stock_profile
        self._log_in_as(partner)
        ours = self._editable(self._form(path))
        mixin = type(self.env["res.partner"])
        with patch.object(mixin, "_get_portal_form_access", lambda self: {}):
            stock = self._editable(self._form(path))
        self.assertEqual(ours, stock)
        self.assertTrue(ours & STOCK_FIELDS)
        return stock

    @takes_long
    def test_the_profile_of_odoo_shows_the_forms_of_stock_odoo(self):
        for partner in (self.partner, self.single):
            stock = self._assert_like_stock(partner, "/my/account")
            self.assertIn("company_name", stock)
            self._assert_like_stock(partner, "/my/address?address_type=billing")
            self._assert_like_stock(partner, "/my/address?address_type=delivery")
        child = f"/my/address?partner_id={self.billing.id}&address_type=billing"
        self._assert_like_stock(self.partner, child)

    def test_the_profile_of_odoo_lets_write_all_that_stock_odoo_does(self):
        self.single.portal_profile_id = self.stock_profile
        model = self.env["res.partner"].with_user(self._user_of(self.single))
        stock = model.with_context(customer_portal_stock_fields=True)
        self.assertEqual(
            model._get_frontend_writable_fields(),
            stock._get_frontend_writable_fields(),
        )

    def test_the_profile_of_odoo_saves_as_stock_odoo(self):
        self.partner.portal_profile_id = self.stock_profile
        self._log_in_as(self.partner)
        answer = self._post(company_name="Baker & Sons", street="2 Side Street").json()
        self.assertIn("redirectUrl", answer)
        self.assertEqual(self.organization.name, "Baker & Sons")
        self.assertEqual(self.organization.street, "2 Side Street")
        path = f"/my/address?partner_id={self.organization.id}"
        self.assertEqual(self.url_open(path).status_code, 404)

    # === OWN CONTACT === #

    def test_hidden_fields_are_not_in_the_page_and_read_fields_not_sent(self):
        self._allow("contacts", phone="hidden", email="read", state_id="hidden")
        self._log_in_as(self.single)
        form = self._form()
        shown = self._shown(form)
        self.assertNotIn("phone", shown)
        self.assertNotIn(self.single.phone, html.tostring(form, encoding="unicode"))
        self.assertEqual(shown["email"], "single@example.com")
        editable = self._editable(form)
        self.assertFalse(editable & {"phone", "email", "state_id"})
        self.assertLessEqual({"name", "street", "vat"}, editable)

    def test_a_forged_form_changes_no_field_that_is_not_writable(self):
        self._allow("contacts", phone="hidden", email="read", country_id="read")
        self._log_in_as(self.single)
        answer = self._post(
            partner=self.single,
            phone="+32 2 999",
            email="other@example.com",
            country_id=self.env.ref("base.it").id,
            street="9 New Street",
            verify_address_values="",
        ).json()
        self.assertIn("redirectUrl", answer)
        self.assertRecordValues(
            self.single,
            [
                {
                    "phone": "+32 2 111",
                    "email": "single@example.com",
                    "country_id": self.env.ref("base.be").id,
                    "street": "9 New Street",
                }
            ],
        )

    def test_a_forged_form_reaches_no_field_beside_the_form(self):
        end = self.tomorrow
        self.single.support_end_date = end
        self._log_in_as(self.single)
        self._post(
            partner=self.single,
            parent_id=self.organization.id,
            portal_user="",
            support_end_date="2099-01-01",
            portal_profile_id="1",
            is_company="1",
            user_id="1",
            city="Milan",
        )
        self.assertRecordValues(
            self.single,
            [
                {
                    "parent_id": False,
                    "portal_user": True,
                    "support_end_date": end,
                    "portal_profile_id": self.profile.id,
                    "is_company": False,
                    "user_id": False,
                    "city": "Milan",
                }
            ],
        )

    def test_what_cannot_be_changed_keeps_nobody_from_saving(self):
        """Though it is mandatory and empty, or wrong."""
        self.single.write({"phone": False, "city": False, "vat": "nonsense"})
        self._allow("contacts", name="read", phone="hidden", city="hidden", vat="read")
        self._log_in_as(self.single)
        answer = self._post(partner=self.single, name="Forged", street="7").json()
        self.assertIn("redirectUrl", answer)
        self.assertRecordValues(
            self.single, [{"name": "Single", "street": "7", "vat": "nonsense"}]
        )

    def test_mandatory_fields_that_can_be_changed_stay_mandatory(self):
        self._allow("contacts", phone="hidden", country_id="read")
        self._log_in_as(self.single)
        answer = self._post(partner=self.single, street="", zip="").json()
        self.assertIn("street", answer["invalid_fields"])
        self.assertNotIn("phone", answer["invalid_fields"])
        self.assertEqual(self.single.street, "1 Main Street")

    @takes_long
    def test_an_unknown_kind_of_address_frees_from_no_mandatory_field(self):
        self._log_in_as(self.partner)
        before = self.env["res.partner"].search_count([])
        empty = {"name": "", "required_fields": "", "use_delivery_as_billing": ""}
        for kind in ("", "other", "x"):
            for partner_id in ("", self.partner.id):
                with self.subTest(kind=kind, partner_id=partner_id):
                    answer = self._post(
                        address_type=kind, partner_id=partner_id, **empty
                    )
                    self.assertIn("name", answer.json()["invalid_fields"])
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_a_profile_that_only_reads_has_nothing_to_save(self):
        self._rows("contacts").can_edit = False
        self._log_in_as(self.single)
        form = self._form()
        self.assertFalse(self._editable(form) & STOCK_FIELDS)
        self.assertFalse(form.xpath(".//*[@id='save_address']"))
        self._post(partner=self.single, street="9 New Street", company_name="X")
        self.assertEqual(self.single.street, "1 Main Street")
        self.assertEqual(self.single.company_name, "Single Ltd")

    def test_fields_that_no_module_names_are_hidden_from_narrowed_profiles(self):
        if "invoice_edi_format" not in self.env["res.partner"]._fields:
            return
        self._log_in_as(self.single)
        self.assertIn("invoice_edi_format", self._editable(self._form()))
        self._allow("contacts", phone="read")
        self.assertNotIn("invoice_edi_format", self._shown(self._form()))

    def test_a_hidden_contact_has_no_form(self):
        self._log_in_as(self.single)
        self._rows("contacts").visible = False
        self.assertEqual(self.url_open("/my/account").status_code, 404)
        response = self._post("/my/address", self.single, street="9 New Street")
        self.assertEqual(response.status_code, 404)
        self.assertEqual(self.single.street, "1 Main Street")

    @mute_logger("odoo.http")
    def test_a_customer_does_not_write_it_on_their_user_either(self):
        user = self._user_of(self.single)
        self._allow("contacts", name="read", phone="hidden", email="read")
        self._log_in_as(self.single)
        for fname in ("name", "phone", "email"):
            with self.subTest(fname), self.assertRaises(JsonRpcException):
                self._write_user(user, {"tz": "Europe/Rome", fname: "x@example.com"})
        self.assertEqual(self.single.name, "Single")
        self.assertEqual(self.single.phone, "+32 2 111")
        self.assertEqual(self.single.email, "single@example.com")
        self._write_user(user, {"tz": "Europe/Rome"})
        self._allow("contacts", phone="write")
        self._write_user(user, {"phone": "+32 2 777"})
        self.assertEqual(self.single.phone, "+32 2 777")

    def _write_user(self, user, values):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "res.users",
                "method": "write",
                "args": [user.ids, values],
                "kwargs": {},
            },
        )

    # === ORGANIZATION === #

    def test_the_organization_lends_its_fields_only_as_its_module_says(self):
        self._allow("organization", name="read", vat="hidden", street="read")
        self._log_in_as(self.partner)
        form = self._form()
        self.assertEqual(self._shown(form)["company_name"], "Baker Way")
        self.assertNotIn("vat", self._shown(form))
        self.assertNotIn("BE0477472701", html.tostring(form, encoding="unicode"))
        self.assertFalse(self._editable(form) & {"company_name", "vat", "street"})
        self._post(company_name="Mine Now", vat="BE0428759497", street="9", phone="5")
        self.assertRecordValues(
            self.organization,
            [{"name": "Baker Way", "vat": "BE0477472701", "street": "1 Main Street"}],
        )
        self.assertEqual(self.partner.phone, "5")

    def test_a_new_address_renames_no_organization(self):
        self._allow("organization", name="read")
        self._log_in_as(self.partner)
        answer = self._post(
            "/my/address?address_type=billing",
            self.env["res.partner"],
            **{**self.address, "partner_id": "", "name": "New", "email": "n@e.com"},
            company_name="Mine Now",
            vat="BE0428759497",
        ).json()
        self.assertIn("redirectUrl", answer)
        self.assertEqual(self.organization.name, "Baker Way")
        self.assertEqual(self.organization.vat, "BE0477472701")

    @takes_long
    def test_other_addresses_stay_as_in_stock_odoo(self):
        self._allow("contacts", name="read", phone="hidden", street="read")
        self._log_in_as(self.partner)
        path = f"/my/address?partner_id={self.billing.id}&address_type=billing"
        self.assertLessEqual(
            {"name", "phone", "street"}, self._editable(self._form(path))
        )
        answer = self._post(path, self.billing, name="Books", phone="6").json()
        self.assertIn("redirectUrl", answer)
        self.assertRecordValues(self.billing, [{"name": "Books", "phone": "6"}])

    def test_the_organization_has_a_form_where_the_profile_says_so(self):
        self._log_in_as(self.partner)
        path = f"/my/address?partner_id={self.organization.id}&address_type=billing"
        self.assertEqual(self.url_open(path).status_code, 404)
        self._allow("organization", phone="write", email="read", vat="hidden")
        form = self._form(path)
        self.assertNotIn("Billing address", self.url_open(path).text)
        self.assertIn("phone", self._editable(form))
        self.assertFalse({"vat", "company_name"} & set(self._shown(form)))
        answer = self._post(
            path, self.organization, phone="77", email="x@example.com", vat="BE1"
        ).json()
        self.assertIn("redirectUrl", answer)
        self.assertRecordValues(
            self.organization,
            [
                {
                    "phone": "77",
                    "email": "office@baker.example.com",
                    "vat": "BE0477472701",
                    "company_name": False,
                }
            ],
        )
        self.assertIn(
            "o_customer_portal_organization", self.url_open("/my/account").text
        )

    def test_nobody_removes_the_organization(self):
        self._allow("organization", phone="write")
        self._log_in_as(self.partner)
        page = self.url_open("/my/addresses").text
        self.assertIn(f"partner_id={self.organization.id}", page)
        removals = html.fromstring(page).xpath(
            "//*[contains(@class, 'o_remove_address')]/@data-partner-id"
        )
        self.assertNotIn(str(self.organization.id), removals)
        for partner_id in (self.organization.id, "x", None):
            params = {"params": {"partner_id": partner_id}}
            response = self.url_open("/my/address/archive", json=params)
            self.assertIn("error", response.json())
        self.assertTrue(self.organization.active)

    def test_nobody_ends_the_access_of_a_colleague_by_removing_an_address(self):
        self.billing.portal_user = True
        user = self._user_of(self.billing)
        self.assertTrue(user.active)
        self._log_in_as(self.partner)
        params = {"params": {"partner_id": self.billing.id}}
        response = self.url_open("/my/address/archive", json=params)
        self.assertIn("portal access", response.text)
        self.assertTrue(user.active and self.billing.active)
        self.billing.portal_user = False
        response = self.url_open("/my/address/archive", json=params)
        self.assertNotIn("error", response.json())
        self.assertFalse(self.billing.active)

    def test_the_card_of_an_address_shows_no_hidden_address(self):
        self._allow("organization", street="hidden")
        self.organization.street = self.partner.street = "Secret Street"
        self._log_in_as(self.partner)
        page = self.url_open("/my/addresses").text
        self.assertNotIn("Secret Street", page)
        self.assertIn("Baker Way", page)
        self._allow("organization", name="hidden")
        page = self.url_open("/my/addresses").text
        for secret in ("Baker Way", "Secret Street", self.organization.email):
            self.assertNotIn(secret, page)

    # === BAD INPUT === #

    def test_bad_ids_and_those_of_others_answer_the_same(self):
        self._log_in_as(self.partner)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        colleague = self.env["res.partner"].create(
            {"name": "Colleague", "parent_id": self.organization.id}
        )
        bad = ("x", "-1", "0", "9" * 30, "1.5", "²", stranger.id, colleague.id)
        for partner_id in (*bad, self.organization.id):
            path = f"/my/address?partner_id={partner_id}"
            self.assertEqual(self.url_open(path).status_code, 404, path)
            answer = self._post(partner_id=partner_id, name="Forged")
            self.assertEqual(answer.status_code, 404, partner_id)
        self.assertEqual(stranger.name, "Stranger")
        self.assertEqual(colleague.name, "Colleague")
