from contextlib import nullcontext
from io import BytesIO
from types import SimpleNamespace

import psycopg2

from odoo import sql_db
from odoo.http import request, root
from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from ...models.access.ir_http_replica import SESSION_WRITE
from ...models.base.odoo_http import visiting
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long

PAGE = "/my/documents"
SEEN = "/my/documents/seen"


@tagged("post_install", "-at_install")
class TestReplica(CustomerPortalHttpCommon):
    """Odoo's tests read from a pretended replica, the cursor of the test itself."""

    def setUp(self):
        super().setUp()
        self._make_portal_contact()
        self.http = type(self.env["ir.http"])
        self.patch(self.http, "_has_replica", lambda: True)
        # Odoo's tests cannot write while they read.
        self.patch(self.http, "_open_primary", lambda: nullcontext(request.env.cr))
        self.by_replica = []
        self._watch()
        self.authenticate("emma@example.com", PASSWORD)
        self.url_open(PAGE)  # The first request of a session writes that it began.

    def _watch(self):
        """Note of each request whether a replica answers it."""
        original, noted = self.http._pre_dispatch, self.by_replica

        def pre_dispatch(rule, args):
            noted.append(request.env.cr.readonly)
            return original(rule, args)

        self.patch(self.http, "_pre_dispatch", pre_dispatch)

    def _is_answered_by_replica(self, url=PAGE):
        self.assertEqual(self.url_open(url).status_code, 200)
        return self.by_replica[-1]

    def _get_session(self):
        return root.session_store.get(self.session.sid)

    def _write(self):
        """Send a form, as a customer does who has seen all new documents."""
        data = {"csrf_token": self._csrf_token()}
        self.url_open(SEEN, data, allow_redirects=False)
        self.assertFalse(self.by_replica[-1])

    def test_a_replica_answers_customers_while_nothing_has_changed(self):
        self.assertTrue(self._is_answered_by_replica())

    @takes_long
    def test_who_has_written_reads_from_the_primary_until_the_replica_has_it(self):
        self._write()
        self.assertFalse(self._is_answered_by_replica())
        self.patch(self.http, "_has_transaction", lambda cr, number: True)
        self.assertTrue(self._is_answered_by_replica())

    @takes_long
    def test_others_go_on_reading_from_the_replica(self):
        self._write()
        self.assertFalse(self._is_answered_by_replica())
        self._make_portal_contact("otto@example.com")
        self.authenticate("otto@example.com", PASSWORD)
        self.url_open(PAGE)
        self.assertTrue(self._is_answered_by_replica())

    def test_reading_is_no_writing(self):
        self._is_answered_by_replica()
        self.assertNotIn(SESSION_WRITE, self._get_session())

    def test_a_change_of_rights_or_of_access_has_the_primary_answer(self):
        marks = iter(range(100))
        self.patch(self.http, "_get_access_mark", lambda cr: next(marks))
        self.assertFalse(self._is_answered_by_replica())

    def _watch_caches(self):
        """Note each time that Odoo's caches are compared with a database."""
        checked, registry = [], self.registry
        self.patch(
            registry, "check_signaling", lambda cr=None: checked.append(cr) or registry
        )
        return checked

    @takes_long
    def test_the_caches_follow_the_primary_that_answers(self):
        self._write()
        checked = self._watch_caches()
        self._is_answered_by_replica()
        self.assertEqual(len(checked), 2)  # Odoo's own, and that of the primary.

    def test_forms_know_of_a_change_of_rights_that_the_replica_has_not_got(self):
        marks, checked = iter(range(100)), self._watch_caches()
        self.patch(self.http, "_get_access_mark", lambda cr: next(marks))
        self._write()
        self.assertEqual(len(checked), 2)

    @takes_long
    def test_while_the_primary_is_away_customers_go_on_reading(self):
        def fail(cr):
            raise psycopg2.OperationalError

        self.patch(self.http, "_get_access_mark", fail)
        self.assertTrue(self._is_answered_by_replica())

    # === PROGRAMS WITH A KEY === #

    def _call_by_key(self, user):
        """Call a method that only reads, as a program does; say who answered."""
        self.session.logout()
        self.opener.cookies.clear()
        headers = {"Authorization": f"bearer\t {self._make_api_key(user)}"}
        answer = self.url_open(
            "/json/2/res.partner/search_count", json={"domain": []}, headers=headers
        )
        self.assertEqual(answer.status_code, 200)
        return self.by_replica[-1]

    def test_programs_of_customers_are_answered_by_the_primary(self):
        """A replica may not know yet that a key, or the access, has ended."""
        user = self.env["res.users"].search([("login", "=", "emma@example.com")])
        checked = self._watch_caches()
        self.assertFalse(self._call_by_key(user))
        self.assertEqual(len(checked), 2)

    def test_programs_of_employees_are_answered_by_the_replica(self):
        self.assertTrue(self._call_by_key(self.env.ref("base.user_admin")))

    def test_programs_that_log_in_at_each_call_see_the_changes_of_the_primary(self):
        """Odoo looks for changes on the replica, then works on the primary."""
        user = self.env["res.users"].search([("login", "=", "emma@example.com")])
        key, checked = self._make_api_key(user), self._watch_caches()
        call = (user.id, key, "res.partner", "search_count", [[]])
        self.xmlrpc_object.execute_kw(self.env.cr.dbname, *call)
        self.assertFalse(checked[-1] is None or checked[-1].readonly)

    # === WHAT IS NOTED OF WRITING === #

    def test_what_a_page_of_odoo_writes_when_it_is_opened_is_noted(self):
        self.assertNotIn(SESSION_WRITE, self._get_session())
        self.patch(self.http, "_asks_replica", lambda rule: False)
        self.url_open("/my/security")
        self.assertFalse(self.by_replica[-1])
        self.assertIn(SESSION_WRITE, self._get_session())

    def test_a_slow_page_does_not_forget_that_a_form_was_sent_meanwhile(self):
        original = self.http._pre_dispatch

        def send_meanwhile(rule, args):
            session = self._get_session()
            session[SESSION_WRITE] = "7"
            root.session_store.save(session)
            request.session["my_p_cases_history"] = [1]  # as a list of records does
            return original(rule, args)

        self.patch(self.http, "_pre_dispatch", send_meanwhile)
        self._is_answered_by_replica()
        session = self._get_session()
        self.assertEqual(session.get("my_p_cases_history"), [1])
        self.assertEqual(session.get(SESSION_WRITE), "7")

    def test_without_a_replica_nothing_is_asked_or_kept(self):
        self.patch(self.http, "_has_replica", lambda: False)
        self._write()
        self.assertNotIn(SESSION_WRITE, self._get_session())
        self.assertTrue(self._is_answered_by_replica())


