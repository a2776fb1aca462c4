from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...icons import ICONS
from ...utils import read_number
from .document_query import CODE
from .document_rows import PREVIEW_TYPES, URL

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


class CustomerPortalGate(models.AbstractModel):
    """Documents that are shared with a user, and the files of records that they see.

    A file is one, however many places show it, and has one address: that of the
    attachment. Whether they see it is asked anew each time.
    """

    _inherit = "customer.portal.gate"
    # All of them ask here, too.

    # === WHAT IS SHOWN === #

    @api.private
    def document_cards(self, user):
        """Return the card of the documents, as ``modules`` does; none if hidden.

        :return: dicts with ``code``, ``name``, ``icon``, ``url`` and ``actions``
        :rtype: list
        """
        right = self._get_rights(user).get(CODE)
        return [self._make_card(right, URL)] if right else []

    @api.private
    def parse_document_query(self, user, /, **query):
        """Keep what fits; whatever else stands in an address means nothing.

        :param query: texts of anybody
        :rtype: DocumentQuery
        """
        pages = self.env["customer.portal.record"]
        asked = pages._clean_texts(DocumentQuery, query)
        codes = [module["module"] for module in self._get_file_modules(user)]
        is_scope = asked["scope"] in ("mine", "all")
        return DocumentQuery(
            search=asked["search"],
            folder=read_number(asked["folder"]) or 0,
            module=asked["module"] if asked["module"] in codes else "",
            sortby=asked["sortby"] if asked["sortby"] in SORTS else SORTS[0],
            scope=asked["scope"] if is_scope else pages.default_scope(user, CODE),
        )

    @api.private
    def find_documents(self, user, asked=EMPTY_QUERY, limit=20, offset=0):
        """Return the documents of a list.

        Pictures that stand in the text of a record are no documents; they are left out
        of what was found, so a page can hold fewer than its size.

        :param DocumentQuery asked: nothing for the newest of all that they see
        :return: dicts, see ``_make_documents``
        :rtype: list
        """
        files, _total = self._find_shown_files(user, asked, limit, offset)
        return self._make_documents(user, files)

    @api.private
    def list_documents(self, user, asked, size, page):
        """Return a page of a list, and how many documents it has, in one query.

        Counted up to a limit, as all lists are; further pages follow one another.

        :return: dicts, see ``_make_documents``; and the number
        :rtype: tuple[list, int]
        """
        offset = (page - 1) * size
        most = max(COUNTED, offset + 2 * size)
        files, total = self._find_shown_files(user, asked, size, offset, most)
        return self._make_documents(user, files), total

    @api.private
    def document_folders(self, user):
        """Return the folders that hold a document a user sees, then the modules.

        :return: dicts with ``id`` of a folder or ``module``, ``name`` and ``icon``
        :rtype: list
        """
        parts = self._get_document_parts(user)
        folders = self.env["customer.portal.document.folder"].sudo()
        shown = self._get_shown_document_domain(user)
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
            *self._get_file_modules(user),
        ]

    @api.private
    def get_document(self, user, attachment_id):
        """Return a document, None if the user does not see it.

        :rtype: dict | None
        """
        attachment = self._find_attachment(user, attachment_id)
        shared = self._get_seen_documents(user, attachment.ids)
        query = SQL(
            "SELECT %s AS file_id, %s::integer AS document_id, 0 AS place",
            attachment.id or 0,
            shared.id or None,
        )
        found = self._make_documents(user, self._read_shown_files(query)[0])
        return found[0] if found else None

    @api.private
    def get_document_stream(self, user, attachment_id):
        """Return the content of a document.

        :return: what Odoo streams a download from; None if there is no such file
        :rtype: odoo.http.Stream | None
        """
        attachment = self._find_attachment(user, attachment_id)
        files = self.env["customer.portal.file"]
        return files._make_stream(attachment, attachment_id) if attachment else None

    @api.private
    def may_preview(self, user, attachment_id):
        """Say whether a browser may show a document: pictures and PDF, nothing active.

        :rtype: bool
        """
        attachment = self._find_attachment(user, attachment_id)
        return attachment.mimetype in PREVIEW_TYPES

    @api.private
    def count_download(self, user, attachment_id, session):
        """Count that a user has downloaded a document.

        :param str session: in which it counts once; nobody can open it with this
        """
        attachment = self._find_attachment(user, attachment_id)
        downloads = self.env["customer.portal.document.download"].sudo()
        if attachment and downloads._is_first(attachment, session):
            self._get_documents_sudo(attachment.ids)._count_download()

    # === WHAT IS TAKEN === #

    @api.private
    def add_documents(self, user, files):
        """Keep files of a user, all of them or none, and tell the user's agents.

        They are shared with the user and with colleagues whose profiles show them.

        :param list files: of ``werkzeug.datastructures.FileStorage``
        :return: ids of the attachments
        :rtype: list
        :raise AccessError: if the user may not upload
        :raise UserError: that says which file cannot be taken, and why
        """
        if not self.may(user, CODE, "upload"):
            raise AccessError(self.env._("This is not permitted."))
        partner = user.sudo().partner_id
        folder = self.env.ref("customer_portal.document_folder_uploads", False)
        read = self.env["customer.portal.file"]._read_files(user, files)
        if not read:
            raise UserError(self.env._("Choose a file first."))
        model = self.env["customer.portal.document"].with_user(user).sudo()
        attachments = model.env["ir.attachment"].create(
            [{"name": name, "raw": raw} for name, raw in read]
        )
        documents = model.with_context(mail_create_nosubscribe=True).create(
            [
                {
                    "name": attachment.name,
                    "attachment_id": attachment.id,
                    "folder_id": folder and folder.id,
                    "audience": "contact",
                    "partner_id": partner.id,
                    "company_id": partner.company_id.id,
                    "author_id": partner.id,
                    "is_from_portal": True,
                    "is_published": True,
                }
                for attachment in attachments
            ]
        )
        documents._notify_agents()
        return attachments.ids

    # === INTERNALS === #

    @api.model
    def _get_documents_sudo(self, attachment_ids):
        """Return the documents that share some files, whoever sees them."""
        documents = self.env["customer.portal.document"].sudo()
        return documents.search([("attachment_id", "in", list(attachment_ids))])

    @api.model
    def _get_seen_documents(self, user, attachment_ids):
        """Return the documents that share some files with a user."""
        documents = self._get_documents_sudo(attachment_ids)
        return documents.filtered_domain(self._get_document_domain(user))

    @api.model
    def _get_file_modules(self, user):
        if not self.may(user, CODE):
            return []
        return [
            {
                "id": 0,
                "module": right.code,
                "name": self._get_words(right.code, self.env.lang)[0],
                "icon": right.icon,
            }
            for rights in self._get_file_rights(user).values()
            for right in rights
        ]

    @api.model
    def _make_folder_domain(self, domain):
        """Return which folders hold a document: each is looked up by an index.

        The order has PostgreSQL use it; else it reads the table until it finds one.
        """
        documents = self.env["customer.portal.document"].sudo()

        def to_sql(_model, alias, _query):
            query = documents._search(domain, order="create_date desc", limit=1)
            folder_id = documents._field_to_sql(query.table, "folder_id", query)
            query.add_where(SQL("%s = %s", folder_id, SQL.identifier(alias, "id")))
            return SQL("(%s) IS NOT NULL", query.select())

        return Domain.custom(to_sql=to_sql)

    # --- one of them --- #

    @api.model
    def _find_attachment(self, user, attachment_id):
        """Return the file of a document that a user sees; the only way to get one.

        :param int attachment_id: from anywhere
        """
        files = self.env["ir.attachment"].sudo()
        portal_files = self.env["customer.portal.file"]
        if not self.may(user, CODE) or not self._is_id(attachment_id):
            return files
        if shared := self._get_seen_documents(user, [attachment_id]):
            return shared.attachment_id
        attachment = files.search([("id", "=", attachment_id)])
        for right in self._get_file_rights(user).get(attachment.res_model, ()):
            record = self._get_visible_records(user, right, [attachment.res_id])
            if record and attachment in portal_files._get_record_files(user, record):
                return attachment
        return files
