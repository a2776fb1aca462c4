import ast
import logging
import re

from odoo import api, models
from odoo.fields import Domain

from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from ..explain.explain import Question
from .touchpoint import DENIED, RULES

_logger = logging.getLogger(__name__)

BATCH = 100
CALL = re.compile(r"([\w.]+)\.(\w+)\(([\d, ]*)\)")
FILE = re.compile(r"/web/(?:content|image)/(\d{1,9})(?:[-/].*)?")
# What is sent to the address of a record ends with -> the action.
ACTIONS = {
    "edit": "edit",
    "close": "close",
    "comment": "comment",
    "upload": "upload",
    "accept": "edit",
    "decline": "edit",
    "update": "edit",
    "reopen": "close",
}
WRITING = ("write", "unlink", "web_save", "action_archive")


class CustomerPortalRefusal(models.AbstractModel):
    """Which rule refuses an attempt: the one that Explain Access names.

    It is asked as the customer's rights are then, some minutes later at most.
    """

    _inherit = "customer.portal.refusal"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_explain(self):
        """Find out what refused the attempts, then tell of customers with many."""
        progress = self.env["ir.cron"]._commit_progress
        touchpoints = self.env["customer.portal.touchpoint"].sudo()
        unknown = Domain("kind", "=", DENIED) & Domain("rule", "=", False)
        progress(remaining=touchpoints.search_count(unknown))
        while batch := touchpoints.search(unknown, limit=BATCH, order="id"):
            for touchpoint in batch:
                touchpoint.rule = self._find_rule(touchpoint)
            if not progress(len(batch)):
                return
            self.env.invalidate_all()
        self._alert()

    # === WHAT REFUSES === #

    @api.model
    def _find_rule(self, touchpoint):
        """Return what refuses an attempt; ``other`` if that cannot be said."""
        try:
            with self.env.cr.savepoint():
                return self._ask(touchpoint)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Attempt %s cannot be explained", touchpoint.id)
            return "other"

    @api.model
    def _ask(self, touchpoint):
        question = self._make_question(touchpoint.subject or "")
        explain = self.env["customer.portal.explain"].sudo()
        answer = explain.explain(touchpoint.partner_id.sudo(), question)
        if answer.reason is None:
            is_known = answer.allowed and question.kind != "page"
            return "other" if is_known else "missing"
        kind = answer.reason.kind
        if kind == "address":
            return "missing"
        return kind if kind in dict(RULES) else "other"

    # === WHAT WAS ASKED FOR === #

    @api.model
    def _make_question(self, subject):
        """Read what an attempt was about from how it is kept.

        :rtype: Question
        """
        if call := CALL.fullmatch(subject):
            return self._make_call_question(*call.groups())
        path = self._get_address(subject)
        if file := FILE.fullmatch(path):
            return self._make_file_question(int(file[1]), path)
        method = "GET" if path == subject else subject.partition(" ")[0]
        question = self.env["customer.portal.explain"].read_address(path, method)
        action = ACTIONS.get(path.rpartition("/")[2])
        if question.kind == "record" and method != "GET" and action:
            return question._replace(kind="action", action=action)
        return question

    @api.model
    def _get_address(self, subject):
        """Return the address that was opened; an empty text for calls."""
        return (subject or "").partition("/")[1] and f"/{subject.partition('/')[2]}"

    @api.model
    def _make_call_question(self, model_name, method, ids):
        res_id = int(ids.partition(",")[0] or 0)
        code = self._find_code(model_name, res_id)
        is_writing = method in WRITING
        kind = "action" if is_writing or method == "create" else "record"
        action = {"create": "create"}.get(method, "edit" if is_writing else "see")
        way = "page" if action == "create" else "rpc"
        return Question(kind, code, model_name, res_id, action=action, way=way)

    @api.model
    def _make_file_question(self, file_id, path):
        file_sudo = self.env["ir.attachment"].sudo().browse(file_id).exists()
        if not file_sudo.res_model or file_sudo.res_field:
            return Question("file", "documents", file_id=file_id, path=path)
        model_name, res_id = file_sudo.res_model, file_sudo.res_id
        if model_name == "customer.portal.document":
            return Question("file", "documents", file_id=file_id, path=path)
        code = self._find_code(model_name, res_id)
        return Question("file", code, model_name, res_id, file_id=file_id, path=path)

    @api.model
    def _find_code(self, model_name, res_id):
        """Return the module whose records these are: the one that holds the record."""
        modules = self.env["customer.portal.module"].sudo()
        same = modules.search([("model_name", "=", model_name)])
        holding = same.filtered(lambda one: self._holds(one, res_id))
        return (holding or same).sorted(lambda one: one.page != "native")[:1].code or ""

    @api.model
    def _holds(self, module, res_id):
        if module.model_name not in self.env:
            return False
        record = self.env[module.model_name].sudo().browse(res_id).exists()
        domain = Domain(ast.literal_eval(module.domain or "[]"))
        return bool(record.filtered_domain(domain))
