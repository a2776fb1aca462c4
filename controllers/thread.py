import base64
from io import BytesIO

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.project.controllers.portal import ProjectCustomerPortal


class CustomerPortalThread(AttachmentController):
    """Files of threads, on records where the visitor's profile may refuse them."""

    @route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, **kwargs):
        gate = request.env["customer.portal.gate"]
        self._check(gate.may_on_id(thread_model, thread_id, "upload"))
        ids = gate._parse_ids([thread_id])
        self._check(thread_model in request.env and ids)
        try:
            request.env["customer.portal.file"].check_upload(
                request.env[thread_model].browse(ids), ufile
            )
        except UserError as error:
            return request.make_json_response({"error": str(error)})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, **kwargs)

    @route()
    def mail_attachment_delete(self, attachment_id, access_token=None):
        """Keep the files of comments that cannot be edited.

        Ask about the comment, as Odoo loosens files from invoices.
        """
        gate = request.env["customer.portal.gate"]
        self._check(gate._parse_ids([attachment_id]))
        self._check(gate.may_detach(attachment_id))
        return super().mail_attachment_delete(attachment_id, access_token)

    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        """Let no new file come with a comment; core posts it with all rights."""
        gate, ids = request.env["customer.portal.gate"], post_data.get("attachment_ids")
        self._check(gate.may_attach(thread, ids))
        return super()._prepare_message_data(post_data, thread=thread, **kwargs)

    def _check(self, is_permitted):
        """Answer as if nothing was there, where the profile refuses something.

        :raise NotFound: if it does
        """
        if not is_permitted:
            raise NotFound


class CustomerPortalProjectSharing(ProjectCustomerPortal):
    @route()
    def add_image(self, name, data, res_id, access_token=None, **kwargs):
        """Let no picture be put into a task, where the profile refuses uploads."""
        gate = request.env["customer.portal.gate"]
        is_permitted = gate.may_on_id("project.task", res_id, "upload")
        ids = gate._parse_ids([res_id])
        if not is_permitted or not ids:
            raise NotFound
        try:
            raw = base64.b64decode(data)
        except ValueError as error:
            raise UserError(request.env._("The picture cannot be read.")) from error
        file = FileStorage(BytesIO(raw), filename=name)
        request.env["customer.portal.file"].check_upload(
            request.env["project.task"].browse(ids), file
        )
        return super().add_image(file.filename, data, res_id, access_token, **kwargs)
