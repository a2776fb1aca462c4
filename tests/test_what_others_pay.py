import difflib
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from lxml import etree

from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import CustomerPortalCommon

OURS = "odoo.addons.customer_portal."


def find_overrides(registry):
    """Yield the methods of this addon that take the place of Odoo's own.

    :return: classes and names
    """
    for model in registry.models.values():
        theirs = set()
        for cls in reversed(model.__mro__):
            names = {name for name, one in vars(cls).items() if callable(one)}
            if cls.__module__.startswith(OURS):
                yield from ((cls, name) for name in names & theirs)
            else:
                theirs |= names


@contextmanager
def without_overrides(registry):
    """Have Odoo do as it does without this addon; only its columns are there."""
    with ExitStack() as stack:
        for cls, name in set(find_overrides(registry)):
            stack.callback(setattr, cls, name, vars(cls)[name])
            delattr(cls, name)
        yield


@contextmanager
def list_queries(queries):
    """Add the queries that are sent to the database to a list."""
    execute = Cursor.execute

    def note(self, query, *args, **kwargs):
        queries.append(query.code if isinstance(query, SQL) else query)
        return execute(self, query, *args, **kwargs)

    with patch.object(Cursor, "execute", note):
        yield


def create(records, vals_list):
    records.browse().create([dict(vals) for vals in vals_list])


def write(records, vals):
    records.write(dict(vals))  # Odoo changes it.


def comment(record, partner_ids):
    """Post a message; emails leave after the commit, which nobody waits for."""
    record.with_context(mail_notify_force_send=False).message_post(
        body="Hello",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        partner_ids=partner_ids,
    )


def read_names(partners):
    partners.search([("name", "ilike", "Other")]).mapped("display_name")


def search_names(partners):
    partners.name_search("Other")


def read_fields(records, names):
    records.web_read({name: {} for name in sorted(names)})


def read_messages(record):
    found = record.env["mail.message"]._message_fetch(domain=None, thread=record)
    found["messages"].mapped("body")


