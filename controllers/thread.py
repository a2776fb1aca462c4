from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.project.controllers.portal import ProjectCustomerPortal


class CustomerPortalThread(AttachmentController):
    """Files of threads, on records where the visitor's profile may refuse them."""

    @route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, **kwargs):
        self._check_portal_action(thread_model, int(thread_id), "upload")
        return super().mail_attachment_upload(ufile, thread_id, thread_model, **kwargs)

    @route()
    def mail_attachment_delete(self, attachment_id, access_token=None):
        """Keep the files of comments that cannot be edited.

        Ask about the comment, as Odoo loosens files from invoices.
        """
        domain = [("attachment_ids", "in", [int(attachment_id)])]
        for message in request.env["mail.message"].sudo().search(domain):
            self._check_portal_action(message.model, message.res_id, "comment")
        return super().mail_attachment_delete(attachment_id, access_token)

    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        """Let no new file come with a comment; core posts it with all rights."""
        ids = [int(res_id) for res_id in post_data.get("attachment_ids") or ()]
        attachments_sudo = request.env["ir.attachment"].sudo().browse(ids).exists()
        if any(
            (attachment.res_model, attachment.res_id) != (thread._name, thread.id)
            for attachment in attachments_sudo
        ):
            self._check_portal_action(thread._name, thread.id, "upload")
        return super()._prepare_message_data(post_data, thread=thread, **kwargs)

    def _check_portal_action(self, model_name, res_id, action):
        """Answer as if the record was not there, where the profile refuses an action.

        :raise NotFound: if the visitor may not do it on the record
        """
        if model_name not in request.env:
            return
        record = request.env[model_name].browse(res_id)
        gate = request.env["customer.portal.gate"]
        if not gate.may_on(request.env.user, record, action):
            raise NotFound


class CustomerPortalProjectSharing(ProjectCustomerPortal):
    @route()
    def add_image(self, name, data, res_id, access_token=None, **kwargs):
        """Let no picture be put into a task, where the profile refuses uploads."""
        task = request.env["project.task"].browse(int(res_id))
        gate = request.env["customer.portal.gate"]
        if not gate.may_on(request.env.user, task, "upload"):
            raise NotFound
        return super().add_image(name, data, res_id, access_token, **kwargs)
