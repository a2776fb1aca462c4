from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import SQL

from ...models.colleague.colleague_list import ORDERS, PAGE_SIZE
from ..colleague_common import ColleagueCommon
from ..common import takes_long

MANY = 10_000
QUERIES = 12


@tagged("post_install", "-at_install")
class TestColleagueList(ColleagueCommon):
    """The list of colleagues."""

    def _log_in_once(self, partner, days=0):
        user = self._user_of(partner)
        date = Datetime.now() - timedelta(days=days)
        self.env.cr.execute(
            "INSERT INTO res_users_log (create_uid, create_date) VALUES (%s, %s)",
            (user.id, date),
        )
        self.env.invalidate_all()
        return date

    def test_it_shows_the_people_of_the_organization_and_nobody_else(self):
        partners = self.env["res.partner"]
        partners.create(
            [
                {"name": "Dock", "parent_id": self.azure.id, "type": "delivery"},
                {"name": "Gone", "parent_id": self.azure.id, "active": False},
            ]
        )
        inside = partners.create({"name": "Inside", "parent_id": self.azure.id})
        self.clerk.partner_id.parent_id = self.azure
        self.assertEqual(self._names(), ["ben", "emma", "Ida Idle", "Inside"])
        inside.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(self._names(), ["ben", "emma", "Ida Idle"])

    def test_a_row_says_who_it_is_and_how_they_are(self):
        date = self._log_in_once(self.emma)
        rows = {row["id"]: row for row in self._service()._get_list()["rows"]}
        own, ben, idle = rows[self.emma.id], rows[self.ben.id], rows[self.idle.id]
        self.assertEqual(own["status"], "active")
        self.assertTrue(own["is_self"])
        self.assertEqual(own["last_login"], date.replace(microsecond=0))
        self.assertEqual(ben["status"], "invited")
        self.assertEqual(ben["profile"], "Worker")
        self.assertEqual(ben["email"], "ben@example.com")
        self.assertEqual(ben["actions"], ("resend", "profile", "end"))
        self.assertEqual(idle["status"], "none")
        self.assertEqual(idle["actions"], ("restore",))

    def test_each_status(self):
        self._log_in_once(self.emma)
        self.ben.support_start_date = self.tomorrow
        listed = self._service()._get_list
        status = {row["name"]: row["status"] for row in listed()["rows"]}
        self.assertEqual(
            status, {"ben": "scheduled", "emma": "active", "Ida Idle": "none"}
        )
        self._expire(self.ben)
        status = {row["name"]: row["status"] for row in listed()["rows"]}
        self.assertEqual(status["ben"], "expired")
        for name, row in status.items():
            with self.subTest(row):
                self.assertEqual(self._names(status=row), [name])
        self.assertEqual(self._names(status="invited"), [])
        self.assertEqual(len(self._names(status="unheard-of")), 3)

    def test_it_is_searched_by_name_and_address(self):
        self.assertEqual(self._names(search="IDA@"), ["Ida Idle"])
        self.assertEqual(self._names(search=" idle "), ["Ida Idle"])
        self.assertEqual(self._names(search="rob"), [])
        self.assertEqual(self._names(search="'; DROP TABLE res_partner --"), [])

    def test_it_is_sorted_by_each_column_both_ways(self):
        self._log_in_once(self.emma, days=1)
        self._log_in_once(self.ben, days=2)
        self.ben.support_start_date = self.tomorrow
        wanted = {
            "name": ["ben", "emma", "Ida Idle"],
            "email": ["ben", "emma", "Ida Idle"],
            "profile": ["Ida Idle", "ben", "emma"],
            "status": ["emma", "ben", "Ida Idle"],
            "last_login": ["Ida Idle", "ben", "emma"],
        }
        self.assertEqual(set(wanted), set(ORDERS))
        for order, names in wanted.items():
            with self.subTest(order):
                self.assertEqual(self._names(order=order), names)
                self.assertEqual(self._names(order=f"{order} desc"), names[::-1])

    def test_by_status_who_is_invited_follows_who_has_logged_in(self):
        self._log_in_once(self.emma)
        names = ["emma", "ben", "Ida Idle"]
        self.assertEqual(self._names(order="status"), names)
        self.assertEqual(self._names(order="status desc"), names[::-1])

    def test_an_order_or_a_page_from_anywhere_does_no_harm(self):
        for order in ("id; DROP TABLE x", "name DESC NULLS", "", None, 7, ["name"]):
            self.assertEqual(len(self._names(order=order)), 3)
        for page in (0, -5, 10**9, None, "2"):
            self.assertEqual(len(self._names(page=page)), 3)
        self.assertEqual(len(self._names(search=None)), 3)

    def _make_many(self):
        """Copy a colleague by SQL, every second one with access and a user."""
        self.idle.portal_profile_id = self.profiles["worker"]
        self.env.flush_all()
        self._copy_row(
            self.idle,
            name=SQL("'C' || n"),
            email=SQL("'c' || n || '@example.com'"),
            email_normalized=SQL("'c' || n || '@example.com'"),
            portal_user=SQL("n %% 2 = 0"),
        )
        partner = SQL("(SELECT p.id FROM res_partner p WHERE p.name = 'C' || n)")
        login = SQL("'c' || n || '@example.com'")
        self._copy_row(self._user_of(self.ben), login=login, partner_id=partner)
        self.env.cr.execute(
            "INSERT INTO res_users_log (create_uid, create_date)"
            " SELECT id, now() FROM res_users WHERE login LIKE 'c%77@example.com'"
        )

    def _copy_row(self, record, **changed):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND table_schema = current_schema",
            [record._table],
        )
        names = [name for [name] in self.env.cr.fetchall() if name != "id"]
        values = [changed.get(name, SQL.identifier(name)) for name in names]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) AS n"
                " WHERE id = %s",
                SQL.identifier(record._table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(values),
                SQL.identifier(record._table),
                MANY,
                record.id,
            )
        )

    @takes_long
    def test_ten_thousand_colleagues_take_as_many_queries_as_three(self):
        self._make_many()
        self.env.cr.execute("ANALYZE res_partner")
        self.env.cr.flush()  # What setting up left to be done is not the list's.
        service = self._service()
        for order in (*ORDERS, "last_login desc", "status desc"):
            with self.subTest(order):
                service._get_list(order=order, page=3)  # Rights are kept from then on.
                self.env.invalidate_all()
                with self.assertQueryCount(QUERIES):
                    found = service._get_list(order=order, page=3)
                self.assertEqual(found["total"], MANY + 3)
                self.assertEqual(len(found["rows"]), PAGE_SIZE)
                self.assertEqual(found["page"], 3)
        self.env.invalidate_all()
        with self.assertQueryCount(QUERIES):
            found = service._get_list(search="c999", status="active")
        self.assertEqual(found["total"], 0)  # Those who logged in have odd numbers.
