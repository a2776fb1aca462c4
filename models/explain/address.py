import re
from urllib.parse import unquote, urlsplit

from werkzeug.exceptions import HTTPException

from odoo import api, models
from odoo.fields import Domain

from .explain import Question

ADDRESS_LENGTH = 2000
# A host without "https://", as some browsers show it.
HOST = re.compile(r"(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:/|$)")
# How the routes of Odoo's pages name a record that is not of their list's module.
NAMED = {"task_id": "project.task"}
# What the address of a form, or of a file, ends with -> the action.
ENDINGS = {"edit": "edit", "new": "create", "export": "export"}


class CustomerPortalExplain(models.AbstractModel):
    """What an address is about, as somebody copies it from a browser."""

    _inherit = "customer.portal.explain"

    @api.private
    def read_address(self, address, method="GET"):
        """Return what the page of an address shows, or what is sent there is about.

        :param str address: from anywhere, with or without a host
        :param str method: of HTTP
        :rtype: Question
        """
        path = self._get_path(address)
        try:
            routes = self.env["ir.http"].routing_map().bind("")
            rule, args = routes.match(path, method=method, return_rule=True)
        except HTTPException:
            return Question("page", path=path, is_page=False)
        for read in self._get_readers():
            if question := read(path, rule, args):
                return question
        return Question("page", path=path)

    @api.model
    def _get_readers(self):
        """Return the methods that read an address, best first. To be extended.

        :return: callables of path, rule and arguments, which return a ``Question``, or
            None for what is not theirs
        :rtype: tuple
        """
        return (self._read_own, self._read_generated, self._read_native)

    @api.private
    def is_portal_address(self, address):
        """Say whether an address is below those of portal pages.

        Of others nothing here decides, so nothing is told.
        """
        modules = self.env["customer.portal.gate"]._get_native_modules()
        pages = " ".join(module.paths or "" for module in modules).split()
        path = self._get_path(address)
        return any(self._is_below(path, page) for page in ("/my", *pages))

    @api.model
    def _get_path(self, address):
        """Return the path of an address without a language."""
        text = (address or "").strip()[:ADDRESS_LENGTH]
        try:
            path = unquote(urlsplit(f"//{text}" if HOST.match(text) else text).path)
        except ValueError:
            path = ""
        path = "/" + path.lstrip("/")
        first, _slash, rest = path[1:].partition("/")
        codes = self.env["res.lang"].sudo().search(Domain.TRUE).mapped("url_code")
        return (f"/{rest}" if first in codes else path).rstrip("/") or "/"

    @api.model
    def _read_generated(self, path, _rule, args):
        if "code" not in args or not self._get_module(args["code"]):
            return None
        code, res_id = args["code"], args.get("res_id", 0)
        thing = {"code": code, "path": path}
        if res_id:
            thing |= {"res_id": res_id}
            thing["model"] = self._get_module(code).sudo().model_name
        action = ENDINGS.get(path.rpartition("/")[2])
        if args.get("attachment_id"):
            return Question("file", file_id=args["attachment_id"], **thing)
        if action:
            return Question("action", action=action, **thing)
        return Question("record" if res_id else "module", **thing)

    @api.model
    def _read_own(self, path, _rule, args):
        """Read the addresses of FAQs, of documents and of files on Odoo's pages."""
        file_id = args.get("attachment_id", 0)
        thing = {"path": path, "file_id": file_id}
        kind = "file" if file_id else "record"
        if faq_id := args.get("faq_id"):
            model_name = "customer.portal.faq"
            return Question(kind, "faqs", model_name, faq_id, **thing)
        if file_id and "model" in args:
            modules = self.env["customer.portal.gate"]._get_native_modules()
            same = modules.filtered(lambda one: one.model_name == args["model"])
            code = same[:1].code or ""
            return Question("file", code, args["model"], args["res_id"], **thing)
        if file_id and "code" not in args:
            return Question("file", "documents", **thing)
        return None

    @api.model
    def _read_native(self, path, _rule, args):
        """Read the addresses of Odoo's own pages, by the lists they lie below."""
        modules = self.env["customer.portal.gate"]._get_native_modules()
        ids = {name: one for name, one in args.items() if isinstance(one, int)}
        ids.pop("page", None)
        for module in modules.sorted(lambda one: -len(one.paths or "")):
            if not any(
                self._is_below(path, one) for one in (module.paths or "").split()
            ):
                continue
            if not ids:
                return Question("module", module.code, path=path)
            name, res_id = list(ids.items())[-1]
            model_name = NAMED.get(name, module.model_name)
            same = modules.filtered(lambda one, name=model_name: one.model_name == name)
            return Question("record", same[:1].code, model_name, res_id, path=path)
        return None

    @api.model
    def _is_below(self, path, page):
        return path == page or path.startswith(f"{page}/")
