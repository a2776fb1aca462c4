from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

import odoo.http
from odoo.exceptions import AccessDenied
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.explain.explain import Question
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long
from ..examples import draws
from ..explain_common import ALL, MARK, ExplainCommon

# What is asked, and by which way in.
THINGS = (
    *(("login", "", "page"), ("module", "", "page"), ("record", "", "page")),
    *(("field", "email_cc", "page"), ("field", "name", "page")),
    *(("edit", "email_cc", "page"), ("edit", "name", "page")),
    *(("action", action, "page") for action in ("create", "edit", "close", "export")),
    *(("action", action, "page") for action in ("comments", "comment", "documents")),
    *(("action", "upload", "page"), ("file", "file", "page"), ("file", "said", "page")),
    *(("record", "", "rpc"), ("field", "name", "rpc"), ("field", "email_cc", "rpc")),
    *(("edit", "name", "rpc"), ("edit", "email_cc", "rpc")),
    *(("native", "", "page"), ("faq", "", "page"), ("document", "", "page")),
)
# Records with pages of their own -> the code of their module, and their pages.
PAGES = {
    "native": ("tasks", "/my/tasks"),
    "faq": ("faqs", "/my/faq"),
    "document": ("documents", "/my/documents"),
}
# What keeps a customer from something; a method of the test does each.
FAULTS = (
    *("off", "expired", "scheduled", "unknown", "hidden", "unpublished", "elsewhere"),
    *("archived", "blocked", "closed", "unlisted", "field_hidden", "field_read"),
    *("tasks_hidden", "tasks_own", "unfollowed", *ALL),
    *("faqs_hidden", "faq_withdrawn", "faq_over", "faq_others"),
    *("documents_hidden", "document_withdrawn", "document_others"),
)
# Where Odoo alone decides, and nothing of a database changes it.
UNCHANGEABLE = {"hidden_field", "acl"}
COMMENT, CHANGED = "A word that stands in one comment.", "changed@wishes.example"


@st.composite
def cases(draw):
    """Draw what is asked, whose the record is, and what is in the way."""
    return {
        "thing": draw(st.sampled_from(THINGS)),
        "owner": draw(
            st.sampled_from(["emma", "emma", "colleague", "omar", "stranger", None])
        ),
        "level": draw(st.sampled_from(["own", "organization", "subsidiaries"])),
        "faults": draw(st.lists(st.sampled_from(FAULTS), max_size=2, unique=True)),
        "broken": draw(st.integers(0, 20)),
    }


# Once it was said that Comments let them have a file that is in no comment.
FOUND = {
    "thing": ("file", "file", "page"),
    "owner": "emma",
    "level": "own",
    "faults": [],
}


