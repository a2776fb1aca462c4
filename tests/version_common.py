from odoo.addons.customer_portal.models.version.guard import DRAFT

from .common import CustomerPortalCommon

EDIT = {DRAFT: True}


class VersionCommon(CustomerPortalCommon):
    """A profile of customers, its row of cases, and a manager who changes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.profile = env["customer.portal.profile"].create({"name": "Premium"})
        cls.cases = env.ref("customer_portal.customer_portal_module_cases")
        cls.row = cls.profile.permission_ids.filtered(
            lambda row: row.module_id == cls.cases
        )
        cls.row.write({"visible": True, "records_visibility": "organization"})
        cls.manager.group_ids |= env.ref("project.group_project_user")
        cls.as_manager = env(user=cls.manager)
        cls.drafts = cls.as_manager["customer.portal.draft"]
        cls.versions = cls.as_manager["customer.portal.version"]
        env["ir.config_parameter"]._set_portal_text("customer_portal.drafts", "True")
        # What leaks has tests of its own, and takes seconds to look for.
        profiles = cls.registry["customer.portal.profile"]
        cls.classPatch(profiles, "_get_leaks", lambda _profiles: [])

    def _as_manager(self, record, **context):
        return record.with_env(self.as_manager).with_context(**context)

    def _start(self, record=None):
        """Return a draft, begun by the manager as the button does."""
        record = self._as_manager(record or self.profile)
        record.action_edit_draft()
        return self.drafts._find(record)

    def _save(self, record, vals):
        """Save in the form of the draft, as the web client does."""
        return self._as_manager(record, **EDIT).web_save(vals, {"display_name": {}})

    def _save_row(self, vals, row=None):
        row = row or self.row
        self._save(row.profile_id, {"permission_ids": [(1, row.id, vals)]})

    def _rights(self, profile=None):
        gate = self.env["customer.portal.gate"]
        return gate._get_profile_rights((profile or self.profile).id)
