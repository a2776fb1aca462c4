from datetime import timedelta
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext, plaintext2html

from ...const import COMMENT_LENGTH
from ...utils_content import clean_content
from ...utils_quotes import QUOTE, fold_quotes, tag_history
from ..base import lock
from ..base.snapshot_cache import snapshot_cache
from .mail_tracking_value import get_changes

# Messages that people write; all others are Odoo's own.
COMMENT_TYPES = ("comment", "email")
COMMENT_FIELDS = (
    *("author_id", "email_from", "date"),
    *("message_type", "body", "attachment_ids"),
)
# What is left of a message that its author has emptied.
EMPTY_BODIES = (False, "", '<span class="o-mail-Message-edited"></span>')
# The same text by the same author is a second click, so long.
REPEATED = timedelta(seconds=30)
# Type of a field -> the column in which Odoo keeps its former and its new value. Of
# other types it keeps no changes.
TRACKED_COLUMNS = {
    "boolean": "integer",
    "char": "char",
    "date": "datetime",
    "datetime": "datetime",
    "float": "float",
    "html": "text",
    "integer": "integer",
    "many2many": "char",
    "many2one": "char",
    "monetary": "float",
    "selection": "char",
    "text": "text",
}
# The columns themselves.
VALUES = tuple(
    f"{side}_value_{column}"
    for side in ("old", "new")
    for column in sorted(set(TRACKED_COLUMNS.values()))
)


class ThreadSection(NamedTuple):
    """Of what a section of a record's thread is made."""

    records: models.Model  # none yet, with the rights to find them
    domain: Domain
    order: str
    names: tuple  # fields that plain values are made of
    make: callable