@tagged("post_install", "-at_install", "drawn")
class TestExplainProperty(ExplainCommon, CustomerPortalHttpCommon):
    """What is explained is what HTTP and RPC do, and the rule that it names decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.row.field_ids.field_id.write({"in_edit": True, "in_create": True})
        cls.tasks_row.write(
            {"visible": True, "can_edit": True, "records_visibility": "subsidiaries"}
        )
        cls.project.collaborator_ids = [Command.create({"partner_id": cls.emma.id})]
        # Odoo takes the right to edit from all customers once nobody shares a project.
        nora = cls.env["res.partner"].create({"name": "Nora"})
        cls.env["project.project"].create(
            {
                "name": "Shared with Nora",
                "privacy_visibility": "portal",
                "collaborator_ids": [Command.create({"partner_id": nora.id})],
            }
        )
        cls.wish.message_subscribe(cls.emma.ids)
        cls.said = cls._attach(cls.wish)
        cls.said.name = "comment.txt"
        cls.wish.message_post(
            body=COMMENT,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=cls.said.ids,
        )
        cls.others = cls.env["customer.portal.profile"].create({"name": "Others"})
        cls.faq = cls.env["customer.portal.faq"].create(
            {"question": "Why?", "answer": "So.", "is_published": True}
        )
        cls.document = cls.env["customer.portal.document"].create(
            {"name": "Prices", "datas": "cHJpY2Vz", "partner_id": cls.emma.id}
        )
        cls.own_rows = {
            row.module_id.code: row
            for row in cls.profile.permission_ids
            if row.module_id.code in ("faqs", "documents")
        }
        for row in cls.own_rows.values():
            row.visible = True
        cls.emma.support_start_date = False
        cls.login = cls.user.login

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(self, "http_request_allow_all", new=True))

    @contextmanager
    def _drawn(self, case):
        with self._undone():
            owner = case["owner"] and self[case["owner"]]
            self.wish.partner_id = owner
            self.row.records_visibility = case["level"]
            for fault in case["faults"]:
                self._do(fault)
            self._settle()
            yield

    def __getitem__(self, name):
        return getattr(self, name)

    def _settle(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def _do(self, fault):
        yesterday, tomorrow = self.yesterday, self.tomorrow
        line, wish, stages = self.line, self.wish, self.stages
        faults = {
            "off": lambda: self.emma.write({"portal_user": False}),
            "expired": lambda: self.emma.write(
                {"support_start_date": False, "support_end_date": yesterday}
            ),
            "scheduled": lambda: self.emma.write(
                {"support_end_date": False, "support_start_date": tomorrow}
            ),
            "unknown": self.user._void_portal_secrets,
            "hidden": lambda: self.row.write({"visible": False}),
            "unpublished": lambda: self.module.write({"active": False}),
            "elsewhere": lambda: wish.write({"project_id": self.elsewhere.id}),
            "archived": lambda: wish.write({"active": False}),
            "blocked": lambda: self.profile.write({"blocked_paths": "/my/p/wishes"}),
            "closed": lambda: wish.write({"stage_id": stages[1].id}),
            "unlisted": lambda: line.field_id.write({"in_detail": False}),
            "field_hidden": lambda: line.write({"access": "hidden"}),
            "field_read": lambda: line.write({"access": "read"}),
            "tasks_hidden": lambda: self.tasks_row.write({"visible": False}),
            "tasks_own": lambda: self.tasks_row.write({"records_visibility": "own"}),
            "unfollowed": lambda: wish.message_unsubscribe(self.emma.ids),
        }
        own = self._get_own_faults()
        if fault in own:
            record, values = own[fault]
            record.write(values)
        elif fault in ALL:
            self.row.write({fault: False})
            if fault == "can_edit":
                self.tasks_row.write({fault: False})
        else:
            faults[fault]()

    def _get_own_faults(self):
        withdrawn, hidden = {"is_published": False}, {"visible": False}
        return {
            "faqs_hidden": (self.own_rows["faqs"], hidden),
            "faq_withdrawn": (self.faq, withdrawn),
            "faq_over": (self.faq, {"valid_until": self.yesterday}),
            "faq_others": (self.faq, {"profile_ids": self.others.ids}),
            "documents_hidden": (self.own_rows["documents"], hidden),
            "document_withdrawn": (self.document, withdrawn),
            "document_others": (self.document, {"partner_id": self.stranger.id}),
        }

    # === WHAT IS EXPLAINED === #

    def _explain(self, case):
        kind, detail, way = case["thing"]
        explain = self.env["customer.portal.explain"]
        if kind in PAGES:
            record = self._get_paged(kind)
            code, _page = PAGES[kind]
            question = Question("record", code, record._name, record.id)
            return explain.explain(self.emma, question)
        question = Question(
            kind="field" if kind == "edit" else kind,
            code="" if kind == "login" else "wishes",
            model="" if kind in ("login", "module") else self.wish._name,
            res_id=0 if kind in ("login", "module") else self.wish.id,
            field=detail if kind in ("field", "edit") else "",
            action={"edit": "edit", "action": detail}.get(kind, "see"),
            file_id=self[detail].id if kind == "file" else 0,
            way=way,
        )
        return explain.explain(self.emma, question)

    def _get_paged(self, kind):
        """Return the record with a page of its own."""
        return {"faq": self.faq, "document": self.document}.get(kind, self.wish)

    # === WHAT REALLY HAPPENS === #

    def _really(self, case):
        """Return whether HTTP or RPC lets the customer do it."""
        kind, detail, way = case["thing"]
        self._settle()
        if kind == "login":
            return self._really_logs_in()
        try:
            self.authenticate(self.login, PASSWORD)
        except AccessDenied:
            return False
        self.client = Client(odoo.http.root)
        self.client.set_cookie("session_id", self.session.sid)
        done = self._really_calls if way == "rpc" else self._really_opens
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            answer = done(kind, detail)
        self.env.invalidate_all()
        return answer

    def _really_logs_in(self):
        with mute_logger("odoo.addons.base.models.res_users", "odoo.http"):
            page = self._log_in(self.login)
        self.env.invalidate_all()
        return "/web/login" not in page.url

    def _really_calls(self, kind, detail):
        """Ask as a program does."""
        method, args = "read", [self.wish.ids, [detail or "name"]]
        if kind == "edit":
            method, args = "write", [self.wish.ids, {detail: CHANGED}]
        model = self.wish._name
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        response = self.client.post(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"params": params},
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        )
        return response.status_code == 200 and bool(response.json.get("result"))

    def _really_opens(self, kind, detail):
        """Ask as a browser does."""
        page, record = "/my/p/wishes", f"/my/p/wishes/{self.wish.id}"
        opens = {
            "module": lambda: self._get(page),
            "record": lambda: self._get(record),
            "field": lambda: self._shows(record, detail),
            "edit": lambda: f'name="{detail}"' in self._get(f"{record}/edit"),
            "file": lambda: self._get(f"{record}/file/{self[detail].id}"),
            "create": lambda: self._get(f"{page}/new"),
            "export": lambda: self._get(f"{page}/export?format=csv"),
            "comments": lambda: COMMENT in self._get(record),
            "documents": lambda: self.file.name in self._get(record),
            "comment": lambda: self._posts(f"{record}/comment", {"body": "A word."}),
            "upload": lambda: self._posts(f"{record}/upload", {"files": self._file()}),
            "close": lambda: self._closes(record),
        }
        if kind in PAGES:
            record = self._get_paged(kind)
            file = record.attachment_id if kind == "document" else record
            return bool(self._get(f"{PAGES[kind][1]}/{file.id}"))
        if (kind, detail) == ("action", "edit"):
            return bool(self._get(f"{record}/edit"))
        return bool(opens[detail if kind == "action" else kind]())

    def _get(self, path):
        """Return the text of a page; nothing if there is none."""
        response = self.client.get(path, environ_base={"REMOTE_ADDR": "127.0.0.1"})
        return response.text if response.status_code == 200 else ""

    def _shows(self, path, name):
        return {"name": "A wish", "email_cc": MARK}[name] in self._get(path)

    def _file(self):
        from io import BytesIO

        return BytesIO(b"words"), "words.txt"

    def _posts(self, path, values):
        """Say whether something that is sent is taken: the browser is led on."""
        response = self.client.post(
            path,
            data={"csrf_token": self._csrf_token(), **values},
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        )
        return response.status_code == 303 and "/web/login" not in response.location

    def _closes(self, record):
        """Say whether the button closes an open record; leave it as it was."""
        before, (open_stage, closed_stage) = self.wish.stage_id, self.stages
        self.wish.stage_id = open_stage
        self._settle()
        self.client.post(
            f"{record}/close",
            data={"csrf_token": self._csrf_token()},
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        )
        self.wish.invalidate_recordset()
        is_closed = self.wish.stage_id == closed_stage
        self.wish.stage_id = before
        self._settle()
        return is_closed

    # === WHAT DECIDES === #

    def _set(self, case, step, is_good):
        """Change what a step names, and nothing else; say whether that can be done."""
        if step.kind == "odoo_rule":
            return self._set_rule(is_good)
        if not step.link:
            return False
        model, res_id, fname, _label = step.link
        record = self.env[model].browse(res_id)
        values = self._get_values(record, is_good, case)
        if fname in ("in_detail", "in_edit"):
            record = self.line.field_id
        if fname not in values or values[fname] is None:
            return False
        if fname == "portal_credentials_state":
            self._set_password(is_good)
        else:
            record.write({fname: values[fname]})
        self._settle()
        return True

    def _get_values(self, record, is_good, case):
        """Return what to write, by field; None where it would change nothing."""
        is_theirs = self.wish.partner_id == self.emma
        level = "subsidiaries" if is_good else None if is_theirs else "own"
        if record._name == "customer.portal.permission":
            actions = dict.fromkeys(record._get_action_fields().values(), is_good)
            level = None if record in self.own_rows.values() else level
            return {**actions, "records_visibility": level}
        _code, page = PAGES.get(case["thing"][0], ("wishes", "/my/p/wishes"))
        return {
            "portal_user": is_good,
            "support_end_date": False if is_good else self.yesterday,
            "support_start_date": False if is_good else self.tomorrow,
            "portal_credentials_state": is_good,
            "active": is_good,
            "domain": f"[('project_id', '=', {self.wish.project_id.id})]"
            if is_good
            else "[('id', '=', 0)]",
            "blocked_paths": False if is_good else page,
            "is_published": is_good,
            "valid_until": False if is_good else self.yesterday,
            "profile_ids": [Command.set([] if is_good else self.others.ids)],
            "audience": "everyone" if is_good else None,
            "stage_id": self.stages[0 if is_good else 1].id,
            "access": "write" if is_good else "hidden",
            "in_detail": is_good,
            "in_edit": is_good,
            "partner_id": self.emma.id if is_good else self.stranger.id,
        }

    def _set_password(self, is_good):
        if is_good:
            self.user.password = PASSWORD
        else:
            self.user._void_portal_secrets()

    def _set_rule(self, is_good):
        """Let the customer follow the record, and share its project, or not."""
        if is_good:
            project = self.wish.project_id
            self.wish.message_subscribe(self.emma.ids)
            if self.emma not in project.collaborator_ids.partner_id:
                shares = [Command.create({"partner_id": self.emma.id})]
                project.collaborator_ids = shares
        else:
            self.wish.message_unsubscribe(self.emma.ids)
            self.wish.project_id.message_unsubscribe(self.emma.ids)
            self.wish.project_id.collaborator_ids.unlink()
        self._settle()
        return True

    # === THE PROMISE === #

    @draws(200, short=8)
    @given(cases())
    def test_the_answer_is_what_happens_and_the_named_rule_flips_it(self, case):
        with self._drawn(case):
            answer = self._explain(case)
            self._check(case, answer)
            if answer.allowed:
                self._check_broken(case, answer)
            else:
                self._check_mended(case, answer)

    @takes_long
    def test_each_step_of_an_answer_about_a_file_decides(self):
        with self._drawn(FOUND):
            number = len(self._explain(FOUND).steps)
        for broken in range(number):
            case = {**FOUND, "broken": broken}
            with self.subTest(broken), self._drawn(case):
                answer = self._explain(case)
                self.assertTrue(answer.allowed, answer)
                self._check_broken(case, answer)

    def _check(self, case, answer):
        self.assertEqual(answer.allowed, self._really(case), (case, answer))
        self.assertNotIn("other", [step.kind for step in answer.steps], answer)

    def _check_mended(self, case, answer):
        """Change what is named, one after the other: the last change lets them in."""
        for _number in range(8):
            reason = answer.reason
            if not self._set(case, reason, is_good=True):
                self.assertIn(reason.kind, UNCHANGEABLE, (case, answer))
                return
            answer = self._explain(case)
            refused = [step for step in answer.steps if step.passed is False]
            self.assertNotIn(reason, refused, (case, answer))
            if answer.allowed:
                break
        self.assertTrue(answer.allowed, (case, answer))
        self._check(case, answer)

    def _check_broken(self, case, answer):
        """Change one of the steps that let them in: it keeps them out, and says so."""
        # A user goes with Portal User, and another profile may permit as much. What
        # else there is decides nothing here.
        left_out = ("profile", "user", "elsewhere")
        steps = [one for one in answer.steps if one.kind not in left_out]
        step = steps[case["broken"] % len(steps)]
        if not self._set(case, step, is_good=False):
            return
        answer = self._explain(case)
        refused = [one.kind for one in answer.steps if one.passed is False]
        # Without the last field that they may fill in, there is no form, either.
        kinds = {step.kind, "action"} if step.kind == "field" else {step.kind}
        self.assertTrue(kinds & {*refused}, (case, step, answer))
        self._check(case, answer)
