from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext, plaintext2html

from ...const import COMMENT_LENGTH
from ...utils_content import clean_content
from ...utils_quotes import QUOTE, fold_quotes, tag_history
from .thread import ThreadSection

# Messages that people write; all others are Odoo's own.
COMMENT_TYPES = ("comment", "email")
COMMENT_FIELDS = (
    "author_id",
    "email_from",
    "date",
    "message_type",
    "body",
    "attachment_ids",
)
# What is left of a message that its author has emptied.
EMPTY_BODIES = (False, "", '<span class="o-mail-Message-edited"></span>')
# The same text by the same author is a second click, so long.
REPEATED = timedelta(seconds=30)


class CustomerPortalGate(models.AbstractModel):
    """The public part of a record's thread; nothing internal ever appears."""

    _inherit = "customer.portal.gate"

    @api.private
    def count_comments(self, user, module, res_id):
        """Count the comments of a record.

        :return: None if the user sees no comments there
        :rtype: int | None
        """
        return self._count_section(user, module, res_id, "comments")

    @api.private
    def find_comments(self, user, module, res_id, limit=20, offset=0):
        """Return the comments of a record, newest first.

        :return: dicts with ``id``, ``author``, ``date``, ``body`` as HTML and
            ``files``; None if the user sees no comments there
        :rtype: list | None
        """
        return self._find_section(user, module, res_id, "comments", limit, offset)

    @api.private
    def may_comment(self, user, module, res_id):
        """Say whether a user can write a comment now; not to what is closed."""
        record = self._find_thread(user, module, res_id, "comment")
        return bool(record) and not self._is_closed(user, module, record)

    @api.private
    def post_comment(self, user, module, res_id, text, files=()):
        """Write a comment in the name of a user; Odoo tells agents and followers.

        A second click posts nothing.

        :param str text: plain text
        :param files: of ``werkzeug.datastructures.FileStorage``
        :raise AccessError: if the user may not comment, or not upload
        :raise UserError: that says what to do about it
        """
        record = self._find_thread(user, module, res_id, "comment")
        files = [file for file in files if file.filename]
        if not record or (files and not self.may(user, module, "upload")):
            raise AccessError(self.env._("This is not permitted."))
        if self._is_closed(user, module, record):
            raise UserError(self.env._("This is closed. Reopen it to write a comment."))
        text = self._clean_comment(text)
        attachments = self.env["customer.portal.file"]._read_files(user, files)
        if not text and not attachments:
            raise UserError(self.env._("Write a comment first."))
        body = plaintext2html(text) if text else Markup()
        if self._is_repeated(user, record, body, attachments):
            return
        record.message_post(
            body=body,
            attachments=attachments,
            author_id=user.sudo().partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        if right := self._get_page_right(user, module):
            self._mark_updated(user, right, record)

    # === INTERNALS === #

    @api.model
    def _get_section(self, user, module, record, part):
        if part != "comments":
            return super()._get_section(user, module, record, part)
        return ThreadSection(
            record.env["mail.message"],
            self._get_comment_domain(record),
            "date desc, id desc",
            COMMENT_FIELDS,
            self._make_comment,
        )

    @api.model
    def _get_comment_domain(self, record):
        """Return the public messages of a record that people have written."""
        return (
            Domain("model", "=", record._name)
            & Domain("res_id", "=", record.id)
            & Domain("message_type", "in", COMMENT_TYPES)
            & self.env["mail.message"]._get_search_domain_share()
            & (
                Domain("body", "not in", EMPTY_BODIES)
                | Domain("attachment_ids", "!=", False)
            )
        )

    @api.model
    def _make_comment(self, user, module, record, message):
        attachments = message.attachment_ids.filtered(
            lambda a: a.type == "binary"
        ).sorted("id")
        return {
            "id": message.id,
            "author": self._make_author(
                user, message.author_id, message.email_from, module
            ),
            "date": self._format_time(user, message.date),
            "body": self._fold_history(message),
            "files": [
                self.env["customer.portal.file"]._make_file(module, record, attachment)
                for attachment in attachments
            ],
        }

    @api.model
    def _fold_history(self, message):
        """Return the text of a comment; what a mail quotes opens by a click."""
        body = message.body
        if message.message_type == "email" and body:
            body = tag_history(body)
        body = clean_content(body, keep={QUOTE})
        return fold_quotes(body, self.env._("Earlier messages"))

    @api.model
    def _clean_comment(self, text):
        text = (text or "").replace("\0", "").strip()
        if len(text) > COMMENT_LENGTH:
            raise UserError(
                self.env._(
                    "The comment is too long. Up to %(number)s characters are "
                    "possible.",
                    number=COMMENT_LENGTH,
                )
            )
        return text

    @api.model
    def _is_repeated(self, user, record, body, attachments):
        """Say whether the same comment has just been posted.

        Of two clicks that are served at once the second one waits for the first.
        """
        partner = user.sudo().partner_id
        names = sorted(name for name, _raw in attachments)
        domain = (
            self._get_comment_domain(record)
            & Domain("author_id", "=", partner.id)
            & Domain("date", ">=", fields.Datetime.now() - REPEATED)
        )
        key = ("comment", record._name, record.id, partner.id)
        with self.env["customer.portal.lock"]._alone(*key) as env:
            latest = record.with_env(env).env["mail.message"].sudo().search(domain)
            said = [
                (
                    html2plaintext(message.body),
                    sorted(message.attachment_ids.mapped("name")),
                )
                for message in latest
            ]
        return (html2plaintext(body), names) in said

    @api.model
    def _get_comment_files(self, record):
        comments = record.env["mail.message"].search(self._get_comment_domain(record))
        return comments.attachment_ids.filtered(lambda a: a.type == "binary")


class CustomerPortalFile(models.AbstractModel):
    """The files of comments are linked to on the record's page, too."""

    _inherit = "customer.portal.file"

    @api.model
    def _get_shown_files(self, user, module, record):
        gate = self.env["customer.portal.gate"]
        files = super()._get_shown_files(user, module, record)
        if gate.may(user, module, "comments"):
            files += gate._get_comment_files(record)
        return files
