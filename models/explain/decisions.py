from functools import partial

from odoo import api, models
from odoo.exceptions import AccessError

from ...const import FAQ_URL
from ..base.snapshot_cache import snapshot_cache
from ..document.document_list import URL as DOCUMENTS_URL

# What shows the records of a model on a page of its own -> the address.
OWN_PAGES = {"customer.portal.faq": FAQ_URL, "customer.portal.document": DOCUMENTS_URL}
# Which right of Odoo's an action needs where programs ask.
ACTION_MODES = {"see": "read", "edit": "write"}


class CustomerPortalExplain(models.AbstractModel):
    """The code that decides, asked about each kind of thing.

    In the name of the customer, who is the user of the environment. Nothing here
    decides by itself: each method asks what the page or the call asks.
    """

    _inherit = "customer.portal.explain"

    # === A PAGE === #

    @api.model
    def _decide_page(self, asked):
        question, gate = asked.question, self.env["customer.portal.gate"]
        is_page = gate._note("address", question.is_page, path=question.path)
        return is_page and self._visits(question.path)

    @api.model
    def _decide_module(self, asked):
        gate, code = self.env["customer.portal.gate"], asked.question.code
        paths = (self._get_module(code).sudo().paths or "").split()
        if not self._is_native(code):
            paths = [gate._make_page_url(code)]
        visits = [self._visits(path) for path in paths]
        return gate.may(code) and all(visits)

    @api.model
    def _visits(self, path):
        return self.env["customer.portal.gate"].may_visit(path)

    @api.model
    def _get_module(self, code):
        modules = self.env["customer.portal.module"].sudo()
        return modules.browse(self._get_module_ids(code))

    @api.model
    @snapshot_cache("code")
    def _get_module_ids(self, code):
        """Look a module up once: of two thousand viewers, each is asked about it."""
        modules = self.env["customer.portal.module"].sudo()
        found = modules.with_context(active_test=False).search([("code", "=", code)])
        return found._ids

    # === A RECORD === #

    @api.model
    def _decide_record(self, asked):
        if asked.question.way == "rpc":
            return self._may_call(asked, "read")
        return self._sees(asked)

    @api.model
    def _sees(self, asked):
        """Ask what the page of a record asks."""
        question, gate = asked.question, self.env["customer.portal.gate"]
        if question.model == "customer.portal.faq":
            return self._shows_own(asked, gate._get_visible_faq(question.res_id))
        if question.model == "customer.portal.document":
            file_id = asked.records["ir.attachment"].id
            return self._shows_own(asked, gate._find_attachment(file_id))
        if self._is_native(question.code):
            return self._sees_native(asked)
        url = gate._make_page_url(question.code, question.res_id)
        found = gate._find_for(question.code, question.res_id, "see")
        return self._visits(url) and bool(found)

    @api.model
    def _shows_own(self, asked, found):
        gate, question = self.env["customer.portal.gate"], asked.question
        visits = self._visits(OWN_PAGES[question.model])
        return gate.may(question.code) and bool(found) and visits

    @api.model
    def _is_native(self, code):
        return self._get_module(code).sudo().page == "native"

    @api.model
    def _sees_native(self, asked):
        record_sudo = asked.records[asked.question.model].sudo()
        url = "access_url" in record_sudo._fields and record_sudo.access_url
        reads = self._may_call(asked, "read")
        return (not url or url == "#" or self._visits(url)) and reads

    @api.model
    def _may_call(self, asked, mode):
        """Ask Odoo's rights, which the profile narrows, as each call does.

        Rights first, as core asks: where they refuse, no rule is looked at.
        """
        model_name = asked.question.model
        record = self.env[model_name].browse(asked.question.res_id)
        has_rights = bool(mode) and self._has_rights(model_name, mode)
        return has_rights and record.has_access(mode)

    @api.model
    def _has_rights(self, model_name, mode):
        gate, model = self.env["customer.portal.gate"], self.env[model_name]
        return gate._note("acl", model.has_access(mode), model=model_name, mode=mode)

    # === A FIELD === #

    @api.model
    def _decide_field(self, asked):
        """Ask what shows it: on Odoo's own pages, Odoo's rights to the field."""
        if asked.question.way == "rpc" or self._is_shown_by_odoo(asked.question):
            return self._may_call_field(asked)
        if asked.question.action == "edit":
            return self._decide_action(asked) and self._shows(asked, "edit")
        return self._sees(asked) and self._shows(asked, "detail")

    @api.model
    def _shows(self, asked, use):
        """Say whether a page has a field; the heading has the title and the number."""
        gate, code = self.env["customer.portal.gate"], asked.question.code
        name, names = asked.question.field, gate.fields(code, use)
        right = gate._get_page_right(code)
        if right and use == "detail":
            pages = self.env["customer.portal.record"]
            names = pages._get_row_names(right, use)
        return gate._note("field", name in names, code=code, name=name, use=use)

    @api.model
    def _may_call_field(self, asked):
        mode = ACTION_MODES.get(asked.question.action, "")
        record = self.env[asked.question.model].browse(asked.question.res_id)
        field = record._fields.get(asked.question.field)
        if not mode or not field or not self._may_call(asked, mode):
            return False
        try:
            record._check_field_access(field, mode)
        except AccessError:
            is_open = False
        else:
            is_open = True
        facts = {"name": field.name, "mode": mode, "model": record._name}
        return self.env["customer.portal.gate"]._note("hidden_field", is_open, **facts)

    # === AN ACTION === #

    @api.model
    def _decide_action(self, asked):
        """Ask what the button, and what it leads to, asks."""
        question, gate = asked.question, self.env["customer.portal.gate"]
        if question.way == "rpc":
            return self._may_call(asked, ACTION_MODES.get(question.action, ""))
        if question.action in ("create", "export"):
            return self._does_in_module(asked)
        if self._is_shown_by_odoo(question):
            # What permits it shows the record, too: asked first, it is named alone.
            does = self._does_native(asked)
            return self._sees(asked) and does
        if not self._sees(asked):
            return False
        return gate.may(question.code, question.action) and self._does(asked)

    @api.model
    def _is_shown_by_odoo(self, question):
        """Say whether a record has one of Odoo's own pages."""
        has_page = question.model and question.model not in OWN_PAGES
        return has_page and self._is_native(question.code)

    @api.model
    def _does_in_module(self, asked):
        question, gate = asked.question, self.env["customer.portal.gate"]
        visits = self._visits(gate._make_page_url(question.code))
        if not gate.may(question.code, question.action):
            return False
        if question.action == "export":
            return visits and bool(gate._get_page_right(question.code))
        if self._is_native(question.code):
            return self._has_rights(
                self._get_module(question.code).model_name, "create"
            )
        return visits and self._has_form(question.code, "create")

    @api.model
    def _does_native(self, asked):
        if asked.question.action == "edit":
            return self._may_call(asked, "write")
        record = self.env[asked.question.model].browse(asked.question.res_id)
        gate = self.env["customer.portal.gate"]
        return gate.may_on(record, asked.question.action)

    @api.model
    def _does(self, asked):
        question, threads = asked.question, self.env["customer.portal.thread"]
        thing = question.code, question.res_id
        asks = {
            "edit": lambda: self._has_form(question.code, "edit", question.res_id),
            "comments": lambda: threads._find_thread(*thing, "comments"),
            "comment": lambda: threads.may_comment(*thing),
            "updates": lambda: threads._find_thread(*thing, "updates"),
            "upload": lambda: self._may_upload(*thing),
        }
        ask = asks.get(question.action, lambda: True)
        return bool(ask())

    @api.model
    def _may_upload(self, code, res_id):
        gate = self.env["customer.portal.gate"]
        record = gate._find_for(code, res_id, "upload")
        return bool(record) and not gate._is_closed(code, record)

    @api.model
    def _has_form(self, code, mode, res_id=None):
        gate, forms = self.env["customer.portal.gate"], self.env["customer.portal.form"]
        right = gate._get_page_right(code)
        is_open = forms._get_form_record(right, mode, res_id) is not None
        return gate._note("form", is_open, code=code, mode=mode)

    # === A FILE === #

    @api.model
    def _decide_file(self, asked):
        """Ask what a download asks: of the list of documents, or of a record's page."""
        question, gate = asked.question, self.env["customer.portal.gate"]
        if question.way == "rpc":
            return self.env["ir.attachment"].browse(question.file_id).has_access("read")
        if self._is_of_documents(question):
            found = gate.may("documents") and gate._find_attachment(question.file_id)
            return bool(found) and self._visits(DOCUMENTS_URL)
        if self._is_shown_by_odoo(question):
            is_linked = self._is_linked(question)
            return self._sees(asked) and is_linked
        return self._sees(asked) and self._is_linked(question)

    @api.model
    def _is_of_documents(self, question):
        """Say whether a file is asked for at its address among all documents."""
        return question.model in ("", "customer.portal.document")

    @api.model
    def _is_linked(self, question):
        """Ask which parts of a record's page link to a file; one suffices."""
        gate = self.env["customer.portal.gate"]
        record, sources = self._find_sources(question)
        actions = [
            action
            for action, find in sources.items()
            if record and question.file_id in find(record).ids
        ]
        if not gate._note("file", bool(actions), code=question.code):
            return False
        return gate._ask_ways(
            [partial(self._may_on_page, question, record, one) for one in actions]
        )

    @api.model
    def _find_sources(self, question):
        """Return the record of a page with all rights, and what finds its files.

        :return: the record, and by action what finds those that it shows
        :rtype: tuple
        """
        gate, files = self.env["customer.portal.gate"], self.env["customer.portal.file"]
        faqs = self.env["customer.portal.faq"]
        if question.model == faqs._name:
            return gate._get_visible_faq(question.res_id), faqs._get_file_sources()
        if self._is_native(question.code):
            record = self.env[question.model].sudo().browse(question.res_id)
            return record, {"documents": files._get_record_files}
        record = gate._find_for(question.code, question.res_id, "see")
        return record, files._get_file_sources()

    @api.model
    def _may_on_page(self, question, record, action):
        gate = self.env["customer.portal.gate"]
        if self._is_shown_by_odoo(question):
            return gate.may_on(record, action)
        return gate.may(question.code, action)
