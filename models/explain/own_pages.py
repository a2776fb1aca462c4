from urllib.parse import parse_qs, urlsplit

from odoo import api, models

from ...const import PROFILE_CODES
from .address import ADDRESS_LENGTH
from .explain import Question


class CustomerPortalExplain(models.AbstractModel):
    """Why a customer sees a chart's list or My Profile's fields; what tokens do."""

    _inherit = "customer.portal.explain"

    @api.model
    def _get_step_order(self):
        *order, other = super()._get_step_order()
        return (*order, "own_card", "chart", "token", other)

    # === ADDRESSES === #

    @api.private
    def read_address(self, address, method="GET"):
        """Read the token of a record with its address."""
        question = super().read_address(address, method)
        if question.kind != "record":
            return question
        try:
            query = urlsplit((address or "").strip()[:ADDRESS_LENGTH]).query
            [token] = parse_qs(query, max_num_fields=50).get("access_token", [""])
        except ValueError:  # no address, or more than one token
            token = ""
        return question._replace(token=token)

    @api.model
    def _get_readers(self):
        return (self._read_chart, *super()._get_readers())

    @api.model
    def _read_chart(self, path, _rule, args):
        if "chart_id" not in args:
            return None
        chart = self._get_chart(args["chart_id"])
        if not chart:
            return Question("page", path=path, is_page=False)
        code = chart.module_id.code
        return Question("chart", code, chart_id=chart.id, path=path)

    @api.model
    def _get_chart(self, chart_id):
        """Return a chart by an id from anywhere, with all rights."""
        charts = self.env["customer.portal.chart"].sudo()
        is_id = self.env["customer.portal.gate"]._is_id(chart_id)
        return charts.browse(chart_id if is_id else ()).exists()

    # === CHARTS === #

    @api.model
    def _decide_chart(self, asked):
        """Ask what the list behind a chart of one of Odoo's own pages asks."""
        question, gate = asked.question, self.env["customer.portal.gate"]
        right, spec = gate._find_chart(question.chart_id)
        is_drawn = bool(spec) and right.native
        is_open = gate.may(question.code) and self._visits(question.path)
        return gate._note("chart", is_drawn, chart_id=question.chart_id) and is_open

    @api.model
    def _say_chart(self, asked, step):
        chart = self._get_chart(step.facts["chart_id"])
        name = chart.display_name
        gate = self.env["customer.portal.gate"].with_user(asked.user_sudo)
        profile = self.env["customer.portal.profile"].browse(gate._get_profile_id())
        link = self._link(profile, "widget_ids", self.env._("Open Profile"))
        if step.passed:
            text = self.env._("Their home page has the chart %(chart)s.", chart=name)
        elif not self._is_native(asked.question.code):
            text = self.env._(
                "The chart %(chart)s has no page of its own: its parts lead to the "
                "list of the module.",
                chart=name,
            )
        else:
            text = self.env._(
                "The profile doesn't show the chart %(chart)s, or hides a field that "
                "it needs.",
                chart=name,
            )
        return text, link

    # === TOKENS === #

    @api.model
    def _decide_record(self, asked):
        """Say of a token that it gives customers no more than their profile does."""
        decided = super()._decide_record(asked)
        if asked.question.token:
            gate = self.env["customer.portal.gate"]
            gate._note("token", decided, is_right=self._has_token(asked.question))
        return decided

    @api.model
    def _has_token(self, question):
        gate, model = self.env["customer.portal.gate"], self.env[question.model]
        return "access_token" in model._fields and gate.has_token(
            question.model, question.res_id, question.token
        )

    @api.model
    def _say_token(self, asked, step):
        if not self._is_native(asked.question.code):
            text = self.env._("This page takes no token.")
        elif not step.facts["is_right"]:
            text = self.env._("The token in the address isn't that of this record.")
        else:
            text = self.env._(
                "The token in the address is for visitors who aren't logged in. It "
                "shows customers no more than their profile does."
            )
        return text, self._link_record(asked, asked.question.model, "id")

    # === MY PROFILE === #

    @api.model
    def _decide_field(self, asked):
        question = asked.question
        if question.way == "page" and question.code in PROFILE_CODES:
            return self._has_card(asked)
        return super()._decide_field(asked)

    @api.model
    def _has_card(self, asked):
        """Ask what My Profile asks: whose details it shows, and which of them."""
        question, gate = asked.question, self.env["customer.portal.gate"]
        if not gate.may(question.code):
            return False
        record = self.env["customer.portal.account"]._get_records().get(question.code)
        is_own = bool(record) and record.id == question.res_id
        if not gate._note("own_card", is_own, code=question.code):
            return False
        names = gate._get_profile_names(question.code, record)
        self._forget_others(question.code)
        use = "edit" if question.action == "edit" else "detail"
        may_edit = names.get(question.field)
        is_shown = may_edit if use == "edit" else may_edit is not None
        facts = {"code": question.code, "name": question.field, "use": use}
        return gate._note("field", is_shown, **facts)

    @api.model
    def _forget_others(self, code):
        """Leave out what was asked of the other card of My Profile on the way."""
        recorder = self.env["customer.portal.gate"]._get_recorder()
        recorder.steps = [
            step for step in recorder.steps if step.facts.get("code", code) == code
        ]

    @api.model
    def _say_own_card(self, asked, step):
        if step.passed:
            return "", None
        text = self.env._(
            "My Profile shows customers their own details and those of their "
            "organization, and this is neither."
        )
        return text, self._link_record(asked, asked.question.model, "id")
