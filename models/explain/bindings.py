from odoo import api, models
from odoo.tools import frozendict, ormcache

# Actions that agents find in the gear menu of what is published.
EXPLAIN = "customer_portal.customer_portal_explanation_action"
VIEWERS = "customer_portal.customer_portal_viewers_action"


class IrActionsActions(models.Model):
    """Where agents ask why, and who: in the gear menu of all that is published."""

    _inherit = "ir.actions.actions"

    def _get_bindings(self, model_name):
        bindings = super()._get_bindings(model_name)
        names = self._get_explained(model_name)
        found = filter(None, (self._get_portal_why(n, self.env.lang) for n in names))
        more = tuple(found)
        if not more:
            return bindings
        return frozendict({**bindings, "action": (*bindings.get("action", ()), *more)})

    @api.model
    def _get_explained(self, model_name):
        """Return the actions that a model has.

        Anybody asks by RPC: names that are no model shall not fill the caches.
        """
        if model_name not in self.env:
            return ()
        if model_name == "res.partner":
            return (EXPLAIN,)
        gate = self.env["customer.portal.gate"]
        is_own = model_name in ("customer.portal.faq", "customer.portal.document")
        return (EXPLAIN, VIEWERS) if is_own or gate._is_published(model_name) else ()

    @api.model
    @ormcache("xml_id", "lang")
    def _get_portal_why(self, xml_id, lang):
        """Return an action as bindings hold it; core binds one to a single model.

        :rtype: frozendict | None
        """
        action = self.env.ref(xml_id, raise_if_not_found=False)
        if not action:
            return None
        [values] = action.sudo().read(["name", "binding_view_types", "res_model"])
        groups = action.sudo().group_ids._ensure_xml_id()
        return frozendict({**values, "group_ids": list(groups.values())})
