import re

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, human_size

# A file that stands in a text, as editors put pictures there.
EMBEDDED = re.compile(r"/web/(?:image|content)/(\d+)")
# Files that a page shows as they are.
PICTURES = ("image/gif", "image/jpeg", "image/png", "image/webp")
# What pages show of a file.
SHOWN_FILE_FIELDS = ("name", "file_size", "mimetype", "type")


class CustomerPortalFile(models.AbstractModel):
    """Documents: the files that are attached to a record itself.

    Files of a message belong to it: those of a public comment are shown there, and
    those of an internal note nowhere.
    """

    _name = "customer.portal.file"
    _description = "Customer Portal File"

    # === WHAT IS SHOWN === #

    @api.private
    def find_files(self, module, res_id):
        """Return the documents of a record, newest first.

        :return: dicts with ``id``, ``url``, ``name``, ``size``, ``date`` and
            ``author``; None if the user sees no documents there
        :rtype: list | None
        """
        gate = self.env["customer.portal.gate"]
        pages = self.env["customer.portal.record"]
        record = gate._find_for(module, res_id, "documents")
        if not record:
            return None
        attachments = self._get_record_files(record)
        pages._fetch_authors(pages._get_partners(attachments.create_uid))
        return [
            {
                **self._make_file(module, record, attachment),
                "date": pages._render_time(attachment.create_date),
                "author": pages._make_author(attachment.create_uid.partner_id),
            }
            for attachment in attachments
        ]

    @api.private
    def get_stream(self, module, res_id, attachment_id):
        """Return the content of a file that the page of a record shows.

        :return: what Odoo streams a download from; None if there is no such file
        :rtype: odoo.http.Stream | None
        """
        files = self._find_linked_files(module, res_id)
        return self._make_stream(files, attachment_id)

    @api.model
    def _find_linked_files(self, module, res_id):
        """Return the files that a user may download from the page of a record."""
        record = self.env["customer.portal.gate"]._find_for(module, res_id, "see")
        if not record:
            return self.env["ir.attachment"]
        return self._get_shown_files(module, record)

    @api.model
    def _make_stream(self, attachments, attachment_id):
        """Return the content of one of some files that a user may download.

        :param int attachment_id: from anywhere
        """
        attachment = attachments.filtered(lambda one: one.id == attachment_id)
        if not attachment:
            return None
        stream = self.env["ir.binary"]._stream_file(attachment)
        stream.public = False
        return stream

    # === WHAT IS TAKEN === #

    @api.private
    def add_files(self, module, res_id, files):
        """Attach files to a record, all of them or none.

        :param list files: of ``werkzeug.datastructures.FileStorage``
        :return: ids of the attachments
        :rtype: list
        :raise AccessError: if the user may not upload there
        :raise UserError: that says which file cannot be taken, and why
        """
        record, ids = self._add_files(module, res_id, files)
        names = record.env["ir.attachment"].browse(ids).mapped("name")
        agents, partner = (
            self.env["customer.portal.agents"],
            self.env.user.sudo().partner_id,
        )
        agents._tell(record, partner, "uploaded", files=", ".join(names))
        return ids

    # === INTERNALS === #

    @api.model
    def _add_files(self, module, res_id, files):
        """Attach files, and tell nobody.

        :return: the record, and the ids of the attachments
        """
        gate = self.env["customer.portal.gate"]
        record = gate._find_for(module, res_id, "upload")
        if not record:
            raise AccessError(self.env._("You are not allowed to do this."))
        if gate._is_closed(module, record):
            raise UserError(self.env._("This is closed. Reopen it to add files."))
        values = [
            {"name": name, "raw": raw, "res_model": record._name, "res_id": record.id}
            for name, raw in self._read_files(files)
        ]
        if not values:
            raise UserError(self.env._("Please choose a file."))
        return record, record.env["ir.attachment"].create(values).ids

    @api.model
    def _get_record_files(self, record):
        """Return the files that the page of a record lists, newest first.

        Not the pictures in a text: the text may be hidden.
        """
        attachments = record.env["ir.attachment"].search_fetch(
            Domain("res_model", "=", record._name)
            & Domain("res_id", "=", record.id)
            & Domain("res_field", "=", False)
            & Domain("type", "=", "binary")
            & self._get_listed_domain(),
            (*SHOWN_FILE_FIELDS, "create_date", "create_uid"),
            order="id desc",
        )
        embedded = self._get_embedded_ids(record) if attachments else ()
        return attachments.filtered(lambda one: one.id not in embedded)

    @api.model
    def _get_listed_domain(self):
        """Return which attachments of a record are listed: those of no message.

        For a module to list more or fewer of them, it must override this.
        """
        return Domain.custom(to_sql=self._get_unsent_sql)

    @api.model
    def _get_unsent_sql(self, _attachments, alias, _query):
        """Return the condition that an attachment belongs to no message."""
        field = self.env["mail.message"]._fields["attachment_ids"]
        return SQL(
            "NOT EXISTS (SELECT 1 FROM %s WHERE %s = %s)",
            SQL.identifier(field.relation),
            SQL.identifier(field.relation, field.column2, to_flush=field),
            SQL.identifier(alias, "id"),
        )

    @api.model
    def _is_of_message(self, attachment):
        messages = self.env["mail.message"].sudo()
        of_file = [("attachment_ids", "in", attachment.ids)]
        return bool(messages.search_count(of_file, limit=1))

    @api.model
    def _get_html_names(self, model):
        return [
            name
            for name, field in model._fields.items()
            if field.type == "html" and field.store
        ]

    @api.model
    def _get_embedded_ids(self, records):
        """Return the attachments that stand in texts and messages of some records."""
        names = self._get_html_names(records)
        texts = [record[name] for record in records for name in names]
        messages = records.env["mail.message"].search(
            Domain("model", "=", records._name)
            & Domain("res_id", "in", records.ids)
            & (
                Domain("body", "like", "/web/image")
                | Domain("body", "like", "/web/content")
            )
        )
        texts += messages.mapped("body")
        return {
            int(number) for text in texts for number in EMBEDDED.findall(text or "")
        }

    @api.model
    def _get_shown_files(self, module, record):
        """Return the files of a record that its page links to."""
        gate, files = self.env["customer.portal.gate"], record.env["ir.attachment"]
        for action, find in self._get_file_sources().items():
            if gate.may(module, action):
                files |= find(record)
        return files

    @api.model
    def _get_file_sources(self):
        """Return what finds files of a record, by the action that has them shown.

        To be extended. One source suffices for a file to be linked to.

        :rtype: dict[str, collections.abc.Callable]
        """
        return {"documents": self._get_record_files}

    @api.model
    def _make_file(self, module, record, attachment):
        gate = self.env["customer.portal.gate"]
        return {
            "id": attachment.id,
            "url": gate._make_page_url(module, record.id, "file", attachment.id),
            "name": attachment.name,
            "size": human_size(attachment.file_size),
            "is_picture": attachment.mimetype in PICTURES,
        }
