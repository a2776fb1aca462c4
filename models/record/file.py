import re
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, human_size
from odoo.tools.mimetypes import guess_mimetype

from ...const import FILE_NAME_LENGTH, PARAM_UPLOAD_MAX_MB, PARAM_UPLOAD_TYPES
from ...utils import clean_line, shorten_file_name

# Files that a computer runs when somebody opens them: refused from customers, unless
# the settings name them among the types that are accepted.
ACTIVE_TYPES = frozenset(
    [
        "exe",
        "bat",
        "cmd",
        "com",
        "scr",
        "js",
        "vbs",
        "ps1",
        "sh",
        "msi",
        "jar",
        "html",
        "htm",
        "svg",
        "xhtml",
        "hta",
    ]
)
# What the content of a file must be, by the extension of its name.
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "webp": "image/webp",
}

MEGABYTE = 2**20
# A file that stands in a text, as editors put pictures there.
EMBEDDED = re.compile(r"/web/(?:image|content)/(\d+)")
# Reserved in names by one system or another.
RESERVED = re.compile(r'[<>:"|?*]')


# What pictures are -> how their names end.
PICTURE_EXTENSIONS = {
    kind: extension
    for extension, kind in reversed(CONTENT_TYPES.items())
    if kind.startswith("image/")
}
# Where a transaction keeps the names of files that it has changed.
RENAMED = "customer_portal_renamed"


class Limits(NamedTuple):
    """What a customer may upload."""

    max_mb: int  # 0: no limit of the portal's own
    types: tuple  # extensions; empty: all but active ones


