from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...utils import from_binary, to_binary
from ..base.batches import get_forgotten_domain, remove_batch

# With whom a document is shared.
DOCUMENT_AUDIENCES = [
    ("contact", "Contact"),
    ("organization", "Organization"),
    ("subsidiaries", "Organization and Subsidiaries"),
    ("profiles", "Profiles"),
    ("everyone", "All Customers"),
]
# Those that need to know whose contact or organization it is.
PARTNER_AUDIENCES = ("contact", "organization", "subsidiaries")

# What a document tells of its file -> the field of the file.
FILE_NAMES = {
    "file_name": "name",
    "mimetype": "mimetype",
    "file_size": "file_size",
    "res_model": "res_model",
    "res_id": "res_id",
}
# So long at least is remembered what a session has downloaded.
KEPT = timedelta(days=30)


class CustomerPortalDocument(models.Model):
    """A file that is shared with customers.

    It says with whom, and leaves the file where it is: one that belongs to a case stays
    there, too. What belongs to nothing else belongs to its document.
    """

    _name = "customer.portal.document"
    _inherit = "mail.thread"
    _description = "Document"
    _order = "create_date desc, id desc"

    # === FIELDS === #

    name = fields.Char(required=True, index="trigram")
    attachment_id = fields.Many2one(
        "ir.attachment", "File", required=True, ondelete="cascade", copy=False
    )
    datas = fields.Binary(
        "Content", compute="_compute_datas", inverse="_inverse_datas", copy=False
    )
    file_name = fields.Char(
        compute="_compute_file",
        inverse="_inverse_file_name",
        help="The name of the file when it is downloaded.",
    )
    mimetype = fields.Char(compute="_compute_file")
    file_size = fields.Integer(compute="_compute_file")
    folder_id = fields.Many2one("customer.portal.document.folder", ondelete="restrict")
    audience = fields.Selection(
        DOCUMENT_AUDIENCES,
        "Shared With",
        required=True,
        default="contact",
        help="A contact's colleagues also see these documents if their profile shows "
        "the documents of the whole organization.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index=True, ondelete="restrict", tracking=True
    )
    organization_id = fields.Many2one(
        "res.partner",
        "Organization",
        related="partner_id.commercial_partner_id",
        store=True,
        help="The organization the document belongs to. Stored for faster searches.",
    )
    profile_ids = fields.Many2many("customer.portal.profile", string="Profiles")
    is_published = fields.Boolean(
        "Visible on Portal",
        default=True,
        tracking=True,
        help="If off, the file is also hidden on the record it is attached to.",
    )
    author_id = fields.Many2one(
        "res.partner",
        "Uploaded By",
        default=lambda self: self.env.user.partner_id,
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_from_portal = fields.Boolean(
        "From the Portal", readonly=True, copy=False, help="Uploaded by a customer."
    )
    download_count = fields.Integer(
        "Downloads",
        readonly=True,
        copy=False,
        help="Counted once per customer session.",
    )
    company_id = fields.Many2one(
        "res.company",
        help="Only customers of this company see it. Leave empty for all companies.",
    )
    res_model = fields.Char(compute="_compute_file")
    res_id = fields.Many2oneReference(compute="_compute_file", model_field="res_model")
    record_name = fields.Char("Attached To", compute="_compute_record_name")

    # === CONSTRAINTS === #

    _attachment_uniq = models.Constraint(
        "UNIQUE (attachment_id)", "This file is already shared."
    )
    _partner_check = models.Constraint(
        "CHECK (partner_id IS NOT NULL OR audience IN ('profiles', 'everyone'))",
        "Choose the customer to share the document with.",
    )

    # === COMPUTE METHODS === #

    @api.depends("attachment_id")
    def _compute_datas(self):
        """Show the content to whom the file is permitted: it may be a record's."""
        readable = self.attachment_id.sudo(False)._filtered_access("read")
        for document in self:
            attachment = document.attachment_id.sudo(False)
            content = attachment in readable and attachment.raw
            document.datas = to_binary(content or b"")

    def _inverse_datas(self):
        for document in self.filtered("attachment_id"):
            attachment = document.attachment_id.sudo(False)
            attachment.raw = from_binary(document.datas)

    @api.depends(*(f"attachment_id.{name}" for name in FILE_NAMES.values()))
    def _compute_file(self):
        for document in self:
            file_sudo = document._get_file_sudo()
            for name, source in FILE_NAMES.items():
                document[name] = file_sudo[source]

    def _inverse_file_name(self):
        for document in self.filtered(lambda one: one.attachment_id and one.file_name):
            document.attachment_id.sudo(False).name = document.file_name

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for document in self:
            record = document._get_record()
            visible = bool(record) and record._filtered_access("read")
            document.record_name = bool(visible) and visible.display_name

    @api.onchange("file_name")
    def _onchange_file_name(self):
        """Call a document as its file, unless it has a name already."""
        for document in self.filtered(lambda one: not one.name):
            document.name = document.file_name

    # === CONSTRAINT METHODS === #

    @api.constrains("attachment_id")
    def _check_attachment(self):
        """Share files alone: the values of fields have their own rights."""
        for attachment in self.attachment_id:
            if attachment.type != "binary" or attachment.res_field:
                raise ValidationError(
                    self.env._("“%(name)s” is not a valid file.", name=attachment.name)
                )

    @api.constrains("audience", "profile_ids")
    def _check_profiles(self):
        for document in self:
            if document.audience == "profiles" and not document.profile_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the profiles to share “%(name)s” with.",
                        name=document.name,
                    )
                )

    # === ONCHANGE === #

    @api.model
    def default_get(self, fields):
        """Propose no file that somebody may not read: a form tells its name."""
        values = super().default_get(fields)
        return self._without_unreadable(values)

    def onchange(self, values, field_names, fields_spec):
        """Take no notice of such a file either, when somebody types its number."""
        values = self._without_unreadable(values)
        return super().onchange(values, field_names, fields_spec)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take the file from a form; a file that belongs to nothing gets this home."""
        for vals in vals_list:
            self._clean_audience(vals)
            datas = vals.pop("datas", None)
            file_name = vals.pop("file_name", None)
            if not vals.get("attachment_id"):
                vals["attachment_id"] = self._make_attachment(
                    file_name or vals.get("name"), datas
                ).id
        documents = super().create(vals_list)
        documents._check_readable()
        documents._keep_attachments()
        return documents

    def write(self, vals):
        self._clean_audience(vals)
        result = super().write(vals)
        if "attachment_id" in vals:
            self._check_readable()
        return result

    # === ACTION METHODS === #

    def action_open_record(self):
        """Open the record that the file is attached to."""
        self.ensure_one()
        return self._get_record()._get_records_action()

    # === BUSINESS METHODS === #

    def _get_file_sudo(self):
        """Return the file that is shared, or one that is chosen by who may read it."""
        self.ensure_one()
        attachment = self.attachment_id
        if attachment != self._origin.attachment_id:
            attachment = attachment.sudo(False)._filtered_access("read")
        return attachment.sudo()

    @api.model
    def _without_unreadable(self, values):
        """Take a file out of the values of a form that whoever fills it may not read.

        :param dict values: from anywhere
        """
        file_id = values.get("attachment_id")
        if not file_id or file_id == self.attachment_id.id:
            return values
        ids = self.env["customer.portal.gate"]._parse_ids([file_id])
        files = self.env["ir.attachment"].browse(ids or ()).exists()
        readable = files and files.has_access("read")
        return values if readable else {**values, "attachment_id": False}

    @api.model
    def _clean_audience(self, vals):
        """Forget the customer of a document that is for others, too."""
        if vals.get("audience") and vals["audience"] not in PARTNER_AUDIENCES:
            vals["partner_id"] = False
        if vals.get("audience") and vals["audience"] != "profiles":
            vals["profile_ids"] = [fields.Command.clear()]

    @api.model
    def _make_attachment(self, name, datas):
        if not datas:
            raise ValidationError(self.env._("Please choose a file."))
        values = {"name": name, "raw": from_binary(datas)}
        return self.env["ir.attachment"].create(values)

    def _check_readable(self):
        """Let nobody share a file that they may not read.

        No constraint, as Odoo runs those with all rights.
        """
        self.env["ir.attachment"].browse(self.attachment_id.ids).check_access("read")

    def _keep_attachments(self):
        """Make files that belong to nothing the documents' own: other agents read them.

        Those that wait in a dialog belong to nothing, either.
        """
        for document in self:
            attachment = document.attachment_id
            if not attachment.res_id:
                attachment.write({"res_model": self._name, "res_id": document.id})

    def _get_record(self):
        """Return the record that the file is attached to, with the reader's rights."""
        self.ensure_one()
        file_sudo = self._get_file_sudo()
        model = self.env.get(file_sudo.res_model or "")
        if model is None or file_sudo.res_model == self._name:
            return None
        return model.browse(file_sudo.res_id).exists()

    def _count_download(self):
        """Count a download, unless somebody else is changing the document just now.

        Past the ORM: a document is not changed by being read.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_portal_document
                   SET download_count = COALESCE(download_count, 0) + 1
                 WHERE id IN (SELECT id FROM customer_portal_document
                               WHERE id IN %s FOR NO KEY UPDATE SKIP LOCKED)
                """,
                self._ids or (0,),
            )
        )
        self.invalidate_recordset(["download_count"], flush=False)

    # === WHO IS TOLD === #

    def _notify_agents(self):
        """Tell the agents what their customer has uploaded, all of it at once."""
        if self:
            files = ", ".join(self.mapped("name"))
            agents = self.env["customer.portal.agents"]
            agents._tell(self[0], self.partner_id[:1], "uploaded", files=files)

    def _get_portal_subject(self):
        return self.env._("Documents of %(name)s", name=self.partner_id.display_name)


