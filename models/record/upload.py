import re
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

from ...const import (
    FILE_NAME_LENGTH,
    PARAM_UPLOAD_MAX_MB,
    PARAM_UPLOAD_TYPES,
)
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


class CustomerPortalFile(models.AbstractModel):
    """What customers send: which files are taken, and under which name."""

    _inherit = "customer.portal.file"

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
    def check_upload(self, record, file):
        """Check a file that a way of Odoo's own takes, and give it a name that fits.

        Customers and visitors of cases send there what they can on the portal's pages.
        Everybody else sends what Odoo lets them.

        :param record: to which it is attached, with any rights
        :param file: of ``werkzeug.datastructures.FileStorage``; unread afterwards
        :raise UserError: that says why it cannot be taken
        """
        if self._is_limited(record):
            file.filename, raw = self._read_file(file, self.get_upload_limits())
            self.env.user._check_portal_quota(len(raw))
            file.stream.seek(0)

    @api.model
    def _is_limited(self, record):
        """Say whether the settings limit what somebody sends to a record.

        To be extended for others who can send files.
        """
        return self.env.user._is_portal()

    # === INTERNALS === #

    @api.model
    def _read_files(self, files):
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
            self.env.user._check_portal_quota(size)
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
                    "“%(name)s” is too large. Files can be up to %(size)s MB.",
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
                    "“%(name)s” was not uploaded: this file type is not allowed.",
                    name=name,
                )
            )
        if limits.types and extension not in limits.types:
            raise UserError(
                self.env._(
                    "“%(name)s” was not uploaded. Accepted file types: %(types)s.",
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
                    "The contents of “%(name)s” don't match its file type.", name=name
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
                "“%(old)s” was saved as “%(new)s” to match its contents.",
                old=old,
                new=new,
            )
            for old, new in self.env.cr.cache.get(RENAMED, {}).items()
        )
