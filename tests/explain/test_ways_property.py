from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import Client

import odoo.http
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.explain.explain import Question
from ..common import PASSWORD, CustomerPortalHttpCommon
from ..examples import draws
from ..explain_common import ExplainCommon

# What is asked about, and at which page: code of the module.
THINGS = (
    *(("record", "wishes"), ("record", "again"), ("record", "tasks")),
    *(("file", "wishes"), ("file", "again"), ("file", "tasks"), ("file", "documents")),
    *(("said", "wishes"), ("said", "documents"), ("answer", "faqs")),
    *(("both", "wishes"), ("both", "again"), ("both", "documents")),
    ("document", "documents"),
)
# What can be turned off of the ways there are; a permission's row, or a record.
OFF = (
    *("wishes.visible", "wishes.show_documents", "wishes.show_comments"),
    *("again.visible", "again.show_documents", "again.show_comments"),
    *("tasks.visible", "tasks.show_documents", "more.visible", "more.show_documents"),
    *("documents.visible", "document.is_published", "document.audience"),
    *("paper.is_published", "paper.audience", "faqs.visible", "faqs.show_comments"),
)
# What tells a way from another one on the same page.
CLOSING = ("visible", "show_documents", "show_comments", "audience")


@st.composite
def cases(draw):
    """Draw what is asked about, and which ways to it are closed."""
    return {
        "thing": draw(st.sampled_from(THINGS)),
        "off": draw(st.lists(st.sampled_from(OFF), max_size=6, unique=True)),
    }