class CustomerPortalDocumentDownload(models.Model):
    """That a file was downloaded in a session: it counts once in each.

    In the database, as requests that are served at once do not see what the others
    write into their session.
    """

    _name = "customer.portal.document.download"
    _description = "Document Download"
    _rec_name = "attachment_id"

    attachment_id = fields.Many2one(
        "ir.attachment", required=True, index=True, ondelete="cascade"
    )
    session = fields.Char(
        required=True, help="Identifies the session without giving access to it."
    )
    date = fields.Date(required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", index="btree_not_null", ondelete="set null"
    )

    _session_uniq = models.Constraint(
        "UNIQUE (session, attachment_id)", "Downloads are counted once per session."
    )

    @api.model
    def _is_first(self, attachment, session):
        """Say whether a file is downloaded for the first time in a session.

        In one step, so that of two clicks at once one counts.
        """
        query = SQL(
            """
            INSERT INTO customer_portal_document_download
                        (attachment_id, session, date, partner_id)
                 VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
            """,
            attachment.id,
            session,
            fields.Date.today(),
            self.env.user.sudo().partner_id.id,
        )
        self.env.cr.execute(query, log_exceptions=False)
        return bool(self.env.cr.rowcount)

    @api.autovacuum
    def _gc_downloads(self):
        """Forget them with the touchpoints (0 = keep all), while no session goes on."""
        return remove_batch(self, get_forgotten_domain(self, at_least=KEPT))