@tagged("post_install", "-at_install")
class TestTransactionNumbers(TransactionCase):
    def _is_there(self, number):
        """Ask by a connection of its own, as a replica is asked."""
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            return self.env["ir.http"]._has_transaction(cr, number)

    def _get_number(self, cr):
        cr.execute("SELECT pg_current_xact_id()::text")
        return cr.fetchone()[0]

    def test_what_is_not_committed_is_not_there(self):
        self.assertFalse(self._is_there(self._get_number(self.env.cr)))

    def test_what_was_committed_or_given_up_is_there(self):
        database = sql_db.db_connect(self.env.cr.dbname)
        for end in ("commit", "rollback"):
            with self.subTest(end=end), database.cursor() as cr:
                number = self._get_number(cr)
                getattr(cr, end)()
                self.assertTrue(self._is_there(number))

    def _open_primary(self, *answers):
        """Open it where Odoo's connections are as they are given."""
        left = list(answers)

        def make_cursor():
            answer = left.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.patch(self.registry, "cursor", make_cursor)
        with visiting(SimpleNamespace(env=self.env)):
            return self.env["ir.http"]._open_primary()

    def test_connections_that_ended_with_the_primary_are_passed_over(self):
        lost, cursor = psycopg2.DatabaseError("server closed"), BytesIO()
        with self._open_primary(lost, lost, cursor) as found:
            self.assertIs(found, cursor)

    def test_a_primary_that_is_away_is_not_asked_for_ever(self):
        lost = psycopg2.DatabaseError("server closed")
        with self.assertRaises(psycopg2.OperationalError):
            self._open_primary(*[lost] * (config["db_maxconn"] + 1))

    def test_other_errors_of_the_primary_are_errors(self):
        with self.assertRaises(psycopg2.ProgrammingError):
            self._open_primary(psycopg2.ProgrammingError())

    def test_what_a_restored_database_never_had_is_not_there(self):
        self.assertFalse(self._is_there(str(2**62)))