@tagged("post_install", "-at_install", "long", "drawn")
class TestWaysProperty(ExplainCommon, CustomerPortalHttpCommon):
    """All ways to a thing are named, and none that leads nowhere.

    A task has two pages that the portal makes and the one of Odoo, which two modules
    show. Its file is listed on all three, and shared as a document; so is one of the
    files of its comments.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shared = {"model_name": "project.task", "partner_field": "partner_id"}
        shared["domain"] = f"[('project_id', '=', {cls.project.id})]"
        cls.env["customer.portal.module"].create(
            [
                {
                    "code": "again",
                    "name": "Again",
                    "title_field": "name",
                    "field_ids": [Command.create({"name": "name", "in_list": True})],
                    **shared,
                },
                {"code": "more", "name": "More", "page": "native", **shared},
            ]
        )
        cls.rows = {one.module_id.code: one for one in cls.profile.permission_ids}
        for code in ("wishes", "again", "tasks", "more", "documents", "faqs"):
            cls.rows[code].visible = True
        for code in ("again", "tasks", "more"):
            values = {"show_documents": True, "records_visibility": "own"}
            cls.rows[code].write({**values, "show_comments": True})
        cls.rows["faqs"].show_comments = True
        cls.project.collaborator_ids = [Command.create({"partner_id": cls.emma.id})]
        cls.wish.message_subscribe(cls.emma.ids)
        cls.said, cls.both = cls._say(cls.wish), cls._say(cls.wish)
        cls.document, cls.paper = cls.env["customer.portal.document"].create(
            [
                {"name": "Plan", "attachment_id": file.id, "partner_id": cls.emma.id}
                for file in (cls.file, cls.both)
            ]
        )
        cls.faq = cls.env["customer.portal.faq"].create(
            {"question": "Why?", "answer": "So.", "is_published": True}
        )
        cls.answer = cls._say(cls.faq)
        cls.login = cls.user.login

    @classmethod
    def _say(cls, record):
        """Return the file of a comment."""
        file = cls._attach(record)
        record.message_post(
            body="See the file.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=file.ids,
        )
        return file

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(self, "http_request_allow_all", new=True))

    @contextmanager
    def _drawn(self, case):
        with self._undone():
            for off in case["off"]:
                self._turn_off(*off.split("."))
            self.env.flush_all()
            self.env.invalidate_all()
            self.authenticate(self.login, PASSWORD)
            self.client = Client(odoo.http.root)
            self.client.set_cookie("session_id", self.session.sid)
            yield

    def _turn_off(self, name, fname):
        record = self.rows.get(name) or getattr(self, name)
        if fname == "audience":
            record.partner_id = self.stranger
        else:
            record[fname] = False

    # === WHAT IS EXPLAINED === #

    def _get_thing(self, case):
        """Return the record, and its file if it is about that."""
        kind, _code = case["thing"]
        record = self.faq if kind == "answer" else self.wish
        if kind == "record":
            return record, self.file.browse()
        return record, self.file if kind == "document" else getattr(self, kind)

    def _explain(self, case):
        self.env.invalidate_all()
        question = self._make_question(*case["thing"], *self._get_thing(case))
        return self.env["customer.portal.explain"].explain(self.emma, question)

    def _make_question(self, kind, code, record, file):
        if kind == "document":
            return Question("record", code, self.document._name, self.document.id)
        if code == "documents":
            return Question("file", code, file_id=file.id)
        thing = {"code": code, "model": record._name, "res_id": record.id}
        return Question("file" if file else "record", **thing, file_id=file.id or 0)

    def _get_ways(self, answer, *kinds):
        return [step for step in answer.steps if step.kind in kinds]

    def _get_named(self, case, answer):
        """Return the ways in that are named, as ``_find_open`` calls them."""
        named = {case["thing"][1]} if answer.allowed else set()
        for step in self._get_ways(answer, "elsewhere"):
            code = self._get_record(step).module_id.code
            named.add("api" if "API" in step.text else code)
        return {"tasks" if code == "more" else code for code in named}

    def _get_record(self, step):
        model, res_id, _fname, _label = step.link
        return self.env[model].browse(res_id)

    # === WHAT REALLY HAPPENS === #

    def _find_open(self, case):
        """Return by which ways in HTTP and RPC let the customer have it."""
        record, file = self._get_thing(case)
        self.env.flush_all()
        urls = self._get_urls(record, file)
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            is_open = {code for code, url in urls.items() if self._opens(url)}
            if "tasks" not in is_open and self._reads(file or record):
                is_open.add("api")
        self.env.invalidate_all()
        return is_open

    def _get_urls(self, record, file):
        if not file:
            pages = {code: f"/my/p/{code}/{record.id}" for code in ("wishes", "again")}
            return {**pages, "tasks": f"/my/tasks/{record.id}"}
        documents = {"documents": f"/my/documents/{file.id}"}
        if record == self.faq:
            return {**documents, "faqs": f"/my/faq/{record.id}/file/{file.id}"}
        pages = {
            code: f"/my/p/{code}/{record.id}/file/{file.id}"
            for code in ("wishes", "again")
        }
        native = f"/my/files/{record._name}/{record.id}/{file.id}"
        return {**documents, **pages, "tasks": native}

    def _opens(self, url):
        response = self.client.get(url, environ_base={"REMOTE_ADDR": "127.0.0.1"})
        return response.status_code == 200

    def _reads(self, record):
        """Ask as a program does."""
        params = {"model": record._name, "method": "read", "kwargs": {}}
        response = self.client.post(
            f"/web/dataset/call_kw/{record._name}/read",
            json={"params": {**params, "args": [record.ids, ["name"]]}},
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        )
        return response.status_code == 200 and bool(response.json.get("result"))

    # === THE PROMISE === #

    @draws(60, short=2)
    @given(cases())
    @example({"thing": ("file", "wishes"), "off": ["wishes.show_comments"]})
    @example({"thing": ("file", "documents"), "off": []})
    @example({"thing": ("record", "tasks"), "off": []})
    @example({"thing": ("both", "wishes"), "off": []})
    @example({"thing": ("both", "documents"), "off": []})
    @example({"thing": ("file", "tasks"), "off": ["document.is_published"]})
    def test_all_ways_are_named_and_without_them_nothing_is_left(self, case):
        with self._drawn(case):
            answer = self._explain(case)
            self._check(case, answer)
            answer = self._check_each_suffices(case, answer)
            self._check_none_is_left(case, answer)

    def _check(self, case, answer):
        is_open = self._find_open(case)
        self.assertEqual(self._get_named(case, answer), is_open, (case, answer))

    def _check_each_suffices(self, case, answer):
        """Close the way that decides: each other one on the page suffices."""
        while self._get_ways(answer, "also"):
            self._close(self._get_deciding(answer))
            answer = self._explain(case)
            self.assertTrue(answer.allowed, (case, answer))
            self._check(case, answer)
        return answer

    def _check_none_is_left(self, case, answer):
        """Close all that are named: the thing is out of reach."""
        for step in self._get_ways(answer, "elsewhere"):
            self._close(step)
        answer = self._explain(case)
        self.assertFalse(self._get_ways(answer, "also", "elsewhere"), (case, answer))
        if answer.allowed:
            self._close(self._get_deciding(answer))
            answer = self._explain(case)
        self.assertFalse(answer.allowed, (case, answer))
        self.assertFalse(self._find_open(case), (case, answer))

    def _get_deciding(self, answer):
        """Return the last step that tells this way from another one."""
        return [
            step
            for step in answer.steps
            if step.kind not in ("also", "elsewhere")
            and step.link
            and step.link[2] in CLOSING
        ][-1]

    def _close(self, step):
        record = self._get_record(step)
        if step.link[2] == "audience":
            record.partner_id = self.stranger
        else:
            record[step.link[2]] = False
        self.env.flush_all()