class CustomerPortalThread(models.AbstractModel):
    """The public part of a record's thread; nothing internal ever appears.

    Its sections are comments, and updates: changes of the fields that a customer may
    read, with who and when. Each is named after the action that shows it.
    """

    _name = "customer.portal.thread"
    _description = "Customer Portal Thread"

    @api.private
    def count_comments(self, module, res_id):
        """Count the comments of a record.

        :return: None if the user sees no comments there
        :rtype: int | None
        """
        return self._count_section(module, res_id, "comments")

    @api.private
    def find_comments(self, module, res_id, limit=20, offset=0):
        """Return the comments of a record, newest first.

        :return: dicts with ``id``, ``author``, ``date``, ``body`` as HTML and
            ``files``; None if the user sees no comments there
        :rtype: list | None
        """
        return self._find_section(module, res_id, "comments", limit, offset)

    @api.private
    def may_comment(self, module, res_id):
        """Say whether a user can write a comment now; not to what is closed."""
        gate = self.env["customer.portal.gate"]
        record = self._find_thread(module, res_id, "comment")
        return bool(record) and not gate._is_closed(module, record)

    @api.private
    def post_comment(self, module, res_id, text, files=()):
        """Write a comment in the name of a user; Odoo tells agents and followers.

        A second click posts nothing.

        :param str text: plain text
        :param files: of ``werkzeug.datastructures.FileStorage``
        :raise AccessError: if the user may not comment, or not upload
        :raise UserError: that says what to do about it
        """
        gate = self.env["customer.portal.gate"]
        record = self._find_thread(module, res_id, "comment")
        files = [file for file in files if file.filename]
        if not record or (files and not gate.may(module, "upload")):
            raise AccessError(self.env._("You are not allowed to do this."))
        if gate._is_closed(module, record):
            raise UserError(self.env._("This is closed. Reopen it to add a comment."))
        text = self._clean_comment(text)
        attachments = self.env["customer.portal.file"]._read_files(files)
        if not text and not attachments:
            raise UserError(self.env._("Please enter a comment."))
        body = plaintext2html(text) if text else Markup()
        if self._is_repeated(record, body, attachments):
            return
        record.message_post(
            body=body,
            attachments=attachments,
            author_id=self.env.user.sudo().partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._mark_read(record)
        if right := gate._get_page_right(module):
            self.env["customer.portal.origin"]._mark_updated(right, record)

    @api.private
    def count_updates(self, module, res_id):
        """Count the changes of a record.

        :return: None if the user sees no updates there
        :rtype: int | None
        """
        return self._count_section(module, res_id, "updates")

    @api.private
    def find_updates(self, module, res_id, limit=20, offset=0):
        """Return the changes of a record, newest first.

        :return: dicts with ``id``, ``label``, ``old`` and ``new`` as HTML,
            ``author`` and ``date``; None if the user sees no updates there
        :rtype: list | None
        """
        return self._find_section(module, res_id, "updates", limit, offset)

    # === SECTIONS === #

    @api.model
    def _find_thread(self, module, res_id, action):
        """Return a record with a thread in which a user may do something."""
        gate = self.env["customer.portal.gate"]
        record = gate._find_for(module, res_id, action)
        is_thread = isinstance(record, self.env.registry["mail.thread"])
        return record if is_thread else None

    @api.model
    def _count_section(self, module, res_id, section):
        """Count what stands in a section of a record's thread.

        :return: None if the user does not see the section
        :rtype: int | None
        """
        record = self._find_thread(module, res_id, section)
        if not record:
            return None
        spec = self._get_section(module, record, section)
        return spec.records.search_count(spec.domain)

    @api.model
    def _find_section(self, module, res_id, section, limit, offset):
        """Return what stands on a page of a section, newest first, as plain values.

        :return: None if the user does not see the section
        :rtype: list | None
        """
        record = self._find_thread(module, res_id, section)
        if not record:
            return None
        spec = self._get_section(module, record, section)
        found = spec.records.search_fetch(
            spec.domain, spec.names, order=spec.order, limit=limit, offset=offset
        )
        self._fetch_shown(found)
        return [spec.make(module, record, one) for one in found]

    @api.model
    def _get_section(self, module, record, section):
        """Return of what a section is made. To be extended for others.

        :rtype: ThreadSection
        """
        make = {
            "comments": self._make_comment_section,
            "updates": self._make_update_section,
        }
        return make[section](module, record)

    # === COMMENTS === #

    @api.model
    def _make_comment_section(self, module, record):
        return ThreadSection(
            record.env["mail.message"],
            self._get_comment_domain(record),
            "date desc, id desc",
            COMMENT_FIELDS,
            self._make_comment,
        )

    @api.model
    def _get_comment_domain(self, records):
        """Return the public messages of records that people have written."""
        return (
            Domain("model", "=", records._name)
            & Domain("res_id", "in", records.ids)
            & Domain("message_type", "in", COMMENT_TYPES)
            & self.env["mail.message"]._get_search_domain_share()
            & (
                Domain("body", "not in", EMPTY_BODIES)
                | Domain("attachment_ids", "!=", False)
            )
        )

    @api.model
    def _make_comment(self, module, record, message):
        pages = self.env["customer.portal.record"]
        attachments = message.attachment_ids.filtered(lambda a: a.type == "binary")
        return {
            "id": message.id,
            "author": pages._make_author(message.author_id, message.email_from, module),
            "date": pages._render_time(message.date),
            "body": self._fold_history(message),
            "files": [
                self.env["customer.portal.file"]._make_file(module, record, attachment)
                for attachment in attachments.sorted("id")
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
                    "The comment is too long. The limit is %(number)s characters.",
                    number=COMMENT_LENGTH,
                )
            )
        return text

    @api.model
    def _is_repeated(self, record, body, attachments):
        """Say whether the same comment has just been posted.

        Of two clicks that are served at once the second one waits for the first.
        """
        partner = self.env.user.sudo().partner_id
        names = sorted(name for name, _raw in attachments)
        domain = (
            self._get_comment_domain(record)
            & Domain("author_id", "=", partner.id)
            & Domain("date", ">=", fields.Datetime.now() - REPEATED)
        )
        key = ("comment", record._name, record.id, partner.id)
        with lock.alone(self.env, *key) as env:
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

    # === UPDATES === #

    @api.model
    def _make_update_section(self, module, record):
        return ThreadSection(
            get_changes(record),
            self._get_update_domain(module, record),
            "id desc",
            ("mail_message_id", "field_id", "currency_id", "create_date", *VALUES),
            self._make_update,
        )

    @api.model
    @snapshot_cache("model_name")
    def _get_tracked_names(self, model_name):
        """Return the fields whose changes customers are told of.

        Odoo tracks few of them by itself.
        """
        modules = self.env["customer.portal.module"].sudo()
        modules = modules.search(
            [("model_name", "=", model_name), ("page", "=", "generated")]
        )
        told = modules.filtered(
            lambda module: (
                module.available
                and any(
                    permission.visible and permission.show_updates
                    for permission in module.permission_ids
                )
            )
        )
        known = self.env[model_name]._fields
        names = set(told.field_ids.filtered("available").mapped("name"))
        return frozenset(
            name
            for name in names.difference(("id", *models.MAGIC_COLUMNS))
            if known[name].store and self._is_told(known[name])
        )

    @api.model
    def _is_told(self, field):
        """Say whether customers are told of a field's changes. To be extended.

        Not of what only follows from other changes, such as the time of the last one,
        unless Odoo itself tracks it, as it does totals.
        """
        follows = field.compute and field.readonly
        is_tracked = getattr(field, "tracking", None)
        return field.type in TRACKED_COLUMNS and bool(is_tracked or not follows)

    @api.model
    def _get_update_domain(self, module, record):
        fields_by_name = self.env["ir.model.fields"]
        ids = [
            fields_by_name._get(record._name, name).id
            for name in self.env["customer.portal.gate"].fields(module)
            if self._is_told(record._fields[name])
        ]
        return (
            Domain("mail_message_id.model", "=", record._name)
            & Domain("mail_message_id.res_id", "=", record.id)
            & Domain("field_id", "in", ids)
        )

    @api.model
    def _make_update(self, module, record, change):
        gate = self.env["customer.portal.gate"]
        pages = self.env["customer.portal.record"]
        message = change.mail_message_id
        field = record._fields[self._get_changed_name(record, change)]
        return {
            "id": change.id,
            "label": gate._get_labels(module, self.env.lang).fields[field.name],
            "old": self._render_change(record, field, change, "old"),
            "new": self._render_change(record, field, change, "new"),
            "author": pages._make_author(message.author_id, message.email_from),
            "date": pages._render_time(message.date or change.create_date),
        }

    @api.model
    def _get_changed_name(self, record, change):
        """Return the name of the field that has changed, without a query for it."""
        ids = self.env["ir.model.fields"]._get_ids(record._name)
        return next(name for name, id_ in ids.items() if id_ == change.field_id.id)

    @api.model
    def _render_change(self, record, field, change, side):
        """Return a former or a new value, as the record's page shows such values."""
        pages = self.env["customer.portal.record"]
        column = TRACKED_COLUMNS[field.type]
        value = change[f"{side}_value_{column}"]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type in ("integer", "float", "monetary"):
            options = pages._get_converter_options(record, field)
            if field.type == "monetary" and change.currency_id:
                options["display_currency"] = change.currency_id
            return pages._get_converter(field).value_to_html(value, options)
        if value and field.type == "datetime":
            return pages._format_time(value)
        if value and field.type == "date":
            return format_date(self.env, value.date())
        return pages._shorten(value) if value and column == "text" else value or ""
