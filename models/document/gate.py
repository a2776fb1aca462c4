from functools import partial

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..gate.gate import SCOPES
from .document import DOCUMENT_AUDIENCES

CODE = "documents"


class CustomerPortalGate(models.AbstractModel):
    """Which documents a user sees: those that are shared, and the files of records.

    A file is one, however many places show it, and has one address: that of the
    attachment. Whether they see it is asked anew each time.
    """

    _inherit = "customer.portal.gate"

    # === WHICH ARE SHARED === #

    @api.model
    def _get_document_parts(self, scope=None):
        """Return which documents a user sees, as parts that each have an index.

        Those shared with the user, their organization, their profile or everybody, and
        what belongs to the contacts that the profile's records visibility reaches.

        :param str scope: ``"mine"`` without what belongs to their colleagues
        :return: domains on ``customer.portal.document``
        :rtype: list
        """
        right = self._get_rights().get(CODE)
        partner = self.env.user.sudo().partner_id
        if not right or not partner or scope not in SCOPES:
            return []
        organization = partner.commercial_partner_id
        belongs = Domain("organization_id", "=", organization.id)
        mine = belongs & Domain("partner_id", "=", partner.id)
        level = "own" if scope == "mine" else right.records_visibility
        if level == "own":
            whole = Domain("audience", "in", ("organization", "subsidiaries"))
            parts = [mine, belongs & whole]
        elif level == "organization":
            parts = [belongs]
        elif level in ("subsidiaries", "everyone"):
            parts = [self._make_family_domain("organization_id", organization.id)]
        else:
            return []
        profile_id = self._get_profile_id()
        return [
            *parts,
            *self._get_parent_document_parts(organization),
            Domain("audience", "=", "everyone"),
            Domain("audience", "=", "profiles")
            & Domain("profile_ids", "in", [profile_id]),
        ]

    @api.model
    def _get_parent_document_parts(self, organization):
        """Return what organizations above share with their subsidiaries."""
        above = []
        parent = organization.parent_id
        while parent and parent.id not in above:
            above.append(parent.commercial_partner_id.id)
            parent = parent.commercial_partner_id.parent_id
        if not above:
            return []
        shared = Domain("audience", "=", "subsidiaries")
        return [Domain("organization_id", "in", above) & shared]

    @api.model
    def _get_shown_document_domain(self):
        """Return what all documents that a user sees have in common."""
        return Domain.AND(self._get_document_limits().values())

    @api.model
    def _get_document_limits(self):
        """Return the same by what decides it.

        :rtype: dict[str, odoo.fields.Domain]
        """
        company_ids = self.env.user.sudo()._get_company_ids()
        return {
            "published": Domain("is_published", "=", True)
            & Domain("audience", "in", list(dict(DOCUMENT_AUDIENCES))),
            "company": self._get_company_domain(
                company_ids, "customer.portal.document"
            ),
        }

    @api.model
    def _get_document_domain(self, scope=None):
        """Return which documents a user sees, to ask about some of them."""
        parts = self._get_document_parts(scope)
        return Domain.OR(parts) & self._get_shown_document_domain()

    # === FILES OF RECORDS === #

    @api.model
    def _get_file_rights(self):
        """Return the modules whose records show their files, by model.

        Those that the portal makes the pages of: Odoo's own pages list no files.

        :rtype: dict[str, list]
        """
        rights = {}
        for right in self._get_rights().values():
            if not right.native and "documents" in right.actions:
                rights.setdefault(right.model_name, []).append(right)
        return rights

    @api.model
    def _get_file_domain(self, model_name):
        """Return the files of the records of a model, whichever they are.

        :return: a domain on ``ir.attachment``
        """
        shared = self._get_document_domain()
        withdrawn = ~Domain("is_published", "=", True)
        return (
            Domain("res_model", "=", model_name)
            & Domain.custom(to_sql=self._get_file_sql)
            & Domain.custom(to_sql=self.env["customer.portal.file"]._get_unsent_sql)
            & self._make_shared_domain(withdrawn | shared, is_shared=False)
        )

    @api.model
    def _get_file_sql(self, _attachments, alias, _query):
        """Return the condition that an attachment is a file, as its indexes know it."""
        return SQL(
            "(%s IS NULL AND %s = 'binary')",
            SQL.identifier(alias, "res_field"),
            SQL.identifier(alias, "type"),
        )

    @api.model
    def _make_shared_domain(self, domain, is_shared=True):
        """Return which attachments some documents share, or do not.

        Asked of each of them apart: the answer for all would be as long as the table.
        """
        documents = self.env["customer.portal.document"].sudo()

        def to_sql(_model, alias, _query):
            query = documents._search(domain)
            file_id = documents._field_to_sql(query.table, "attachment_id", query)
            query.add_where(SQL("%s = %s", file_id, SQL.identifier(alias, "id")))
            exists = SQL("EXISTS (%s)", query.select(SQL("1")))
            return exists if is_shared else SQL("NOT %s", exists)

        return Domain.custom(to_sql=to_sql)

    # === SOME OF THEM === #

    @api.model
    def _get_seen_documents(self, attachment_ids):
        """Return the documents that share some files with a user."""
        documents = self.env["customer.portal.document"]
        documents = documents._find_by_files_sudo(attachment_ids)
        return documents.filtered_domain(self._get_document_domain())

    @api.model
    def _find_attachment(self, attachment_id):
        """Return the file of a document that a user sees; the only way to get one.

        :param int attachment_id: from anywhere
        """
        files = self.env["ir.attachment"].sudo()
        if not self.may(CODE) or not self._is_id(attachment_id):
            return files
        ways = [self._is_shared, self._is_on_a_page]
        is_seen = self._ask_ways([partial(way, attachment_id) for way in ways])
        return files.browse(attachment_id if is_seen else ())

    @api.model
    def _is_shared(self, attachment_id):
        """Say whether a document shares a file with the user."""
        self._note_document()
        return bool(self._get_seen_documents([attachment_id]))

    @api.model
    def _is_on_a_page(self, attachment_id):
        """Say whether the page of any record lists a file among its documents."""
        files = self.env["ir.attachment"].sudo()
        attachment = files.search([("id", "=", attachment_id)])
        codes = self._get_generated_codes(attachment.res_model)
        return self._ask_ways(
            [partial(self._is_on_page, code, attachment) for code in codes]
        )

    @api.model
    def _is_on_page(self, code, attachment):
        """Say whether the page that a module makes of a record lists a file."""
        record = self._find_for(code, attachment.res_id, "documents")
        files = self.env["customer.portal.file"]
        is_listed = bool(record) and attachment in files._get_record_files(record)
        if self._get_recorder() and files._is_of_message(attachment):
            self._note_document()  # It is listed there as a document alone.
        return bool(record) and self._note("file", is_listed, code=code)

    @api.model
    def _note_document(self):
        """Write down with whom the document is shared, if it is asked about."""
        right = self._get_rights().get(CODE)
        if self._get_recorder() and right:
            audience = Domain.OR(self._get_document_parts())
            parts = {**self._get_document_limits(), "audience": audience}
            self._note_records(right, parts)
