from odoo import api, fields, models
from odoo.tools import frozendict, ormcache

from ...const import GROUP_AGENT

SHARE = "customer_portal.customer_portal_document_share_action"


class IrActionsActions(models.Model):
    """Where agents share the files of a record."""

    _inherit = "ir.actions.actions"

    def _get_bindings(self, model_name):
        """Let agents share the files of any record from its gear menu.

        Anybody asks by RPC: names that are no model shall not fill the caches.
        """
        if model_name not in self.env:
            return {}
        bindings = super()._get_bindings(model_name)
        share = self._has_files(model_name) and self._get_portal_share(self.env.lang)
        if not share:
            return bindings
        return frozendict({**bindings, "action": (*bindings.get("action", ()), share)})

    @api.model
    @ormcache("lang")
    def _get_portal_share(self, lang):
        """Return the action as bindings hold it; core binds one to a single model.

        :rtype: frozendict | None
        """
        share = self.env.ref(SHARE, raise_if_not_found=False)
        if not share:
            return None
        [values] = share.sudo().read(["name", "binding_view_types", "res_model"])
        groups = share.sudo().group_ids._ensure_xml_id()
        return frozendict({**values, "group_ids": list(groups.values())})

    @api.model
    def _has_files(self, model_name):
        """Say whether files are attached to the records of a model by hand."""
        model = self.env.get(model_name)
        if model is None or model._abstract or model._transient:
            return False
        is_document = model_name == "customer.portal.document"
        return model_name == "ir.attachment" or (
            "message_attachment_count" in model._fields and not is_document
        )


class ResPartner(models.Model):
    """The documents of a contact, and of an organization those of all below."""

    _inherit = "res.partner"

    portal_document_count = fields.Integer(
        "Documents", compute="_compute_portal_document_count", groups=GROUP_AGENT
    )

    def _compute_portal_document_count(self):
        documents = self.env["customer.portal.document"]
        for partner in self:
            domain = partner._get_portal_document_domain()
            partner.portal_document_count = documents.search_count(domain)

    def action_view_portal_documents(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_document_action"
        )
        return {
            **action,
            "domain": self._get_portal_document_domain(),
            "context": {
                "default_partner_id": self.id,
                "default_audience": "organization" if self.is_company else "contact",
            },
        }

    def _get_portal_document_domain(self):
        return [("partner_id", "child_of", self.ids)]