@tagged("post_install", "-at_install")
class TestWhatOthersPay(CustomerPortalCommon):
    """What has nothing to do with the portal costs no query more than without it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(
            cls.env,
            login="employee",
            groups="base.group_user,base.group_partner_manager,"
            "project.group_project_user",
        )
        cls.stages = cls.env["project.task.type"].create(
            [{"name": name} for name in ("New", "Done")]
        )
        cls.project = cls.env["project.project"].create(
            {
                "name": "Inside",
                "privacy_visibility": "employees",
                "type_ids": [(6, 0, cls.stages.ids)],
            }
        )
        cls.tasks = cls.env["project.task"].create(
            [{"name": "Task", "project_id": cls.project.id} for _number in range(4)]
        )
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Other {n}", "email": f"o{n}@example.com"} for n in range(4)]
        )
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    def _list_queries(self, job, records, *args):
        """Return the queries of what an employee does; it is undone."""
        queries = []
        with self.env.cr.savepoint() as savepoint:
            self.env.invalidate_all()
            env = self.env(user=self.employee, context={})
            self.assertTrue(env.user.has_group("base.group_user"))
            with list_queries(queries):
                job(records.with_env(env), *args)
                self.env.cr.flush()
            self.env.invalidate_all()
            savepoint.rollback()
        return queries

    def _check_pays_nothing(self, *job):
        """Compare what Odoo needs by itself with what it needs now.

        :param job: function, its records, and what else it is given
        """
        self._list_queries(*job)  # once to fill the caches
        with without_overrides(self.env.registry):
            self._list_queries(*job)
            stock = self._list_queries(*job)
        ours = self._list_queries(*job)
        self.assertTrue(stock)
        more = "\n".join(difflib.unified_diff(stock, ours, n=0, lineterm=""))
        self.assertEqual(len(ours), len(stock), more)

    def test_overrides_are_found_and_put_back(self):
        before = set(find_overrides(self.env.registry))
        names = {name for _cls, name in before}
        self.assertLessEqual({"create", "write", "_search", "_compute_domain"}, names)
        with without_overrides(self.env.registry):
            self.assertFalse(set(find_overrides(self.env.registry)))
        self.assertEqual(set(find_overrides(self.env.registry)), before)

    def test_creating_contacts(self):
        values = {"name": "New", "email": "new@example.com"}
        for number in (1, 3):
            with self.subTest(number):
                self._check_pays_nothing(create, self.partners, [values] * number)

    def test_writing_contacts(self):
        for values in (
            {"phone": "555"},
            {"name": "Renamed"},
            {"email": "renamed@example.com"},
        ):
            with self.subTest(values):
                self._check_pays_nothing(write, self.partners, values)

    def test_archiving_contacts(self):
        self._check_pays_nothing(write, self.partners, {"active": False})

    def test_attaching_files(self):
        values = {"name": "a.txt", "raw": b"a", "res_model": "res.partner"}
        values["res_id"] = self.partners[0].id
        for number in (1, 3):
            with self.subTest(number):
                files = self.env["ir.attachment"]
                self._check_pays_nothing(create, files, [values] * number)

    def test_commenting_on_contacts_and_tasks(self):
        for record in (self.partners[0], self.tasks[0]):
            for partner_ids in ([], self.partners[1].ids):
                with self.subTest(record=record, partner_ids=partner_ids):
                    self._check_pays_nothing(comment, record, partner_ids)

    def test_creating_tasks(self):
        values = {"name": "New", "project_id": self.project.id}
        for number in (1, 3):
            with self.subTest(number):
                self._check_pays_nothing(create, self.tasks, [values] * number)

    def test_writing_tasks(self):
        for values in ({"name": "Renamed"}, {"stage_id": self.stages[1].id}):
            with self.subTest(values):
                self._check_pays_nothing(write, self.tasks, values)

    def test_searching_contacts_and_reading_their_names(self):
        self._check_pays_nothing(read_names, self.partners)
        self._check_pays_nothing(search_names, self.partners)

    def _get_shown(self, view_type, user):
        """Return the fields that a view of contacts asks for, and ours among them."""
        partners = self.env["res.partner"].with_user(user)
        arch = etree.fromstring(partners.get_view(view_type=view_type)["arch"])
        nodes = arch.xpath("//field[not(ancestor::field)]")
        names = {node.get("name") for node in nodes}
        fields = partners._fields
        return names, {
            name for name in names if fields[name]._module == "customer_portal"
        }

    def _count_form_queries(self, partner, names):
        self._list_queries(read_fields, partner, names)  # once to fill the caches
        return len(self._list_queries(read_fields, partner, names))

    def test_lists_ask_for_columns_of_the_portal_for_agents_alone(self):
        """The web client reads optional columns also while nobody shows them."""
        self.assertFalse(self._get_shown("list", self.employee)[1])
        self.assertIn("portal_last_login", self._get_shown("list", self.agent)[1])

    def test_opening_the_form_of_a_contact(self):
        names, ours = self._get_shown("form", self.employee)
        self.assertLessEqual({"portal_user", "portal_last_login"}, ours)
        stock = self._count_form_queries(self.partners[0], names - ours)
        self.assertEqual(self._count_form_queries(self.partners[0], names), stock)

    def test_opening_the_form_of_an_organization_counts_its_people_once(self):
        company = self.env["res.partner"].create({"name": "Inc", "is_company": True})
        names, ours = self._get_shown("form", self.employee)
        stock = self._count_form_queries(company, names - ours)
        self.assertEqual(self._count_form_queries(company, names), stock + 1)

    def test_what_is_left_of_an_access_that_was_revoked_is_still_read(self):
        partner = self._make_portal_contact("gone@example.com")
        user = self._user_of(partner)
        self.env["res.users.log"].with_user(user).sudo().create({})
        partner.portal_user = False
        self.env.invalidate_all()
        self.assertTrue(partner.with_user(self.employee).portal_last_login)

    def test_reading_messages(self):
        for record in (self.partners[0], self.tasks[0]):
            with self.subTest(record=record):
                self._check_pays_nothing(read_messages, record)
