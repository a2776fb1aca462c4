from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...icons import ICONS
from ...utils import read_number
from .document_list import PREVIEW_TYPES, URL
from .gate import CODE

# Documents are counted up to here; further pages are offered as they come near. What is
# counted is read from the tables of all files, those of other customers between them.
COUNTED = 200
# How a list can be sorted: a column that documents and files both have.
SORTS = ("-create_date", "create_date", "name", "-name")


class DocumentQuery(NamedTuple):
    """What a customer asks of the list of documents, as it stands in the address."""

    search: str = ""
    folder: int = 0
    module: str = ""  # the files of its records alone
    sortby: str = SORTS[0]
    scope: str = "all"  # or "mine"


EMPTY_QUERY = DocumentQuery()


class CustomerPortalDocument(models.Model):
    """Documents as customers list, open and upload them, as plain values.

    Which of them a customer sees is asked of the gate, each time.
    """

    _inherit = "customer.portal.document"

    # === WHAT IS SHOWN === #

    @api.model
    def _get_portal_cards(self):
        """Return the card of the documents; none if they are hidden."""
        return self.env["customer.portal.gate"]._find_cards(CODE, URL)

    @api.model
    def _parse_portal_query(self, /, **query):
        """Parse the parameters of a list; drop unknown and forbidden values.

        :param query: from an address
        :rtype: DocumentQuery
        """
        asked = self.env["customer.portal.record"]._clean_texts(DocumentQuery, query)
        codes = [module["module"] for module in self._get_portal_modules()]
        is_scope = asked["scope"] in ("mine", "all")
        return DocumentQuery(
            search=asked["search"],
            folder=read_number(asked["folder"]) or 0,
            module=asked["module"] if asked["module"] in codes else "",
            sortby=asked["sortby"] if asked["sortby"] in SORTS else SORTS[0],
            scope=asked["scope"]
            if is_scope
            else self.env["customer.portal.record"].default_scope(CODE),
        )

    @api.model
    def _find_portal_rows(self, asked=EMPTY_QUERY, limit=20, offset=0):
        """Return the documents of a list.

        Pictures that stand in the text of a record are no documents; they are left out
        of what was found, so a page can hold fewer than its size.

        :param DocumentQuery asked: nothing for the newest of all that they see
        :return: dicts, see ``_make_portal_rows``
        :rtype: list
        """
        files, _total = self._find_shown_files(asked, limit, offset)
        return self._make_portal_rows(files)

    @api.model
    def _search_portal_rows(self, text, limit):
        """Return the newest documents with a text in their name."""
        return self._find_portal_rows(DocumentQuery(search=text), limit)

    @api.model
    def _get_portal_page(self, asked, size, page):
        """Return a page of a list, and how many documents it has, in one query.

        Counted up to a limit, as all lists are; further pages follow one another.

        :return: dicts, see ``_make_portal_rows``; and the number
        :rtype: tuple[list, int]
        """
        offset = (page - 1) * size
        most = max(COUNTED, offset + 2 * size)
        files, total = self._find_shown_files(asked, size, offset, most)
        return self._make_portal_rows(files), total

    @api.model
    def _get_portal_folders(self):
        """Return the folders that hold a document a user sees, then the modules.

        :return: dicts with ``id`` of a folder or ``module``, ``name`` and ``icon``
        :rtype: list
        """
        gate = self.env["customer.portal.gate"]
        parts = gate._get_document_parts()
        folders = self.env["customer.portal.document.folder"].sudo()
        shown = gate._get_shown_document_domain()
        domain = Domain.OR(self._make_folder_domain(part & shown) for part in parts)
        found = folders.search_fetch(domain, ["name"]) if parts else folders
        return [
            *(
                {
                    "id": one.id,
                    "module": "",
                    "name": one.name,
                    "icon": ICONS["folder"],
                }
                for one in found
            ),
            *self._get_portal_modules(),
        ]

    @api.model
    def _get_portal_row(self, attachment_id):
        """Return a document, None if the user does not see it.

        :rtype: dict | None
        """
        gate = self.env["customer.portal.gate"]
        attachment = gate._find_attachment(attachment_id)
        shared = gate._get_seen_documents(attachment.ids)
        query = SQL(
            "SELECT %s AS file_id, %s::integer AS document_id, 0 AS place",
            attachment.id or 0,
            shared.id or None,
        )
        found = self._make_portal_rows(self._read_shown_files(query)[0])
        return found[0] if found else None

    @api.model
    def _get_portal_stream(self, attachment_id):
        """Return the content of a document.

        :return: what Odoo streams a download from; None if there is no such file
        :rtype: odoo.http.Stream | None
        """
        gate = self.env["customer.portal.gate"]
        attachment = gate._find_attachment(attachment_id)
        return (
            self.env["customer.portal.file"]._make_stream(attachment, attachment_id)
            if attachment
            else None
        )

    @api.model
    def _may_preview(self, attachment_id):
        """Say whether a browser may show a document: pictures and PDF, nothing active.

        :rtype: bool
        """
        gate = self.env["customer.portal.gate"]
        attachment = gate._find_attachment(attachment_id)
        return attachment.mimetype in PREVIEW_TYPES

    @api.model
    def _count_portal_download(self, attachment_id, session):
        """Count that a user has downloaded a document.

        :param str session: in which it counts once; nobody can open it with this
        """
        gate = self.env["customer.portal.gate"]
        attachment = gate._find_attachment(attachment_id)
        downloads = self.env["customer.portal.document.download"].sudo()
        if attachment and downloads._is_first(attachment, session):
            self._find_by_files_sudo(attachment.ids)._count_download()

    # === WHAT IS TAKEN === #

    @api.model
    def _add_from_portal(self, files):
        """Keep files of a user, all of them or none, and tell the user's agents.

        They are shared with the user and with colleagues whose profiles show them.

        :param list files: of ``werkzeug.datastructures.FileStorage``
        :return: ids of the attachments
        :rtype: list
        :raise AccessError: if the user may not upload
        :raise UserError: that says which file cannot be taken, and why
        """
        gate = self.env["customer.portal.gate"]
        if not gate.may(CODE, "upload"):
            raise AccessError(self.env._("You are not allowed to do this."))
        read = self.env["customer.portal.file"]._read_files(files)
        if not read:
            raise UserError(self.env._("Please choose a file."))
        model = self.sudo()
        attachments = model.env["ir.attachment"].create(
            [{"name": name, "raw": raw} for name, raw in read]
        )
        values = model._prepare_uploaded_values()
        documents = model.with_context(mail_create_nosubscribe=True).create(
            [
                {**values, "name": one.name, "attachment_id": one.id}
                for one in attachments
            ]
        )
        documents._notify_agents()
        return attachments.ids

    @api.model
    def _prepare_uploaded_values(self):
        """Return what all documents have that a customer uploads."""
        partner = self.env.user.sudo().partner_id
        folder = self.env.ref("customer_portal.document_folder_uploads", False)
        return {
            "folder_id": folder and folder.id,
            "audience": "contact",
            "partner_id": partner.id,
            "company_id": partner.company_id.id,
            "author_id": partner.id,
            "is_from_portal": True,
            "is_published": True,
        }

    # === INTERNALS === #

    @api.model
    def _find_by_files_sudo(self, attachment_ids):
        """Return the documents that share some files, whoever sees them."""
        return self.sudo().search([("attachment_id", "in", list(attachment_ids))])

    @api.model
    def _get_portal_modules(self):
        gate = self.env["customer.portal.gate"]
        if not gate.may(CODE):
            return []
        return [
            {
                "id": 0,
                "module": right.code,
                "name": gate._get_labels(right.code, self.env.lang).name,
                "icon": right.icon,
            }
            for rights in gate._get_file_rights().values()
            for right in rights
        ]

    @api.model
    def _make_folder_domain(self, domain):
        """Return which folders hold a document: each is looked up by an index.

        The order has PostgreSQL use it; else it reads the table until it finds one.
        """
        documents = self.sudo()

        def to_sql(_model, alias, _query):
            query = documents._search(domain, order="create_date desc", limit=1)
            folder_id = documents._field_to_sql(query.table, "folder_id", query)
            query.add_where(SQL("%s = %s", folder_id, SQL.identifier(alias, "id")))
            return SQL("(%s) IS NOT NULL", query.select())

        return Domain.custom(to_sql=to_sql)
