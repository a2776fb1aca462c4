from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerPortalDeadline(models.Model):
    """What was promised for one case: its first answer, or its solution.

    Cases may be tasks or tickets of an addon that is met when installed, so it stands
    here. Lists, pages, charts and exports show what is here. Only the server writes.
    """

    _name = "customer.portal.deadline"
    _inherit = ["customer.portal.beside"]
    _description = "Kept Promise"
    _order = "start DESC, id DESC"
    _rec_name = "case_name"

    res_id = fields.Integer("Case ID")
    case_name = fields.Char("Case", compute="_compute_case_name")
    kind = fields.Selection(
        [("answer", "First Answer"), ("solution", "Solution")], "Promise", required=True
    )
    promise_id = fields.Many2one(
        "customer.portal.promise",
        "Promised Times",
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", index="btree_not_null", ondelete="set null"
    )
    organization_id = fields.Many2one(
        "res.partner",
        related="partner_id.commercial_partner_id",
        string="Organization",
        store=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        search="_search_company_id",
        compute_sudo=True,
    )
    profile_id = fields.Many2one("customer.portal.profile", ondelete="set null")
    priority = fields.Selection(
        selection=lambda self: self.env["customer.portal.promise"]._get_priorities()
    )
    hours = fields.Float("Hours Promised", aggregator="avg")
    calendar_id = fields.Many2one(
        "resource.calendar", "Working Hours", ondelete="set null"
    )
    tz = fields.Char("Time Zone")
    start = fields.Datetime("Promised On", required=True)
    due = fields.Datetime(
        help="When the promised time is over. Empty while the case waits for the "
        "customer."
    )
    reached = fields.Datetime("Done On", help="When the agent answered or closed it.")
    pauses = fields.Json(
        default=list,
        help="From when until when the case waited for its customer, or was closed.",
    )
    paused_on = fields.Datetime(help="Since when the time stands still.")
    remind_on = fields.Datetime()
    reminded = fields.Boolean(help="Whether the reminder was sent. It is sent once.")
    activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", ondelete="set null"
    )

    _case_uniq = models.Constraint(
        "UNIQUE (model_name, res_id, kind)", "The case already has this promise."
    )
    _open_index = models.Index("(due) WHERE reached IS NULL AND paused_on IS NULL")

    # === COMPUTE METHODS === #

    @api.depends("model_name", "res_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_case_name(self):
        names = self._get_readable_names(
            lambda case: f"{case._get_portal_number()} {case._get_portal_title()}"
        )
        for deadline in self:
            deadline.case_name = names.get((deadline.model_name, deadline.res_id))

    @api.depends("model_name", "res_id")
    def _compute_company_id(self):
        """Read it from the cases: theirs it is, whoever the contact is.

        It is not kept: companies of tasks change with their project, and nothing here
        would hear of it.
        """
        self.company_id = False
        for name, deadlines in self.grouped("model_name").items():
            if not self._has_company(name):
                continue
            cases = self.env[name].browse(deadlines.mapped("res_id")).exists()
            companies = {case.id: case.company_id for case in cases}
            for deadline in deadlines:
                deadline.company_id = companies.get(deadline.res_id)

    def _search_company_id(self, operator, value):
        """Find the promises for cases of some companies, or of none."""
        if operator != "in":
            return NotImplemented
        ids = [one for one in value if one]
        found = self._make_company_domain(Domain("company_id", "in", ids))
        if len(ids) < len(value):
            found |= ~self._make_company_domain(Domain("company_id", "!=", False))
        return found

    @api.model
    def _make_company_domain(self, domain):
        """Return the promises for cases of whose company something is true."""
        found = Domain.FALSE
        for name in filter(self._has_company, self._get_model_names()):
            cases_sudo = self.env[name].sudo().with_context(active_test=False)
            of_cases = Domain("res_id", "in", cases_sudo._search(domain))
            found |= Domain("model_name", "=", name) & of_cases
        return found

    @api.model
    def _has_company(self, model_name):
        model = self.env.get(model_name)
        return model is not None and "company_id" in model._fields

    # === BUSINESS METHODS === #

    def _get_case(self):
        """Return the case; nothing if it is gone."""
        self.ensure_one()
        model = self.env.get(self.model_name)
        if model is None:
            return self.browse()
        return model.sudo().browse(self.res_id).exists()

    # --- what is due next --- #

    @api.model
    def _get_running_domain(self):
        """Return what agents still have to do, of which time goes by."""
        return Domain("reached", "=", False) & Domain("paused_on", "=", False)

    @api.model
    def _get_running_sql(self, alias):
        return SQL(
            "%s IS NULL AND %s IS NULL",
            self._field_to_sql(alias, "reached"),
            self._field_to_sql(alias, "paused_on"),
        )

    def _get_next_due(self):
        """Return when the next of these is due; None if none is."""
        running = self.filtered_domain(self._get_running_domain())
        return min(filter(None, running.mapped("due")), default=None)

    @api.model
    def _get_next_domain(self, operator, value):
        """Return which of a case's running promises says when its next one is due.

        The one with a value for which something is true, unless another one is due
        earlier.
        """
        earlier = "_earlier"
        first = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "NOT EXISTS (SELECT FROM %s AS %s WHERE %s = %s AND %s = %s"
                " AND %s < %s AND %s)",
                SQL.identifier(model._table),
                SQL.identifier(earlier),
                SQL.identifier(earlier, "model_name"),
                SQL.identifier(alias, "model_name"),
                SQL.identifier(earlier, "res_id"),
                SQL.identifier(alias, "res_id"),
                model._field_to_sql(earlier, "due"),
                model._field_to_sql(alias, "due"),
                model._get_running_sql(earlier),
            )
        )
        return Domain("due", operator, value) & first
