from odoo import api, models
from odoo.tools.misc import unique

from ...const import PROFILE_CODES
from ..gate.steps import Step
from .decisions import OWN_PAGES

DOCUMENTS = "customer.portal.document"
# Of so many records that have a file, the pages are asked.
PLACES = 20
# What is about a module, and not about one of its records.
OF_MODULES = ("create", "export")
# The step that tells one way from another, the surest first.
DECIDING = ("action", "audience", "module")


class CustomerPortalExplain(models.AbstractModel):
    """Which other ways lead to the same: whoever closes one must know of the others.

    Those on the same page are written down by the gate. Other pages, and programs, are
    asked here, each by the code that decides there.
    """

    _inherit = "customer.portal.explain"

    @api.model
    def _get_step_order(self):
        *order, other = super()._get_step_order()
        return (*order, "also", "elsewhere", other)

    # === OTHER PAGES, AND PROGRAMS === #

    @api.model
    def _find_elsewhere(self, asked, decided):
        """Return a step for each other page that leads there, and for programs.

        :param bool decided: whether the page that is asked about does
        :rtype: list[Step]
        """
        shown, steps = [asked.question] if decided else [], []
        for question in self._get_other_questions(asked.question):
            other = asked._replace(
                question=question, records=self._find_records(question)
            )
            if self._is_known(shown, question) or self._is_hidden(other):
                continue
            leads, more = self._record(other)
            if leads:
                shown.append(question)
                steps += self._make_elsewhere(question, more)
        return steps

    @api.model
    def _is_known(self, shown, question):
        """Say whether programs may do it anyway, because a page of Odoo shows it."""
        return question.way == "rpc" and any(map(self._is_shown_by_odoo, shown))

    @api.model
    def _make_elsewhere(self, question, steps):
        """Return a step for each module by which another page leads there."""
        ways = [steps, *(s.facts["steps"] for s in steps if s.kind == "also")]
        codes = [question.code]
        if question.way == "rpc" or self._is_shown_by_odoo(question):
            all_steps = [step for way in ways for step in way if step.passed]
            codes = [s.facts["code"] for s in all_steps if s.kind == "module"]
        return [
            Step("elsewhere", True, {"code": code, "way": question.way})
            for code in unique(codes or [question.code])
        ]

    @api.model
    def _get_other_questions(self, question):
        """Return the same question about other pages, then about programs.

        To be extended with the pages of a module of its own.

        :rtype: list[Question]
        """
        if question.kind == "record" and question.model == DOCUMENTS:
            question = self._get_document_question(question)
        if question.kind == "file":
            pages = self._get_file_questions(question)
        elif question.res_id and question.action not in OF_MODULES:
            codes = self._get_page_codes(question.model, question.kind)
            pages = [question._replace(code=code) for code in codes]
        else:
            return []
        if question.way == "rpc":  # What Odoo's pages show, programs read, too.
            pages = [one for one in pages if not self._is_shown_by_odoo(one)]
        pages = [one._replace(way="page", path="", token="") for one in pages]
        programs = question._replace(way="rpc", path="", token="")
        place = self._get_place(question)
        return [o for o in (*pages, programs) if self._get_place(o) != place]

    @api.model
    def _get_place(self, question):
        """Return what is the same for two questions that have one answer."""
        is_alike = question.way == "rpc" or (
            self._is_shown_by_odoo(question) and question.code not in PROFILE_CODES
        )
        if question.kind == "file" and self._is_of_documents(question):
            return question.way, "documents"
        code = "" if is_alike else question.code
        return question.way, code, question.model, question.res_id

    @api.model
    def _get_page_codes(self, model_name, kind):
        """Return modules whose pages show records of a model; of Odoo's, one."""
        gate = self.env["customer.portal.gate"]
        codes = list(gate._get_generated_codes(model_name))
        if model_name == "res.partner" and kind == "field":
            return [*codes, *PROFILE_CODES]
        if model_name in gate._get_native_models() and model_name not in OWN_PAGES:
            modules = gate._get_native_modules()
            same = modules.filtered(lambda one: one.model_name == model_name)
            codes += same.filtered("active")[:1].mapped("code")
        return codes

    # === FILES === #

    @api.model
    def _get_document_question(self, question):
        """Ask about the file of a document, which other pages may link to as well."""
        document_sudo = self.env[DOCUMENTS].sudo().browse(question.res_id).exists()
        file_id = document_sudo.attachment_id.id
        return question._replace(kind="file", res_id=0, file_id=file_id or 0)

    @api.model
    def _get_file_questions(self, question):
        """Return the question about each page that may link to a file."""
        shared = {"code": "documents", "model": DOCUMENTS, "res_id": 0}
        places = [shared]
        for model_name, res_id in self._find_file_places(question.file_id):
            codes = self._get_page_codes(model_name, "file")
            if model_name == "customer.portal.faq":
                codes = ["faqs"]
            place = {"model": model_name, "res_id": res_id}
            places += [{"code": code, **place} for code in codes]
        return [question._replace(**place) for place in places]

    @api.model
    def _find_file_places(self, file_id):
        """Return the records that have a file, by themselves or in a comment.

        :return: names of models, and ids
        :rtype: list[tuple]
        """
        file_sudo = self.env["ir.attachment"].sudo().browse(file_id)
        faqs_sudo = self.env["customer.portal.faq"].sudo()
        messages_sudo = self.env["mail.message"].sudo()
        of_file = [("attachment_ids", "in", file_sudo.ids)]
        places = [
            (file_sudo.res_model, file_sudo.res_id),
            *((m.model, m.res_id) for m in messages_sudo.search(of_file, limit=PLACES)),
            *((faqs_sudo._name, f.id) for f in faqs_sudo.search(of_file, limit=PLACES)),
        ]
        known = [(name, res_id) for name, res_id in places if name and res_id]
        return [place for place in unique(known) if place[0] in self.env]

    # === IN WORDS === #

    @api.model
    def _say_also(self, asked, step):
        """Say which other part of the page, or other module, suffices as well."""
        steps = sorted(
            (one for one in step.facts["steps"] if one.kind in DECIDING),
            key=lambda one: DECIDING.index(one.kind),
        )
        [decides, *_rest] = steps
        code, action = decides.facts["code"], decides.facts.get("action")
        is_part = code == asked.question.code and action
        name = self._get_action_name(action) if is_part else None
        _text, link = getattr(self, f"_say_{decides.kind}")(asked, decides)
        return self._say_way(asked, name or self._get_module_name(code)), link

    @api.model
    def _say_elsewhere(self, asked, step):
        code = step.facts["code"]
        row_sudo = self._get_permission_sudo(asked, code)
        link = self._link_profile(row_sudo, "visible")
        if step.facts["way"] == "rpc":
            return self.env._("Another way to reach it: the API."), link
        return self._say_way(asked, self._get_module_name(code)), link

    @api.model
    def _say_way(self, asked, name):
        if asked.question.action != "see":
            return self.env._("Another way to do it: %(name)s.", name=name)
        return self.env._("Another way to see it: %(name)s.", name=name)
