from odoo import api, fields, models
from odoo.fields import Domain


class CustomerPortalDeadline(models.Model):
    """Promises are of the company of their cases, whoever the contact is.

    Read from the cases, not kept: companies of tasks change with their project, and
    nothing here would hear of it.
    """

    _inherit = "customer.portal.deadline"

    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        search="_search_company_id",
        compute_sudo=True,
    )

    @api.depends("model_name", "res_id")
    def _compute_company_id(self):
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
        rows = self.sudo()._read_group([], ["model_name"])
        found = Domain.FALSE
        for name in (name for [name] in rows if self._has_company(name)):
            cases_sudo = self.env[name].sudo().with_context(active_test=False)
            of_cases = Domain("res_id", "in", cases_sudo._search(domain))
            found |= Domain("model_name", "=", name) & of_cases
        return found

    @api.model
    def _has_company(self, model_name):
        model = self.env.get(model_name)
        return model is not None and "company_id" in model._fields
