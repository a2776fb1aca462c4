from odoo import api, models
from odoo.tools import ormcache


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Narrow what portal users reach of Odoo's own pages, on every path.

        Asked outside the cache of ``super()``, as the profile and the organization
        of a customer change. It only ever narrows.
        """
        domain = super()._compute_domain(model_name, mode)
        if self.env.su:
            return domain
        user, gate = self.env.user, self.env["customer.portal.gate"]
        narrower = gate.native_domain(user, model_name, mode)
        if narrower is None or not user._is_portal():
            return domain
        return self._narrow(domain, narrower, model_name)[-1]

    @api.model
    @ormcache("id(domain)", "id(narrower)", "model_name")
    def _narrow(self, domain, narrower, model_name):
        """Keep both domains as one, which each search would have to optimize anew.

        :return: both and their conjunction: as long as it is kept they are too, so that
            no other domain can have their ids
        :rtype: tuple[odoo.fields.Domain]
        """
        both = (domain & narrower).optimize(self.env[model_name])
        return domain, narrower, both
