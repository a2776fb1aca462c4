import difflib
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import CustomerPortalCommon

OURS = "odoo.addons.customer_portal."
HERE = str(Path(__file__).resolve().parents[1] / "models")
# Core asks these of each column, so they count for themselves.
OF_COLUMNS = ("_check_field_access", "_has_field_access")


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


@contextmanager
def count_calls(own, core):
    """Count the calls of functions by their names: of this addon, and of all others."""

    def note(frame, event, _arg):
        if event == "call":
            code = frame.f_code
            (own if is_ours(code.co_filename) else core)[code.co_name] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)


@cache
def is_ours(filename):
    return str(Path(filename).resolve()).startswith(HERE)


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

    def _list_queries(self, *job):
        """Return the queries of what an employee does; it is undone."""
        queries = []
        self._do(list_queries(queries), *job)
        return queries

    def _count_calls(self, *job):
        """Return the calls of this addon's functions, and of others, by their names."""
        self._do(nullcontext(), *job)  # once to fill the caches
        own, core = Counter(), Counter()
        self._do(count_calls(own, core), *job)
        return own, core

    def _do(self, noting, job, records, *args):
        with self.env.cr.savepoint() as savepoint:
            self.env.invalidate_all()
            env = self.env(user=self.employee, context={})
            self.assertTrue(env.user.has_group("base.group_user"))
            with noting:
                job(records.with_env(env), *args)
                self.env.cr.flush()
            self.env.invalidate_all()
            savepoint.rollback()

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

    def test_agents_open_the_form_of_any_contact_with_few_queries_more(self):
        """Its lists and counts, each once."""
        self.employee = self.env.ref("base.user_root")
        names, ours = self._get_shown("form", self.employee)
        self.assertIn("portal_receipt_ids", ours)
        stock = self._count_form_queries(self.partners[0], names - ours)
        more = self._count_form_queries(self.partners[0], names) - stock
        self.assertLessEqual(more, 11)

    def test_counts_of_a_contact_have_what_belongs_to_archived_ones_below(self):
        company = self.env["res.partner"].create({"name": "Inc", "is_company": True})
        below = self.env["res.partner"].create({"name": "Gone", "active": False})
        documents = self.env["customer.portal.document"]
        for partner, number in ((self.partners[0], 0), (below, 1), (company, 1)):
            if partner == company:
                below.parent_id = company
            if partner == below:
                file = self.env["ir.attachment"].create({"name": "a", "raw": b"a"})
                values = {"attachment_id": file.id, "partner_id": below.id}
                documents.create({"name": "a", "audience": "contact", **values})
            partner = partner.with_user(self.agent)
            partner.invalidate_recordset()
            self.assertEqual(partner.portal_document_count, number)

    def test_opening_a_task_that_is_no_case_counts_no_cases(self):
        self.tasks[0].partner_id = self.partners[0]
        task = self.tasks[0].with_user(self.agent).sudo()
        names = {"portal_customer_open_count"}
        read_fields(task, names)  # once to fill the caches
        self.env.invalidate_all()
        queries = []
        with list_queries(queries):
            read_fields(task, names)
        self.assertFalse([query for query in queries if "COUNT" in query])
        self.assertFalse(task.portal_customer_open_count)

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

    def _check_enters(self, limit, *job):
        """Hold what an employee does to a number of calls of this addon's functions.

        Without those that core asks of each column: the more apps, the more columns.
        """
        own, core = self._count_calls(*job)
        for name in OF_COLUMNS:
            self.assertLessEqual(own.pop(name, 0), core[name], name)
        self.assertTrue(own)
        self.assertLessEqual(own.total(), limit, own.most_common(20))

    def test_creating_a_contact_enters_few_functions(self):
        values = {"name": "New", "email": "new@example.com"}
        self._check_enters(175, create, self.partners, [values])

    def test_writing_a_contact_enters_few_functions(self):
        self._check_enters(175, write, self.partners[0], {"phone": "555"})
        self._check_enters(175, write, self.partners[0], {"active": False})

    def test_attaching_a_file_enters_few_functions(self):
        values = {"name": "a.txt", "raw": b"a", "res_model": "res.partner"}
        values["res_id"] = self.partners[0].id
        files = self.env["ir.attachment"]
        self._check_enters(60, create, files, [values])

    def test_tasks_enter_few_functions(self):
        values = {"name": "New", "project_id": self.project.id}
        self._check_enters(260, create, self.tasks, [values])
        self._check_enters(185, write, self.tasks[0], {"name": "Renamed"})
        self._check_enters(260, write, self.tasks[0], {"stage_id": self.stages[1].id})

    def test_commenting_enters_few_functions(self):
        someone = self.partners[1].ids
        for record, partner_ids, limit in (
            (self.partners[0], [], 120),
            (self.partners[0], someone, 140),
            (self.tasks[0], [], 120),
            (self.tasks[0], someone, 225),
        ):
            with self.subTest(record=record, partner_ids=partner_ids):
                self._check_enters(limit, comment, record, partner_ids)

    def test_reading_names_enters_few_functions(self):
        self._check_enters(60, read_names, self.partners)

    def test_a_column_of_an_employee_asks_nothing_else(self):
        """Whether fields are hidden is known once; no group is asked for a column."""
        own, core = self._count_calls(read_names, self.partners)
        self.assertGreater(core["_field_to_sql"], 20)
        self.assertLessEqual(own["_check_field_access"], core["_check_field_access"])
        self.assertLess(own["_portal_hides"], core["_field_to_sql"])
        self.assertFalse(own["_check_portal_copy"])
        self.assertFalse(own["hidden_partner_fields"])

    def _get_way_to_odoo(self):
        """Return who overrides what core asks of each column, and where."""
        registry = self.env.registry
        for model_name, name, module in (
            ("base", "_check_field_access", "native.base"),
            ("res.partner", "_has_field_access", "access.res_partner_fields"),
            ("res.users", "_has_field_access", "native.res_users"),
        ):
            cls = registry[model_name]
            [owner] = (
                one for one in cls.__mro__ if one.__module__ == f"{OURS}models.{module}"
            )
            yield self.env[model_name], name, f"{name}_of_odoo", owner

    def test_what_odoo_asks_of_each_column_finds_the_next_method_at_once(self):
        """Looking for it in a hundred classes took thirty times as long."""
        # pylint: disable=missing-return
        for model, name, kept, owner in self._get_way_to_odoo():
            with self.subTest(model._name):
                cls = type(model)
                self.assertIs(getattr(cls, kept), getattr(super(owner, cls), name))

    def test_contacts_and_users_have_no_copies_so_odoo_alone_checks_their_columns(self):
        for name in ("res.partner", "res.users"):
            with self.subTest(name):
                model = self.env[name]
                core = BaseModel._check_field_access
                self.assertIs(type(model)._check_field_access, core)
                model._unregister_hook()
                self.addCleanup(model._register_hook)
                self.assertIsNot(type(model)._check_field_access, core)
        task = type(self.env["project.task"])
        self.assertIsNot(task._check_field_access, core)

    def test_what_another_addon_asks_of_the_columns_of_contacts_is_asked(self):
        # pylint: disable=missing-return
        model = self.env["res.partner"]
        model._unregister_hook()
        self.addCleanup(model._register_hook)
        for cls in type(model).__mro__:
            if cls.__module__ == f"{OURS}models.base.res_partner":
                break
        asked = []

        def check(self, field, operation):
            asked.append(field.name)
            return super(cls, self)._check_field_access(field, operation)

        with patch.object(cls, "_check_field_access", check, create=True):
            model._register_hook()
            model.with_user(self.employee)._check_field_access(
                model._fields["email"], "read"
            )
            model._unregister_hook()
        self.assertEqual(asked, ["email"])

    def test_the_next_method_is_looked_for_while_nothing_is_kept(self):
        for model, _name, kept, owner in self._get_way_to_odoo():
            with self.subTest(model._name):
                model._unregister_hook()
                try:
                    self.assertIs(getattr(type(model), kept), vars(owner)[kept])
                    self._check_field_access_is_that_of_odoo(model)
                finally:
                    model._register_hook()
                self.assertIsNot(getattr(type(model), kept), vars(owner)[kept])
                self._check_field_access_is_that_of_odoo(model)

    def _check_field_access_is_that_of_odoo(self, model):
        """Compare what an employee may read and write with what the groups say."""
        for name in ("res.partner", "res.users"):
            records = self.env[name].with_user(self.employee)
            for field in records._fields.values():
                core = BaseModel._has_field_access(records, field, "read")
                may = records._has_field_access(field, "read")
                own = name == "res.users"  # One's own preferences are let through.
                self.assertTrue(may == core or own and may, f"{model}: {field}")

    def test_columns_that_the_portal_alone_reads_are_not_read_with_others(self):
        for model_name, names in {
            "res.partner": {"portal_user", "portal_profile_id", "portal_manager_left"}
            | {"portal_email_unproven", "support_start_date", "support_end_date"}
            | {"po_box"},
            "res.company": {"portal_url"},
            "res.users": set(),
            "project.task": {"portal_last_message_date"},
        }.items():
            with self.subTest(model_name):
                fields = self.env[model_name]._fields.values()
                own = {
                    field.name
                    for field in fields
                    if field.prefetch is True and field._module == "customer_portal"
                }
                self.assertEqual(own, names)

    def test_columns_of_pages_are_read_with_others_for_customers_alone(self):
        partner = self._make_portal_contact("emma@example.com")
        for who, more in ((self._user_of(partner), 0), (self.employee, 1)):
            for record, fname, of_pages in (
                (partner, "phone", "portal_seats"),
                (partner.company_id or self.env.company, "name", "portal_title"),
            ):
                with self.subTest(who=who.login, fname=of_pages):
                    self.env.flush_all()
                    self.env.invalidate_all()
                    record_sudo = record.with_user(who).sudo()
                    self.assertTrue(record_sudo.env.user._is_portal() or more)
                    record_sudo.mapped(fname)
                    queries = []
                    with list_queries(queries):
                        record_sudo.mapped(of_pages)
                    self.assertEqual(len(queries), more, queries)

    def test_columns_of_pages_are_not_shown_to_customers_by_that(self):
        partner = self._make_portal_contact("emma@example.com")
        own = partner.with_user(self._user_of(partner))
        self.env.invalidate_all()
        fields = own._determine_fields_to_fetch(["name"])
        self.assertEqual([field.name for field in fields], ["name"])
        fields = own.sudo()._determine_fields_to_fetch(["name"])
        self.assertIn("portal_seats", [field.name for field in fields])
        self.assertRaises(AccessError, lambda: own.portal_seats)

    def test_one_of_them_is_read_with_all_of_them(self):
        def read_one(partner):
            return partner.sudo().portal_join_code

        def read_two(partner):
            partner = partner.sudo()
            return partner.portal_join_code, partner.portal_notices_stopped

        self._list_queries(read_two, self.partners[0])  # once to fill the caches
        one = self._list_queries(read_one, self.partners[0])
        two = self._list_queries(read_two, self.partners[0])
        self.assertEqual(len(two), len(one))
