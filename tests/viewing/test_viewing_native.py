from lxml import html

from odoo.tests import new_test_user, tagged

from ...models.viewing.viewing import COOKIE
from ..common import takes_long
from ..native_common import NativeCommon
from ..viewing_common import ViewingCommon

SECRET = "0123456789abcdef0123456789abcdef"


@tagged("post_install", "-at_install")
class TestViewedNativePages(ViewingCommon, NativeCommon):
    """Odoo's own pages, as an agent sees them in the place of a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.partners["emma"]
        cls.permissions.write({"visible": True, "records_visibility": "own"})
        cls.task = cls.records["tasks"]["emma"]
        cls.invoice = cls.records["invoices"]["emma"]
        cls.company = cls.env.company

    def _say(self, record, body, subtype="mail.mt_comment", **values):
        return record.with_context(mail_notify_force_send=False).message_post(
            body=body, message_type="comment", subtype_xmlid=subtype, **values
        )

    def _read_comments(self, record):
        page = html.fromstring(self.url_open(record.get_portal_url()).text)
        found = page.xpath("//*[contains(@class, 'o_cp_viewing_comment')]")
        return [" ".join(one.text_content().split()) for one in found]

    # === COMMENTS === #

    def test_comments_are_read_below_orders_invoices_and_tasks(self):
        codes = {"orders", "invoices", "tasks"} & set(self.records)
        self.assertIn("tasks", codes)
        for code in codes:
            self._say(self.records[code]["emma"], f"About {code}")
        self._see_as(self.partner)
        for code in codes:
            with self.subTest(code):
                [comment] = self._read_comments(self.records[code]["emma"])
                self.assertIn(f"About {code}", comment)

    def test_they_are_those_that_the_customer_reads(self):
        self._say(self.task, "For everyone", author_id=self.partner.id)
        self._say(self.task, "Among ourselves", subtype="mail.mt_note")
        self._say(self.task, "Hidden").is_internal = True
        self._see_as(self.partner)
        [comment] = self._read_comments(self.task)
        self.assertIn("For everyone", comment)
        self.permissions.write({"show_comments": False})
        self.assertFalse(self._read_comments(self.task))

    def test_no_token_is_in_what_was_written(self):
        link = f"/my/tasks/{self.task.id}?access_token={SECRET}"
        self._say(self.task, f"Look at {link}")
        self._see_as(self.partner)
        [comment] = self._read_comments(self.task)
        self.assertIn("Look at", comment)
        self.assertNotIn(SECRET, comment)

    # === INVOICES === #

    def _see_invoices(self):
        """Return whether the list, the page, home and the counters show invoices."""
        page = self.url_open(f"/my/invoices/{self.invoice.id}", allow_redirects=False)
        counters = self._open_part("/my/viewing/counters?names=invoice_count").json()
        return [
            self.invoice.name in self.url_open("/my/invoices").text,
            page.status_code == 200,
            "/my/invoices" in self.url_open("/my").text,
            bool(counters["invoice_count"]),
        ]

    @takes_long
    def test_agents_see_invoices_unless_settings_keep_them(self):
        self._see_as(self.partner)
        self.assertEqual(self._see_invoices(), [True] * 4)
        self.company.portal_viewing_invoices = False
        self.assertEqual(self._see_invoices(), [False] * 4)
        self.assertIn("Invoices are left out", self.url_open("/my").text)

    @takes_long
    def test_who_may_read_them_in_odoo_sees_them_anyway(self):
        groups = (
            "customer_portal.group_customer_portal_user,account.group_account_invoice"
        )
        new_test_user(self.env, "accountant", groups=groups)
        self.company.portal_viewing_invoices = False
        self.authenticate("accountant", "accountant")
        self._see_as(self.partner)
        self.assertEqual(self._see_invoices(), [True] * 4)

    @takes_long
    def test_customers_themselves_notice_nothing(self):
        self.company.portal_viewing_invoices = False
        self._see_as(self.partner)
        self._see_invoices()
        self.authenticate("emma@matrix.example", "correct horse battery")
        self.opener.cookies.pop(COOKIE, None)
        page = self.url_open(f"/my/invoices/{self.invoice.id}", allow_redirects=False)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.invoice.name, self.url_open("/my/invoices").text)

    # === OTHER TABS === #

    def test_each_page_says_that_all_portal_tabs_show_the_customer(self):
        self._see_as(self.partner)
        for url in ("/my", "/my/invoices", self.task.get_portal_url()):
            self.assertIn("In all portal tabs", self.url_open(url).text)

    @takes_long
    def test_tabs_of_odoo_itself_stay_the_agents(self):
        self._see_as(self.partner)
        self.url_open("/my")
        for page in ("/odoo", f"/odoo/res.partner/{self.partner.id}", "/web"):
            headers = {"Referer": self.base_url() + page}
            for url, params in (
                ("/web/session/get_session_info", {}),
                (
                    "/web/dataset/call_kw/res.users/read",
                    {
                        "model": "res.users",
                        "method": "read",
                        "args": [self.agent.ids, ["login"]],
                        "kwargs": {},
                    },
                ),
            ):
                with self.subTest(page, url=url):
                    answer = self.url_open(
                        url,
                        json={"jsonrpc": "2.0", "params": params},
                        headers=headers,
                    ).json()["result"]
                    who = answer["uid"] if "uid" in answer else answer[0]["id"]
                    self.assertEqual(who, self.agent.id)
            self.assertNotIn("o_cp_viewing", self.url_open("/odoo").text)
