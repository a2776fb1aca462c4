import base64
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.tests import tagged, warmup

from ...models.home.profile import FORMER_KINDS
from ...models.record import waiting
from ..common import PASSWORD
from ..native_common import NativeCommon
from .test_home import HomeCommon

# What For You asks of the database where quotations and invoices wait: all sources at
# once, the rules of Odoo for both, the currencies, and what of them is paid already.
FULL_QUERIES = 8


def read_items(page):
    """Return what waits, as it stands on a home page: a text, and what its button says.

    :rtype: list[tuple[str, str]]
    """
    return [
        (
            " ".join(
                row.xpath(".//*[contains(@class, '_text')]")[0].text_content().split()
            ),
            row.xpath(".//a | .//button")[0].text_content().split(":")[0].strip(),
        )
        for row in page.xpath("//section[contains(@class, 'o_cp_for_you')]//li")
        if "o_cp_waiting" in row.get("class")
    ]


@tagged("post_install", "-at_install")
class TestForYou(HomeCommon):
    """What waits for a customer stands first on their home page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.widgets["for_you"].visible = True
        cls.waiting = cls.env.ref("customer_portal.stage_waiting")
        cls.opened = cls.env.ref("customer_portal.stage_in_progress")

    def _items(self):
        return read_items(self._home())

    def _make_document(self, name="plan", **values):
        return self.env["customer.portal.document"].create(
            {
                "name": name,
                "file_name": "plan.txt",
                "datas": base64.b64encode(b"a plan"),
                "audience": "contact",
                "partner_id": self.emma.id,
                **values,
            }
        )

    def _permit(self, code, **values):
        rows = self.profile.permission_ids
        row = rows.filtered(lambda row: row.module_id.code == code)
        row.write({"visible": True, **values})
        return row

    # === WHERE IT STANDS === #

    def test_where_nothing_waits_it_says_so(self):
        self.assertEqual(self._items(), [])
        self.assertIn("Nothing is waiting for you.", self._text())

    def test_an_administrator_takes_it_away(self):
        self.widgets["for_you"].visible = False
        self.assertNotIn("Nothing is waiting for you.", self._text())

    def test_new_profiles_have_it_and_the_one_like_odoos_has_not(self):
        profiles = self.env["customer.portal.profile"]
        for profile, shown in (
            (profiles.create({"name": "New"}), True),
            (self._make_stock_profile(), False),
        ):
            row = profile.widget_ids.filtered(lambda row: row.kind == "for_you")
            self.assertEqual(row.visible, shown)

    def test_an_update_puts_it_first_on_home_pages_there_are(self):
        ours, stock = self.profile.copy(), self._make_stock_profile()
        for profile in ours, stock:
            for row in profile.widget_ids:
                row.visible = row.kind in ("menu", "greeting", "recent_cases")
                place = [*FORMER_KINDS, "for_you"].index(row.kind)
                row.sequence = 10 * place
        moved = ours.copy()
        moved.widget_ids.filtered(lambda row: row.kind == "modules").sequence = -1
        (ours | stock | moved)._put_for_you_first()
        shown = {
            profile: profile.widget_ids.sorted("sequence").filtered("visible")
            for profile in (ours, stock, moved)
        }
        kinds = {profile: rows.mapped("kind") for profile, rows in shown.items()}
        first = ["menu", "greeting", "for_you", "recent_cases"]
        self.assertEqual(kinds[ours], first)
        self.assertEqual(kinds[stock], ["menu", "greeting", "recent_cases"])
        self.assertEqual(kinds[moved], ["for_you", "menu", "greeting", "recent_cases"])
        places = ours.widget_ids.sorted("sequence").mapped("kind")
        self.assertLess(places.index("recent_faqs"), places.index("chart"))

    # === CASES === #

    def test_a_case_that_waits_for_an_answer_is_there_until_it_is_answered(self):
        self._permit_cases(show_comments=True, can_comment=True)
        case = self._make_case("It is broken", stage_id=self.waiting.id)
        self._make_case("It is new")
        [(text, action)] = self._items()
        self.assertTrue(text.startswith("It is broken Waiting for you"), text)
        self.assertEqual(action, "Reply")
        case.stage_id = self.opened
        self.assertEqual(self._items(), [])

    def test_whoever_may_not_answer_is_shown_the_case(self):
        self._permit_cases(show_comments=True, can_comment=False)
        self._make_case("It is broken", stage_id=self.waiting.id)
        [(_text, action)] = self._items()
        self.assertEqual(action, "Show")

    def test_cases_of_colleagues_wait_for_them(self):
        self._permit_cases(records_visibility="organization")
        case = self._make_case("It is broken", stage_id=self.waiting.id)
        case.partner_id = self.colleague
        self.assertEqual(self._items(), [])

    def test_a_hidden_state_and_a_hidden_module_tell_nothing(self):
        row = self._permit_cases()
        self._make_case("It is broken", stage_id=self.waiting.id)
        self.assertEqual(len(self._items()), 1)
        state = row.field_ids.filtered(lambda line: line.field_id.name == "stage_id")
        state.access = "hidden"
        self.assertEqual(self._items(), [])
        state.access = "read"
        row.visible = False
        self.assertEqual(self._items(), [])

    def test_of_many_the_last_three_are_told_and_a_list_of_all(self):
        self._permit_cases()
        for number in range(5):
            self._make_case(f"case {number}", stage_id=self.waiting.id)
        items = self._items()
        self.assertEqual(len(items), 4)
        self.assertEqual(items[-1], ("More in Cases", "Show all"))
        [url] = self._home().xpath("//a[contains(., 'Show all')]/@href")
        text = self.url_open(url).text
        self.assertEqual([n for n in range(5) if f"case {n}" in text], [*range(5)])

    def test_of_very_many_cases_the_last_ones_are_asked(self):
        self._permit_cases()
        cases = [
            self._make_case(f"case {number}", stage_id=self.waiting.id)
            for number in range(4)
        ]
        self.env.flush_all()
        for number, case in enumerate(cases):
            self.env.cr.execute(
                "UPDATE project_task SET write_date = %s WHERE id = %s",
                (f"2026-01-1{9 - number}", case.id),
            )
        self.env.invalidate_all()
        with patch.object(waiting, "ASKED", 2):
            found = self.env["customer.portal.waiting"].with_user(self.user)
            titles = [item.title for item in found._get_items()]
        self.assertEqual(titles, ["case 2", "case 3"])

    # === DOCUMENTS === #

    def test_a_document_is_new_until_its_list_is_seen(self):
        self._permit("documents")
        self._make_document()
        [form] = self._home().xpath("//li//form[@action='/my/documents/seen']")
        self.assertEqual(self._items(), [("1 new document plan", "Show")])
        fields_sent = {"csrf_token": self._csrf_token()}
        response = self.url_open(form.get("action"), fields_sent)
        self.assertTrue(response.url.endswith("/my/documents"))
        self.assertIn("plan", response.text)
        self.assertEqual(self._items(), [])
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            document = self._make_document("next")
        self.env.cr.execute(
            "UPDATE customer_portal_document SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() + timedelta(minutes=1), document.id),
        )
        self.assertEqual(self._items(), [("1 new document next", "Show")])

    def test_the_script_of_the_list_is_answered_with_nothing(self):
        self._permit("documents")
        self._make_document()
        sent = {"csrf_token": self._csrf_token(), "is_there": "1"}
        self.assertEqual(self.url_open("/my/documents/seen", sent).status_code, 204)
        self.assertEqual(self._items(), [])

    def test_looking_by_get_or_without_a_token_changes_nothing(self):
        self._permit("documents")
        self._make_document()
        self.assertEqual(self.url_open("/my/documents").status_code, 200)
        answer = self.url_open("/my/documents/seen", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        sent = {"csrf_token": "wrong"}
        self.assertEqual(self.url_open("/my/documents/seen", sent).status_code, 400)
        self.assertEqual(len(self._items()), 1)

    def test_one_visit_says_nothing_about_that_of_a_colleague(self):
        self._permit("documents")
        self._make_document(audience="organization", partner_id=self.organization.id)
        self.url_open("/my/documents/seen", {"csrf_token": self._csrf_token()})
        other = self._make_portal_contact(
            "other@example.com",
            portal_profile_id=self.profile.id,
            parent_id=self.organization.id,
        )
        self.authenticate(self._user_of(other).login, PASSWORD)
        self.assertEqual(self._items(), [("1 new document plan", "Show")])

    def test_what_is_old_own_hidden_or_of_others_is_not_new(self):
        self._make_document("not permitted")
        self.assertEqual(self._items(), [])
        self._permit("documents")
        self._make_document("own", author_id=self.emma.id)
        self._make_document("unpublished", is_published=False)
        self._make_document("a stranger's", partner_id=self.stranger.id)
        self.env["customer.portal.document"].search(
            [("name", "=", "not permitted")]
        ).unlink()
        old = self._make_document("old")
        self.env.cr.execute(
            "UPDATE customer_portal_document SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=31), old.id),
        )
        self.assertEqual(self._items(), [])

    # === PROFILE AND SUPPORT === #

    def test_a_profile_is_incomplete_until_what_is_missing_is_filled_in(self):
        self.assertEqual(self._items(), [])
        self._permit("contacts", can_edit=True)
        self.emma.write({"street": "1 Main Street", "city": "Ghent"})
        self.emma.country_id = self.env.ref("base.be")
        [(text, action)] = self._items()
        self.assertEqual(text, "Complete your profile Missing: Phone")
        self.assertEqual(action, "Complete")
        self.emma.phone = "+32 2 290 34 90"
        self.assertEqual(self._items(), [])

    def test_nobody_is_asked_for_what_they_cannot_change(self):
        self._permit("contacts", can_edit=False)
        self.assertEqual(self._items(), [])

    def test_the_end_of_support_is_told_in_for_you(self):
        self.widgets["support_end"].visible = True
        end = self.today + timedelta(days=3)
        self.emma._write_without_sync({"support_end_date": end})
        page = self._home()
        alerts = page.xpath("//*[contains(@class, 'o_customer_portal_support_end')]")
        self.assertEqual([one.tag for one in alerts], ["li"])
        self.assertIn("Your support ends on", alerts[0].text_content())
        self.assertNotIn("Nothing is waiting for you.", page.text_content())
        self.widgets["for_you"].visible = False
        page = self._home()
        alerts = page.xpath("//*[contains(@class, 'o_customer_portal_support_end')]")
        self.assertEqual([one.tag for one in alerts], ["div"])
        self.widgets["support_end"].visible = False
        self.widgets["for_you"].visible = True
        self.assertNotIn("Your support ends on", self._text())

    @warmup
    def test_where_nothing_waits_all_sources_ask_in_one_query(self):
        self._permit_cases(show_comments=True)
        self._permit("documents")
        waiting = self.env["customer.portal.waiting"].with_user(self.user)
        self.assertGreater(len(waiting._get_searches()), 1)
        self.assertEqual(waiting._get_items(), [])
        with self.assertQueryCount(1):
            self.assertEqual(waiting._get_items(), [])
        self._make_case("It is broken", stage_id=self.waiting.id)
        self._make_document()
        self.env.flush_all()
        with self.assertQueryCount(3):  # And each of those that find something.
            self.assertEqual(len(waiting._get_items()), 2)

    # === FOR OTHERS === #

    def test_nothing_waits_for_who_is_no_customer(self):
        waiting = self.env["customer.portal.waiting"]
        self._permit_cases()
        self._make_case("It is broken", stage_id=self.waiting.id)
        self.assertEqual(len(waiting.with_user(self.user)._get_items()), 1)
        for user in (self.agent, self.env.ref("base.public_user")):
            self.assertEqual(waiting.with_user(user)._get_items(), [])


@tagged("post_install", "-at_install")
class TestForYouOfOtherApps(NativeCommon):
    """Quotations and invoices in For You, in place of Odoo's alerts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile.widget_ids.visible = False
        cls.for_you = cls.profile.widget_ids.filtered(lambda row: row.kind == "for_you")
        cls.for_you.visible = True
        cls.env["ir.config_parameter"].set_param(
            "account_payment.enable_portal_payment", "True"
        )
        invoices = cls.records["invoices"].values()
        cls.env.cr.execute(
            "UPDATE account_move SET amount_residual = 100, amount_total = 100,"
            " invoice_date_due = %s WHERE id IN %s",
            (cls.tomorrow, tuple(invoice.id for invoice in invoices)),
        )
        cls.env.invalidate_all()

    def setUp(self):
        super().setUp()
        self.authenticate("emma@matrix.example", PASSWORD)

    def _page(self):
        return html.fromstring(self.url_open("/my").text)

    def _items(self):
        return read_items(self._page())

    def _make_late(self, name="emma"):
        self.records["invoices"][name].invoice_date_due = self.yesterday
        self.env.flush_all()

    def _numbers(self):
        return {text.split()[1].rpartition("-")[2] for text, _action in self._items()}

    # === INVOICES === #

    def test_an_invoice_is_there_with_its_amount_until_it_is_paid(self):
        self._permit("own", ["invoices"])
        [(text, action)] = self._items()
        self.assertIn("Invoice invoices-of-emma Due on", text)
        self.assertIn("100.00", text)
        self.assertEqual(action, "Pay")
        [url] = self._page().xpath("//li//a[contains(., 'Pay')]/@href")
        invoice = self.records["invoices"]["emma"]
        self.assertEqual(url, f"/my/invoices/{invoice.id}?payment=True#portal_pay")
        invoice.payment_state = "paid"
        self.env.flush_all()
        self.assertEqual(self._items(), [])

    def test_what_is_overdue_comes_first(self):
        self._permit("own", ["invoices", "quotes"])
        self.assertEqual(
            [text.split()[0] for text, _action in self._items()],
            ["Quotation", "Invoice"],
        )
        self._make_late()
        items = self._items()
        self.assertIn("Overdue since", items[0][0])
        self.assertEqual(items[1][0].split()[0], "Quotation")

    def test_where_nobody_pays_online_the_invoice_is_shown(self):
        self._permit("own", ["invoices"])
        self._set_param("account_payment.enable_portal_payment", "False")
        [(_text, action)] = self._items()
        self.assertEqual(action, "Show")

    def test_records_visibility_and_the_organization_decide_what_is_told(self):
        for level, expected in (
            ("own", {"emma"}),
            ("organization", {"azure", "emma", "colleague"}),
            ("subsidiaries", {"azure", "emma", "colleague"}),
            (None, set()),
        ):
            for code in ("invoices", "quotes"):
                with self.subTest(level=level, code=code):
                    self._permit(None)
                    self._permit(level, [code])
                    self.assertEqual(self._numbers(), expected)

    def test_what_another_company_is_owed_keeps_nothing_of_their_own_back(self):
        """They may open none of it, and of what comes first a few are looked at."""
        self._permit("organization", ["invoices"])
        company = self.env["res.company"].create({"name": "Other"})
        journal = self.env["account.journal"].create(
            {"name": "Other", "code": "OTHR", "type": "sale", "company_id": company.id}
        )
        elsewhere = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "journal_id": journal.id,
                    "partner_id": self.partners["emma"].id,
                    "name": f"invoices-of-other{number}",
                }
                for number in range(5)
            ]
        )
        self._post(elsewhere)
        self.env.cr.execute(
            "UPDATE account_move SET amount_residual = 100, amount_total = 100,"
            " invoice_date_due = %s WHERE id IN %s",
            (self.yesterday, tuple(elsewhere.ids)),
        )
        self.env.invalidate_all()
        self.assertEqual(self._numbers(), {"azure", "emma", "colleague"})

    # === QUOTATIONS === #

    def test_a_quotation_is_there_until_it_is_signed(self):
        self._permit("own", ["quotes"])
        order = self.records["quotes"]["emma"]
        for needs, action in ((True, "Sign"), (False, "Review")):
            order.write({"require_signature": needs, "require_payment": False})
            self.env.flush_all()
            self.assertEqual([one for _text, one in self._items()], [action])
        order.state = "sale"
        self.env.flush_all()
        self.assertEqual(self._items(), [])

    def test_an_expired_quotation_waits_for_nobody(self):
        self._permit("own", ["quotes"])
        order = self.records["quotes"]["emma"]
        order.validity_date = self.today
        self.env.flush_all()
        self.assertEqual(len(self._items()), 1)
        order.validity_date = self.yesterday
        self.env.flush_all()
        self.assertEqual(self._items(), [])

    def test_who_may_not_sign_is_not_asked_to(self):
        self._permit("own", ["quotes"])
        self.permissions.can_edit = False
        self.assertEqual(self._items(), [])

    # === WHAT IT COSTS === #

    @warmup
    def test_it_costs_a_few_queries_however_much_waits(self):
        """One where nothing waits; where something does, Odoo's rules' own, too."""
        waiting = self.env["customer.portal.waiting"].with_user(self.users["emma"])
        self._permit("organization", ["invoices", "quotes"])

        def count():
            self.env.invalidate_all()
            waiting.env.user.sudo().partner_id.mapped("commercial_partner_id.name")
            before = self.cr.sql_log_count
            self.assertTrue(waiting._get_items())
            return self.cr.sql_log_count - before

        count()
        few = count()
        for code in ("invoices", "quotes"):
            for _time in range(4):
                twin = self.records[code]["emma"].copy({"name": f"{code}-of-twin"})
                twin.state = "sent" if code == "quotes" else "draft"
        self.assertLessEqual(count(), few)
        self.records["invoices"]["emma"].sudo()
        self.assertLessEqual(few, FULL_QUERIES)

    # === ODOO'S ALERTS === #

    def _alerts(self):
        """Return where Odoo's alerts stand: those of its category of the home page."""
        category = self._page().xpath("//div[@id='portal_alert_category']")
        self.assertEqual(len(category), 1)
        return [url.partition("?")[0] for url in category[0].xpath(".//a/@href")]

    def test_what_for_you_tells_is_no_alert_below_it(self):
        self._permit("own")
        self.assertEqual(self._alerts(), [])
        self.for_you.visible = False
        self.assertEqual(sorted(self._alerts()), ["/my/invoices", "/my/quotes"])

    def test_alerts_of_other_apps_stand_in_for_you(self):
        self._permit("own")
        self.env["ir.ui.view"].create(
            {
                "name": "alert",
                "type": "qweb",
                "inherit_id": self.env.ref("portal.portal_my_home").id,
                "arch": """
                    <div id="portal_alert_category" position="inside">
                        <t t-call="portal.portal_docs_entry" show_count="True"
                            placeholder_count="'other_count'" url="'/my/parcels'"
                            title="'Parcels to collect'"/>
                    </div>""",
            }
        )
        path = "//a[@href='/my/parcels']"
        [place] = self._page().xpath(f"//section[contains(@class, 'for_you')]{path}")
        self.assertIn("Parcels to collect", place.text_content())
        # Odoo counts them there.
        self.assertTrue(
            place.xpath("ancestor::div[contains(@class, 'o_portal_my_home')]")
        )
        self.for_you.visible = False
        self.assertTrue(self._page().xpath(f"//div[contains(@class, 'docs')]{path}"))
