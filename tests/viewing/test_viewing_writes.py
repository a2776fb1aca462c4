from contextlib import closing, suppress
from pathlib import Path
from unittest.mock import patch

from psycopg2.errors import ReadOnlySqlTransaction

from odoo.http import request, root
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CustomerPortalCommon, takes_long
from ..viewing_common import ViewingCommon

LOGGERS = ("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_attachment")


@tagged("post_install", "-at_install")
class TestWhatPagesCouldWrite(ViewingCommon):
    """Whatever a page of any app does when it is opened, nothing comes of it."""

    def setUp(self):
        super().setUp()
        self._see_as(self.emma)

    def _open_page_that(self, work):
        """Open a page that does something with all rights, and return the response."""

        def act(_waiting):
            work(request.env(su=True))
            request.env.flush_all()
            return []

        model = self.registry["customer.portal.waiting"]
        with patch.object(model, "_get_items", act), mute_logger(*LOGGERS):
            return self.url_open("/my")

    def _assert_nothing_comes_of(self, work):
        before = self._count_changes()
        response = self._open_page_that(work)
        self.assertEqual(response.status_code, 403)
        self.assertIn("changes something when it is opened", response.text)
        self.assertEqual(self._count_changes(), before)

    def test_no_setting_log_number_or_trigger(self):
        cron = self.env.ref("customer_portal.ir_cron_end_viewings").id
        gapless = self.env["ir.sequence"].create(
            {"name": "No gaps", "implementation": "no_gap"}
        )
        standard = self.env["ir.sequence"].create({"name": "Standard"})
        works = {
            "setting": lambda env: env["ir.config_parameter"].set_param("x", "y"),
            "login": lambda env: env["res.users.log"].create({}),
            "trigger": lambda env: env["ir.cron"].browse(cron)._trigger(),
            "number": lambda env: env["ir.sequence"].browse(standard.id).next_by_id(),
            "no gap": lambda env: env["ir.sequence"].browse(gapless.id).next_by_id(),
        }
        for name, work in works.items():
            with self.subTest(name):
                self._assert_nothing_comes_of(work)

    @takes_long
    def test_no_email_is_sent_or_waits(self):
        def send(env):
            values = {"email_to": "emma@example.com", "body_html": "Hello"}
            env["mail.mail"].create(values).send()

        servers = self.registry["ir.mail_server"]
        with patch.object(servers, "send_email") as sent:
            self._assert_nothing_comes_of(send)
        sent.assert_not_called()

    @takes_long
    def test_nobody_is_notified(self):
        def notify(env):
            env.user.partner_id._bus_send("customer_portal.test", {})
            env.cr.precommit.run()

        self._assert_nothing_comes_of(notify)

    def test_no_file_stays_in_the_file_store(self):
        files = self.env["ir.attachment"]
        raw = b"written by nobody"
        _name, path = files._get_path(raw, files._compute_checksum(raw))
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("ir_attachment.location", "file")
        self.env.flush_all()
        self._assert_nothing_comes_of(
            lambda env: env["ir.attachment"].create({"name": "x", "raw": raw})
        )
        self.assertFalse(Path(path).exists())
        self.env["ir.attachment"].create({"name": "x", "raw": raw})
        self.assertEqual(Path(path).read_bytes(), raw)

    def test_what_makes_a_pdf_opens_its_pictures_as_nobody(self):
        sessions = []

        def run(_args):
            raise InterruptedError

        def save(_store, session):
            sessions.append((session.uid, session.session_token, session.db))

        def make(env):
            report = env["ir.actions.report"]
            with suppress(InterruptedError):
                report._run_wkhtmltopdf(["<p>Hello</p>"])
            sessions.append(request.session.uid)

        module = "odoo.addons.base.models.ir_actions_report"
        with (
            patch(f"{module}._run_wkhtmltopdf", run),
            patch.object(type(root.session_store), "save", save),
        ):
            self.assertEqual(self._open_page_that(make).status_code, 200)
        self.assertEqual(sessions, [(None, None, self.env.cr.dbname), self.user.id])

    @takes_long
    def test_a_page_for_developers_is_shown_as_well(self):
        for mode in ("1", "assets", "tests"):
            with self.subTest(mode):
                before = self._count_changes()
                response = self.url_open(f"/my?debug={mode}")
                self.assertEqual(response.status_code, 200)
                self.assertIn("o_cp_viewing", response.text)
                self.assertEqual(self._count_changes(), before)


@tagged("post_install", "-at_install")
class TestWhatTheDatabaseRefuses(CustomerPortalCommon):
    """On a connection of its own, as servers have them."""

    def test_numbers_tables_and_locks_of_rows_are_refused_as_well(self):
        queries = (
            "SELECT nextval('res_partner_id_seq')",
            "SELECT setval('res_partner_id_seq', 1)",
            "CREATE TABLE customer_portal_test (id int)",
            "TRUNCATE res_users_log",
            "SELECT id FROM res_partner LIMIT 1 FOR UPDATE",
            "COPY res_partner_category (color) FROM STDIN",
        )
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            self.env["customer.portal.viewing"]._make_read_only(cr)
            for query in queries:
                with (
                    self.subTest(query),
                    self.assertRaises(ReadOnlySqlTransaction),
                    mute_logger("odoo.sql_db"),
                ):
                    cr.execute(query)
                cr.rollback()
