from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext, ormcache, plaintext2html
from odoo.tools.mail import email_split_tuples

from ..const import COMMENT_LENGTH
from ..utils_content import clean_content
from ..utils_quotes import QUOTE, fold_quotes, tag_history
from .customer_portal_gate_threads import Part

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


class CustomerPortalGateComments(models.AbstractModel):
    """The public part of a record's thread; nothing internal ever appears."""

    _name = "customer.portal.gate.comments"
    _inherit = "customer.portal.gate.threads"
    _description = "Customer Portal Gate: Comments"

    @api.private
    def count_comments(self, user, module, res_id):
        """Count the comments of a record.

        :return: None if the user sees no comments there
        :rtype: int | None
        """
        return self._count_part(user, module, res_id, "comments")

    @api.private
    def find_comments(self, user, module, res_id, limit=20, offset=0):
        """Return the comments of a record, newest first.

        :return: dicts with ``id``, ``author``, ``date``, ``body`` as HTML and
            ``files``; None if the user sees no comments there
        :rtype: list | None
        """
        return self._find_part(user, module, res_id, "comments", limit, offset)

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
        attachments = self._read_files(user, files)
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

    @api.private
    def get_page_url(self, user, model_name, res_id):
        """Return the address of the page on which a user finds a record.

        :return: None if no generated module of the profile shows it
        :rtype: str | None
        """
        codes = self._get_generated_codes(model_name)
        rights = self._get_rights(user) if codes else {}
        for code, right in rights.items():
            if code in codes and self._browse(user, right, [res_id]):
                return self._make_page_url(code, res_id)
        return None

    # === INTERNALS === #

    @api.model
    def _get_generated_codes(self, model_name):
        """Return the modules that the portal makes pages of for a model.

        :param model_name: from anywhere, such as an address
        :rtype: tuple[str]
        """
        is_name = isinstance(model_name, str)
        return self._get_all_generated_codes().get(model_name, ()) if is_name else ()

    @api.model
    @ormcache()
    def _get_all_generated_codes(self):
        """Cached as a whole: made-up names of models shall not fill the cache."""
        modules = self.env["customer.portal.module"].sudo()
        generated = modules.search([("page", "=", "generated")])
        return {
            model_name: tuple(same.mapped("code"))
            for model_name, same in generated.grouped("model_name").items()
        }

    @api.model
    def _make_page_url(self, code, res_id):
        return f"/my/p/{code}/{res_id}"

    @api.model
    def _get_part(self, user, module, record, part):
        if part != "comments":
            return super()._get_part(user, module, record, part)
        return Part(
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
                self._make_file(module, record, attachment)
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
    def _make_author(self, user, partner, email_from=None, module=None):
        """Return who did something, as a customer is told.

        :param str module: in which the customer is told
        :rtype: dict
        """
        [name, email] = [*email_split_tuples(email_from or ""), ("", "")][0]
        return {
            "name": partner.name or name or email or self.env._("Somebody"),
            "is_support": bool(partner) and not partner.partner_share,
            "is_mine": partner == user.sudo().partner_id,
        }

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