class CustomerPortalGate(models.AbstractModel):
    """Documents: the files that are attached to a record itself.

    Files of a message belong to it: those of a public comment are shown there, and
    those of an internal note nowhere.
    """

    _inherit = "customer.portal.gate"

    # === WHAT IS SHOWN === #

    @api.private
    def find_files(self, user, module, res_id):
        """Return the documents of a record, newest first.

        :return: dicts with ``id``, ``url``, ``name``, ``size``, ``date`` and
            ``author``; None if the user sees no documents there
        :rtype: list | None
        """
        record = self._find_for(user, module, res_id, "documents")
        if not record:
            return None
        return [
            {
                **self._make_file(module, record, attachment),
                "date": self._format_time(user, attachment.create_date),
                "author": self._make_author(user, attachment.create_uid.partner_id),
            }
            for attachment in self._get_record_files(user, record)
        ]

    @api.private
    def get_stream(self, user, module, res_id, attachment_id):
        """Return the content of a file that the page of a record shows.

        :return: what Odoo streams a download from; None if there is no such file
        :rtype: odoo.http.Stream | None
        """
        record = self._find_for(user, module, res_id, "see")
        if not record or not self._is_id(attachment_id):
            return None
        files = self._get_shown_files(user, module, record)
        return self._make_stream(files, attachment_id)

    @api.model
    def _make_stream(self, attachments, attachment_id):
        """Return the content of one of some files that a user may download.

        :param int attachment_id: from anywhere
        """
        attachment = attachments.filtered(lambda one: one.id == attachment_id)
        if not attachment:
            return None
        stream = attachment._to_http_stream()
        stream.public = False
        return stream

    # === WHAT IS TAKEN === #

    @api.private
    def get_upload_limits(self):
        """Return what the settings let customers upload.

        :rtype: Limits
        """
        params = self.env["ir.config_parameter"]
        words = params._get_portal_text(PARAM_UPLOAD_TYPES).lower()
        types = [word.strip(" .*") for word in re.split(r"[,;\s]+", words)]
        return Limits(
            max_mb=params._get_portal_number(PARAM_UPLOAD_MAX_MB),
            types=tuple(word for word in types if word),
        )

    @api.private
    def add_files(self, user, module, res_id, files):
        """Attach files to a record, all of them or none.

        :param list files: of ``werkzeug.datastructures.FileStorage``
        :return: ids of the attachments
        :rtype: list
        :raise AccessError: if the user may not upload there
        :raise UserError: that says which file cannot be taken, and why
        """
        record, ids = self._add_files(user, module, res_id, files)
        names = record.env["ir.attachment"].browse(ids).mapped("name")
        self._tell_agents(user, record, "uploaded", files=", ".join(names))
        return ids

    @api.private
    def check_upload(self, user, record, file):
        """Check a file that a way of Odoo's own takes, and give it a name that fits.

        Customers and visitors of cases send there what they can on the portal's pages.
        Everybody else sends what Odoo lets them.

        :param record: to which it is attached, with any rights
        :param file: of ``werkzeug.datastructures.FileStorage``; unread afterwards
        :raise UserError: that says why it cannot be taken
        """
        if self._is_limited(user, record):
            file.filename, raw = self._read_file(file, self.get_upload_limits())
            self.env["customer.portal.quota"]._check(user, len(raw))
            file.stream.seek(0)

    # === INTERNALS === #

    @api.model
    def _is_limited(self, user, record):
        """Say whether the settings limit what somebody sends to a record.

        To be extended for others who can send files.
        """
        return user._is_portal()

    @api.model
    def _add_files(self, user, module, res_id, files):
        """Attach files, and tell nobody.

        :return: the record, and the ids of the attachments
        """
        record = self._find_for(user, module, res_id, "upload")
        if not record:
            raise AccessError(self.env._("This is not permitted."))
        if self._is_closed(user, module, record):
            raise UserError(self.env._("This is closed. Reopen it to add files."))
        values = [
            {"name": name, "raw": raw, "res_model": record._name, "res_id": record.id}
            for name, raw in self._read_files(user, files)
        ]
        if not values:
            raise UserError(self.env._("Choose a file first."))
        return record, record.env["ir.attachment"].create(values).ids

    @api.model
    def _get_record_files(self, user, record):
        """Return the files that the page of a record lists, newest first.

        Not the pictures in a text: the text may be hidden.
        """
        attachments = record.env["ir.attachment"].search_fetch(
            Domain("res_model", "=", record._name)
            & Domain("res_id", "=", record.id)
            & Domain("res_field", "=", False)
            & Domain("type", "=", "binary")
            & self._get_listed_domain(user),
            ("name", "file_size", "mimetype", "create_date", "create_uid"),
            order="id desc",
        )
        embedded = self._get_embedded_ids(record) if attachments else ()
        return attachments.filtered(lambda one: one.id not in embedded)

    @api.model
    def _get_listed_domain(self, user):
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
    def _get_shown_files(self, user, module, record):
        """Return the files of a record that its page links to. To be extended."""
        files = record.env["ir.attachment"]
        if self.may(user, module, "documents"):
            files += self._get_record_files(user, record)
        return files

    @api.model
    def _make_file(self, module, record, attachment):
        return {
            "id": attachment.id,
            "url": self._make_page_url(module, record.id, "file", attachment.id),
            "name": attachment.name,
            "size": human_size(attachment.file_size),
        }

    # --- checks --- #

    @api.model
    def _read_files(self, user, files):
        """Return names and contents of files that a customer sends.

        :rtype: list[tuple[str, bytes]]
        :raise UserError: for the first one that cannot be taken, and for all if the
            customer has sent too much already
        """
        limits = self.get_upload_limits()
        # A form without a file sends one without a name.
        files = [file for file in files if file.filename]
        read = [self._read_file(file, limits) for file in files]
        if read:
            size = sum(len(raw) for _name, raw in read)
            self.env["customer.portal.quota"]._check(user, size)
        return read

    @api.model
    def _read_file(self, file, limits):
        name = self._clean_file_name(file.filename)
        self._check_type(name, limits)
        limit = limits.max_mb * MEGABYTE
        raw = file.stream.read(limit + 1 if limit else -1)
        return self._check_content(name, raw, limits), raw

    @api.model
    def _check_content(self, name, raw, limits):
        """Check what a file holds, as far as it is read.

        :return: the name that fits it
        """
        if not raw:
            raise UserError(self.env._("“%(name)s” is empty.", name=name))
        if limits.max_mb and len(raw) > limits.max_mb * MEGABYTE:
            raise UserError(
                self.env._(
                    "“%(name)s” is too large. Files can have up to %(size)s MB.",
                    name=name,
                    size=limits.max_mb,
                )
            )
        return self._fit_name(name, raw, limits)

    @api.model
    def _clean_file_name(self, name):
        """Return a name that is safe to show and to store, in its own language.

        Not by Odoo's ``clean_filename``: it takes the vowel signs out of Hindi and Thai
        names, keeps folders as part of them, and a dot at the end, behind which nobody
        sees the extension.
        """
        name = re.split(r"[/\\]", clean_line(name))[-1]
        name = RESERVED.sub("_", name).strip(" .")
        return shorten_file_name(name, FILE_NAME_LENGTH) or self.env._("file")

    @api.model
    def _get_extension(self, name):
        return name.rpartition(".")[2].lower() if "." in name else ""

    @api.model
    def _check_type(self, name, limits):
        extension = self._get_extension(name)
        if not limits.types and extension in ACTIVE_TYPES:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be sent: files of this type could do harm.",
                    name=name,
                )
            )
        if limits.types and extension not in limits.types:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be sent. These types can: %(types)s.",
                    name=name,
                    types=", ".join(limits.types),
                )
            )

    @api.model
    def _fit_name(self, name, raw, limits):
        """Return the name that fits what a file holds.

        Phones and programs call a picture .jpg that is none: it gets the ending of what
        it is. Whatever else is not what its name says is refused.
        """
        expected = CONTENT_TYPES.get(self._get_extension(name))
        found = guess_mimetype(raw) if expected else None
        if found == expected:
            return name
        is_picture = expected.startswith("image/") and found in PICTURE_EXTENSIONS
        if not is_picture:
            raise UserError(
                self.env._(
                    "“%(name)s” is not what its name says. Check the file.", name=name
                )
            )
        fitting = f"{name.rpartition('.')[0]}.{PICTURE_EXTENSIONS[found]}"
        self._check_type(fitting, limits)
        self.env.cr.cache.setdefault(RENAMED, {})[name] = fitting
        return fitting

    @api.private
    def upload_hint(self):
        """Return what to say of files that got another name in this transaction.

        :return: a sentence a file; empty if all kept theirs
        :rtype: str
        """
        return " ".join(
            self.env._(
                "“%(old)s” is saved as “%(new)s”, as that is what it holds.",
                old=old,
                new=new,
            )
            for old, new in self.env.cr.cache.get(RENAMED, {}).items()
        )
