from odoo import api, models


class CustomerPortalExplain(models.AbstractModel):
    """Where what decides is changed: a record, and its field."""

    _inherit = "customer.portal.explain"

    @api.model
    def _link(self, record, fname, label):
        """Return a link to a record, for those who may open it.

        :return: model, id, field and label
        :rtype: tuple | None
        """
        record = record.sudo(False)
        if len(record) != 1 or not record.has_access("read"):
            return None
        return record._name, record.id, fname, label

    @api.model
    def _link_contact(self, asked, fname):
        return self._link(asked.partner, fname, self.env._("Open Contact"))

    @api.model
    def _link_profile(self, permission_sudo, fname):
        """Lead to the profile, whose form holds the row that decides."""
        label = self.env._("Open Profile")
        if not self._link(permission_sudo.profile_id, fname, label):
            return None
        return self._link(permission_sudo, fname, label)

    @api.model
    def _link_module(self, code, fname):
        return self._link(self._get_module(code), fname, self.env._("Open Module"))

    @api.model
    def _link_record(self, asked, model_name, fname):
        record = asked.records.get(model_name, self.env["res.partner"])
        return self._link(record, fname, self.env._("Open Record"))

    @api.model
    def _get_permission_sudo(self, asked, code):
        """Return the row of the contact's profile for a module."""
        gate = self.env["customer.portal.gate"].with_user(asked.user_sudo)
        rows = self.env["customer.portal.permission"].sudo()
        return rows.with_context(active_test=False).search(
            [
                ("profile_id", "=", gate._get_profile_id()),
                ("module_id.code", "=", code),
            ],
            limit=1,
        )
