import csv
import io
from functools import partial
from itertools import product
from unittest.mock import patch

from lxml import html
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client

import odoo.http
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import PASSWORD, takes_long
from ..native_common import LEVELS, NativeCommon

# Published Model by hand: the model, its path to a contact, and its title.
PUBLISHED = {
    "made-tasks": ("project.task", "partner_id", "name"),
    "made-accounts": ("res.partner.bank", "partner_id", "acc_number"),
}
# What customers may change there; Odoo itself keeps some account numbers.
WRITABLE = {"made-tasks": "name", "made-accounts": "acc_holder_name"}


@tagged("post_install", "-at_install")
class TestPageMatrix(NativeCommon):
    """Each level of generated modules by each way in, beside the oracle.

    One is of tasks, one of a model that Odoo has no page for. The rules behind the ways
    in are asked for all customers and levels, the routes for one customer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.generated = {code: cls._publish(code) for code in PUBLISHED}
        cls.rights = cls.profile.permission_ids.filtered(
            lambda row: row.module_id.code in PUBLISHED
        )
        cls.rights.write({"can_export": True})
        cls.rights.field_ids.access = "read"
        cls.made = {code: cls._make_owned(code) for code in PUBLISHED}
        cls.names = {
            record: record[WRITABLE[code]]
            for code, made in cls.made.items()
            for record in made.values()
        }
        cls.files = {
            code: {name: cls._attach(record) for name, record in made.items()}
            for code, made in cls.made.items()
        }
        cls.permissions.visible = False

    @classmethod
    def _publish(cls, code):
        model_name, path, title = PUBLISHED[code]
        writable = {"name": WRITABLE[code], "in_edit": True}
        lines = [{"name": title, "in_list": True, "searchable": True}]
        if WRITABLE[code] == title:
            lines[0] |= writable
        else:
            lines.append(writable)
        return cls.env["customer.portal.module"].create(
            {
                "code": code,
                "name": code,
                "model_name": model_name,
                "partner_field": path,
                "allow_everyone": True,
                "order": f"{title}, id",
                "title_field": title,
                "field_ids": [Command.create(line) for line in lines],
            }
        )

    @classmethod
    def _make_owned(cls, code):
        """Return the record of each customer, by their name; nobody's is by None."""
        model_name, path, title = PUBLISHED[code]
        owners = {**cls.partners}
        if model_name == "project.task":  # Accounts always have a holder.
            owners[None] = cls.env["res.partner"]
        records = cls.env[model_name].create(
            [
                {title: cls._title(code, name), path: partner.id}
                for name, partner in owners.items()
            ]
        )
        return dict(zip(owners, records, strict=True))

    @classmethod
    def _attach(cls, record):
        return cls.env["ir.attachment"].create(
            {
                "name": "notes.txt",
                "raw": b"notes",
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    @classmethod
    def _title(cls, code, name):
        """Return a title that no other one begins with."""
        return f"{code}-of-{name}."

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(self, "http_request_allow_all", new=True))

    def _enter(self, viewer):
        self.authenticate(f"{viewer}@matrix.example", PASSWORD)
        self.client = Client(odoo.http.root)
        self.client.set_cookie("session_id", self.session.sid)

    def _open(self, path, **query):
        """Ask the server's function, without a socket: it takes a tenth of the time."""
        return self.client.get(
            path, query_string=query, environ_base={"REMOTE_ADDR": "127.0.0.1"}
        )

    # === RULES: WHOSE RECORDS THEY GIVE === #

    def _rules(self, user):
        """Return what the gate gives a user for each way in, by name of the way.

        Each takes the code of a module, and returns the names of the customers whose
        records it gives.
        """
        title = {code: f"-{fname}" for code, (_m, _p, fname) in PUBLISHED.items()}
        return {
            "list": lambda code: self._ask_rows(user, code),
            "search of a list": lambda code: self._ask_rows(user, code, search="-of-"),
            "filtered list": lambda code: self._ask_rows(
                user, code, sortby=title[code], size="100"
            ),
            "record": lambda code: {
                name
                for name, record in self.made[code].items()
                if self.env["customer.portal.record"]
                .with_user(user)
                .get_row(code, record.id)
            },
            "export": lambda code: self._ask_export(user, code),
            "global search": lambda code: self._ask_everywhere(user, code),
        }

    def _ask_rows(self, user, code, **query):
        asked = (
            self.env["customer.portal.record"]
            .with_user(user)
            .parse_list_query(code, scope="all", **query)
        )
        rows = (
            self.env["customer.portal.record"]
            .with_user(user)
            .find_rows(code, asked, limit=100)
        )
        self.assertEqual(
            self.env["customer.portal.record"].with_user(user).count_rows(code, asked),
            len(rows),
        )
        return self._shown_in(code, " ".join(row["title"] for row in rows))

    def _ask_export(self, user, code):
        asked = (
            self.env["customer.portal.record"]
            .with_user(user)
            .parse_list_query(code, scope="all")
        )
        rows = list(
            self.env["customer.portal.record"].with_user(user).export_rows(code, asked)
        )
        return self._shown_in(code, " ".join(str(cell) for row in rows for cell in row))

    def _ask_everywhere(self, user, code):
        found = set()
        for name in self.made[code]:
            parts = (
                self.env["customer.portal.record"]
                .with_user(user)
                .search_everything(self._title(code, name))
            )
            titles = [row["title"] for part in parts for row in part["rows"]]
            found |= self._shown_in(code, " ".join(titles))
        return found

    # === ROUTES: WHOSE RECORDS SHOW === #

    def _routes(self):
        """Return all ways in, by name; see ``_rules``."""
        return {
            "list": self._find_in_list,
            "search of a list": self._find_by_search,
            "filtered list": self._find_in_sorted_list,
            "record": self._find_records,
            "export as CSV": self._find_in_csv,
            "export as Excel": self._find_in_excel,
            "global search": self._find_everywhere,
        }

    def _shown_in(self, code, text):
        names = self.made[code]
        return {name for name in names if self._title(code, name) in text}

    def _find_in_list(self, code):
        return self._shown_in(code, self._open(f"/my/p/{code}", scope="all").text)

    def _find_by_search(self, code):
        query = {"search": "-of-", "scope": "all"}
        table = html.fromstring(self._open(f"/my/p/{code}", **query).text).xpath("//td")
        return self._shown_in(code, " ".join(cell.text_content() for cell in table))

    def _find_in_sorted_list(self, code):
        query = {"sortby": f"-{PUBLISHED[code][2]}", "size": "100", "scope": "all"}
        return self._shown_in(code, self._open(f"/my/p/{code}", **query).text)

    def _find_records(self, code):
        found = set()
        for name, record in self.made[code].items():
            page = self._open(f"/my/p/{code}/{record.id}")
            self.assertIn(page.status_code, (200, 404))
            shown = self._shown_in(code, page.text)
            self.assertEqual(shown, {name} if page.status_code == 200 else set())
            found |= shown
        return found

    def _find_in_csv(self, code):
        page = self._open(f"/my/p/{code}/export", format="csv", scope="all")
        if page.status_code == 404:
            return set()
        rows = list(csv.reader(io.StringIO(page.data.decode("utf-8-sig"))))
        return self._shown_in(code, " ".join(cell for row in rows for cell in row))

    def _find_in_excel(self, code):
        from openpyxl import load_workbook

        page = self._open(f"/my/p/{code}/export", format="xlsx", scope="all")
        if page.status_code == 404:
            return set()
        sheet = load_workbook(io.BytesIO(page.data)).active
        rows = sheet.iter_rows(values_only=True)
        return self._shown_in(code, " ".join(str(cell) for row in rows for cell in row))

    def _find_everywhere(self, code):
        found = set()
        for name in self.made[code]:
            title = self._title(code, name)
            page = html.fromstring(self._open("/my/search", search=title).text)
            links = page.xpath("//a[contains(@class, 'list-group-item')]")
            found |= self._shown_in(code, " ".join(a.text_content() for a in links))
        return found

    # === RULES: WHOSE RECORDS THEY CHANGE === #

    def _change_rules(self, user):
        """Return what the gate does for a user in each way to change a record.

        Each takes the code of a module, the name of a customer and a text, and says
        whether it let in, and whether the text has come into the record.
        """
        return {
            "edit form": partial(self._write_by_rule, user),
            "comment": partial(self._comment_by_rule, user),
            "upload": partial(self._upload_by_rule, user),
            "download": partial(self._download_by_rule, user),
        }

    def _is_let_in(self, rule, *args):
        try:
            rule(*args)
        except AccessError:
            return False
        return True

    def _write_by_rule(self, user, code, name, text):
        record, fname = self.made[code][name], WRITABLE[code]
        is_let_in = self._is_let_in(
            self.env["customer.portal.form"].with_user(user).write_record,
            code,
            record.id,
            {fname: text},
        )
        return is_let_in, self._cancel_queued_mails(record, fname, text)

    def _comment_by_rule(self, user, code, name, text):
        record = self.made[code][name]
        is_let_in = self._is_let_in(
            self.env["customer.portal.thread"].with_user(user).post_comment,
            code,
            record.id,
            text,
        )
        return is_let_in, self._is_commented(record, text)

    def _upload_by_rule(self, user, code, name, text):
        record = self.made[code][name]
        file = FileStorage(io.BytesIO(text.encode()), filename=f"{text}.txt")
        is_let_in = self._is_let_in(
            self.env["customer.portal.file"].with_user(user).add_files,
            code,
            record.id,
            [file],
        )
        return is_let_in, self._is_uploaded(record, text)

    def _download_by_rule(self, user, code, name, _text):
        record, file = self.made[code][name], self.files[code][name]
        shown = (
            self.env["customer.portal.file"].with_user(user).find_files(code, record.id)
        )
        is_shown = file.id in [one["id"] for one in shown or ()]
        return is_shown, is_shown

    # === ROUTES: WHOSE RECORDS THEY CHANGE === #

    def _send(self, path, **data):
        data["csrf_token"] = self._csrf_token()
        here = {"REMOTE_ADDR": "127.0.0.1"}
        return self.client.post(path, data=data, environ_base=here).status_code

    def _change_routes(self):
        """Return all ways to change a record, by name; see ``_change_rules``."""
        return {
            "edit form": self._change_by_form,
            "comment": self._change_by_comment,
            "upload": self._change_by_upload,
            "download": self._download,
        }

    def _change_by_form(self, code, name, text):
        record, fname = self.made[code][name], WRITABLE[code]
        path = f"/my/p/{code}/{record.id}/edit"
        shown = self._open(path).status_code
        sent = self._send(path, **{fname: text})
        self.assertEqual(shown == 200, sent == 303)
        return sent == 303, self._cancel_queued_mails(record, fname, text)

    def _cancel_queued_mails(self, record, fname, text):
        """Return whether a field has a text; for the next one, give it a name again."""
        record.invalidate_recordset()
        is_changed = record[fname] == text
        if is_changed:
            record[fname] = self.names[record]
            self.env.flush_all()
        return is_changed

    def _change_by_comment(self, code, name, text):
        record = self.made[code][name]
        sent = self._send(f"/my/p/{code}/{record.id}/comment", body=text)
        return sent == 303, self._is_commented(record, text)

    def _is_commented(self, record, text):
        messages = self.env["mail.message"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)]
        )
        return any(text in (body or "") for body in messages.mapped("body"))

    def _change_by_upload(self, code, name, text):
        record = self.made[code][name]
        file = (io.BytesIO(text.encode()), f"{text}.txt")
        sent = self._send(f"/my/p/{code}/{record.id}/upload", files=file)
        return sent == 303, self._is_uploaded(record, text)

    def _is_uploaded(self, record, text):
        found = self.env["ir.attachment"].search_count(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("name", "=", f"{text}.txt"),
            ]
        )
        return bool(found)

    def _download(self, code, name, _text):
        record, file = self.made[code][name], self.files[code][name]
        page = self._open(f"/my/p/{code}/{record.id}/file/{file.id}")
        return page.status_code == 200, page.data == b"notes"

    # === THE MATRIX === #

    def _permit_made(self, level):
        self.rights.visible = bool(level)
        if level:
            self.rights.records_visibility = level
        self.env.flush_all()

    def _expected_of(self, viewer, level, code):
        if level == "everyone":
            return set(self.made[code])
        return {
            name
            for name in self.made[code]
            if level and self.oracle.sees(viewer, level, name)
        }

    def test_each_rule_gives_each_customer_what_the_oracle_says(self):
        for level in [*LEVELS, "everyone", None]:
            self._permit_made(level)
            for viewer in self.VIEWERS:
                rules = self._rules(self.users[viewer])
                for (way, find), code in product(rules.items(), self.made):
                    wanted = self._expected_of(viewer, level, code)
                    with self.subTest(way, viewer=viewer, level=level, module=code):
                        self.assertEqual(find(code), wanted)

    @takes_long
    def test_each_route_shows_what_the_oracle_says(self):
        self._enter("emma")
        for level in ["organization", None]:
            self._permit_made(level)
            for (way, find), code in product(self._routes().items(), self.made):
                wanted = self._expected_of("emma", level, code)
                with self.subTest(way, level=level, module=code):
                    self.assertEqual(find(code), wanted)

    def _permit_changes(self):
        toggles = ("can_edit", "show_comments", "can_comment", "show_documents")
        self.rights.write(dict.fromkeys((*toggles, "can_upload"), True))
        lines = self.rights.field_ids
        lines.filtered("field_id.in_edit").access = "write"

    def _check_changes(self, viewer, level, ways):
        self._permit_made(level)
        for code, made in self.made.items():
            wanted = self._expected_of(viewer, level, code)
            for way, change in ways.items():
                text = f"{way} of {viewer} as {level}"
                with self.subTest(text, module=code):
                    reached = {name: change(code, name, text) for name in made}
                    self.assertEqual(
                        reached, {name: (name in wanted,) * 2 for name in made}
                    )

    @takes_long
    def test_each_rule_to_change_reaches_what_the_oracle_says(self):
        self._permit_changes()
        for level, viewer in product([*LEVELS, None], ("emma", "stranger")):
            ways = self._change_rules(self.users[viewer])
            self._check_changes(viewer, level, ways)

    @takes_long
    def test_each_route_to_change_reaches_what_the_oracle_says(self):
        self._permit_changes()
        self._enter("emma")
        for level in ["organization", None]:
            self._check_changes("emma", level, self._change_routes())

    def test_cards_are_of_shown_modules(self):
        for level in [*LEVELS, None]:
            self._permit_made(level)
            for viewer in ("emma", "stranger"):
                self._enter(viewer)
                page = html.fromstring(self._open("/my").text)
                cards = page.xpath("//div[@id='customer_portal_category']//a/@href")
                wanted = [f"/my/p/{code}" for code in PUBLISHED] if level else []
                with self.subTest(viewer=viewer, level=level):
                    self.assertEqual(sorted(cards), sorted(wanted))

    @takes_long
    def test_a_mine_list_holds_ones_own(self):
        for level in LEVELS:
            self._permit_made(level)
            for viewer in self.VIEWERS:
                self._enter(viewer)
                for code in self.made:
                    page = self._open(f"/my/p/{code}", scope="mine")
                    with self.subTest(viewer=viewer, level=level, module=code):
                        self.assertEqual(self._shown_in(code, page.text), {viewer})
