from odoo import api, models

from ...utils import holds_files


class ProjectTask(models.Model):
    _inherit = "project.task"

    @api.model_create_multi
    def create(self, vals_list):
        """Make what a customer adds to a shared project their own where need be.

        That is where their profile lets them add tasks, but see only their own or those
        of their organization: without a customer it would be hidden from them.
        """
        gate, user = self.env["customer.portal.gate"], self.env.user
        if not self.env.su and gate._owns_created(self._name):
            own = {"partner_id": user.partner_id.id}
            vals_list = [{**own, **vals} for vals in vals_list]
        tasks = super().create(vals_list)
        tasks._check_portal_files(vals_list)
        return tasks

    def _check_portal_files(self, vals_list):
        """Refuse pictures in a description where nothing may be uploaded.

        Who shares a project writes it as they send it.

        :raise AccessError: if a customer may not
        """
        if not self.env.su and any(map(holds_files, self._get_texts(vals_list))):
            for task in self if self.env.user._is_portal() else ():
                self.env["mail.message"]._check_portal_upload(self._name, task.id)

    @api.model
    def _get_texts(self, vals_list):
        return [vals["description"] for vals in vals_list if vals.get("description")]

    def write(self, vals):
        self._check_portal_files([vals])
        return super().write(vals)

    def _get_thread_with_access(
        self, thread_id, *, project_sharing_id=None, token=None, **kwargs
    ):
        """Let who shares a project post on the tasks that they see in it.

        Core lets them post on all of them.
        """
        gate = self.env["customer.portal.gate"]
        if not gate.shown(self.sudo().browse(thread_id).exists()):
            project_sharing_id = None
        return super()._get_thread_with_access(
            thread_id, project_sharing_id=project_sharing_id, token=token, **kwargs
        )

    def get_mention_suggestions(self, search, limit=8):
        """Tell no address that the profile hides: core reads them with all rights."""
        result = super().get_mention_suggestions(search, limit)
        hidden = self.env["res.partner"]._get_portal_hidden_fields()
        for values in result.get("res.partner", ()):
            for fname in hidden & values.keys():
                del values[fname]
        return result
