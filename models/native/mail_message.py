import base64
import re
from contextlib import suppress
from io import BytesIO

from werkzeug.datastructures import FileStorage

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from odoo.addons.mail.models.mail_message import _image_dataurl

from ...const import COMMENT_LENGTH, GROUP_CUSTOMER, GROUP_EMPLOYEE, TEXT_LENGTHS
from ...utils import holds_files

# A picture as it stands in a text; linear in time.
PICTURE = re.compile(
    r"data:image/[a-z0-9.+-]{1,30};base64,[a-z0-9+/=\s]*", re.IGNORECASE
)


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        """Find no message of a thread that the profile does not show.

        Core also finds there what a customer wrote, or was notified of.
        """
        if not self.env.su and not bypass_access:
            gate = self.env["customer.portal.gate"]
            domain = Domain(domain) & gate.threads_domain()
        return super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse pictures in a text where nothing may be uploaded.

        Core makes files of them, with all rights.
        """
        vals_list = [self._join_pictures(vals) for vals in vals_list]
        if not self.env.user._has_group(GROUP_EMPLOYEE):
            for vals in vals_list:
                self._check_portal_body(vals.get("body"))
        if self.env.user._has_group(GROUP_CUSTOMER):
            for vals in vals_list:
                body = vals.get("body")
                if self._is_portal_text(vals) and self._holds_files(body):
                    place = vals.get("model"), vals.get("res_id")
                    self._check_portal_upload(*place)
                    self._check_portal_files(*place, self._get_pictures(body))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse them in a text that is changed, too."""
        vals = self._join_pictures(vals)
        if not self.env.user._is_internal():
            self._check_portal_body(vals.get("body"))
        if self.env.user._is_portal() and self._holds_files(vals.get("body")):
            for message in self.sudo():
                self._check_portal_upload(message.model, message.res_id)
        return super().write(vals)

    @api.model
    def _join_pictures(self, vals):
        """Put each picture of a text on one line, as browsers read it.

        Core looks for pictures with a pattern that takes a quadratic time for lines.
        """
        body = vals.get("body")
        if not isinstance(body, str) or "base64," not in body.lower():
            return vals
        joined = PICTURE.sub(lambda match: "".join(match[0].split()), body)
        return {**vals, "body": type(body)(joined)}

    @api.model
    def _get_pictures(self, body):
        """Return the pictures of a text that core makes files of.

        :return: names and contents, as of files that come with a message
        :rtype: list[tuple[str, bytes]]
        """
        pictures = []
        for kind, data, _quote, name in _image_dataurl.findall(body):
            name = name or f"image.{kind.rpartition('/')[2]}"
            with suppress(ValueError):  # What cannot be read, core takes out.
                pictures.append((name, base64.b64decode(data + "==")))
        return pictures

    @api.model
    def _check_portal_files(self, model_name, res_id, files):
        """Check files that come with a message.

        :param files: tuples of name, content and what else there may be
        :return: the same, with names that fit
        :raise UserError: for the first one that cannot be taken
        """
        portal_files = self.env["customer.portal.file"]
        record = self.env.get(model_name, self).browse(res_id)
        checked = []
        for name, raw, *more in files:
            raw = raw.encode() if isinstance(raw, str) else raw
            file = FileStorage(BytesIO(raw), filename=str(name))
            portal_files.check_upload(record, file)
            checked.append((file.filename, raw, *more))
        return checked

    @api.model
    def _is_portal_text(self, vals):
        """Say whether a portal user has written a message.

        What Odoo says about what they do, such as signing an order, has another type.
        """
        return not self.env.su or vals.get("message_type", "comment") == "comment"

    @api.model
    def _holds_files(self, body):
        return bool(body) and bool(_image_dataurl.search(body) or holds_files(body))

    @api.model
    def _check_portal_body(self, body):
        """Refuse customers and visitors a text that nobody will read.

        Pictures that core makes files of do not count.

        :raise ValidationError: what comes from Odoo itself is shorter
        """
        text = _image_dataurl.sub("", body) if isinstance(body, str) else ""
        if len(text) > TEXT_LENGTHS["html"]:
            raise ValidationError(
                self.env._(
                    "The comment is too long. The limit is %(number)s characters.",
                    number=COMMENT_LENGTH,
                )
            )

    def _message_notifications_to_store(self, store):
        """Tell customers nothing of what became of mails.

        No page of theirs shows it, and core reads the recipients' addresses for it: it
        would fail where the profile hides these, after the record was made.
        """
        if self.env.user._is_portal():
            return None
        return super()._message_notifications_to_store(store)

    @api.model
    def _check_portal_upload(self, model_name, res_id):
        """Refuse portal users to put files on records where their profile does.

        :raise AccessError: where they may not
        """
        if model_name not in self.env or not res_id:
            return
        gate = self.env["customer.portal.gate"]
        record = self.env[model_name].browse(res_id)
        if not gate.may_on(record, "upload"):
            raise AccessError(self.env._("You can't upload files here."))

    def _get_forbidden_access(self, operation: str) -> api.Self:
        """Refuse portal users what their profile does not permit on the record.

        Core lets followers post without asking whether they see the record, and change
        what they were notified of, such as the answers of support. What they were
        notified of, by mail as well, stays readable for them, unless they see the
        record without its comments.
        """
        forbidden = super()._get_forbidden_access(operation)
        if not self.env.user._is_portal():
            return forbidden
        gate = self.env["customer.portal.gate"]
        if operation == "write":
            own = self.env.user.partner_id
            forbidden |= self.filtered(lambda one: one.sudo().author_id != own)
        if operation == "read" and not gate.refuses("comments"):
            return forbidden
        for model_name, messages in (self - forbidden).sudo().grouped("model").items():
            messages = messages.filtered("res_id")
            if messages and model_name in self.env:
                records = self.env[model_name].sudo().browse(messages.mapped("res_id"))
                refused = self._get_portal_refused(records, operation)
                ids = [m.id for m in messages if m.res_id in refused._ids]
                forbidden += self.browse(ids)
        return forbidden

    @api.model
    def _get_portal_refused(self, records, operation):
        """Return the records on whose messages an operation is refused.

        Nothing is written to messages of records that are gone, either, nor of models
        that customers reach by the portal's own pages alone: these ask the gate.
        """
        gate = self.env["customer.portal.gate"]
        if operation == "read":
            return gate.refused_on(records, "comments")
        if not self.env[records._name].has_access("read"):
            return records
        shown = gate.shown(records.exists())
        return records - shown + gate.refused_on(shown, "comment")
