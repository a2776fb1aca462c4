from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

CODE = "documents"


class CustomerPortalGateDocumentScope(models.AbstractModel):
    """Which documents a user sees: those that are shared, and the files of records.

    Both are found by parts, each of which PostgreSQL reads from an index in the order
    that is asked for, and stops when a page is full. One condition for all of them
    would have it read all documents.
    """

    _name = "customer.portal.gate.document.scope"
    _inherit = "customer.portal.gate.files"
    _description = "Customer Portal Gate: Which Documents"

    # === WHICH ARE SHARED === #

    @api.model
    def _get_document_parts(self, user, scope=None):
        """Return which documents a user sees, as parts that each have an index.

        Those that are shared with him or his organization, with his profile or all;
        and what belongs to the contacts that his profile's records visibility reaches.

        :param str scope: ``"mine"`` for what is shared with the contact himself
        :return: domains on ``customer.portal.document``
        :rtype: list
        """
        right = self._get_rights(user).get(CODE)
        partner = user.sudo().partner_id
        if not right or not partner:
            return []
        organization = partner.commercial_partner_id
        belongs = Domain("organization_id", "=", organization.id)
        mine = belongs & Domain("partner_id", "=", partner.id)
        if scope == "mine":
            return [mine]
        if right.level == "own":
            whole = Domain("audience", "in", ("organization", "subsidiaries"))
            parts = [mine, belongs & whole]
        elif right.level == "organization":
            parts = [belongs]
        else:
            parts = [Domain("organization_id", "child_of", organization.ids)]
        profile_id = self._get_profile_id(user)
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
    def _get_shown_document_domain(self, user):
        """Return what all documents that a user sees have in common."""
        company_ids = user.sudo()._get_company_ids()
        companies = self._get_company_domain(company_ids, "customer.portal.document")
        return Domain("is_published", "=", True) & companies

    @api.model
    def _get_document_domain(self, user, scope=None):
        """Return which documents a user sees, to ask about some of them."""
        parts = self._get_document_parts(user, scope)
        return Domain.OR(parts) & self._get_shown_document_domain(user)

    # === FILES OF RECORDS === #

    @api.model
    def _get_file_rights(self, user):
        """Return the modules whose records show their files, by model.

        Those that the portal makes the pages of: Odoo's own pages list no files.

        :rtype: dict[str, list]
        """
        rights = {}
        for right in self._get_rights(user).values():
            if not right.native and "documents" in right.actions:
                rights.setdefault(right.model_name, []).append(right)
        return rights

    @api.model
    def _get_file_domain(self, user, model_name, rights, scope=None):
        """Return the files of the records of a model that a user sees.

        :return: a domain on ``ir.attachment``
        """
        reach = Domain.OR(self.domain(user, right.code, scope) for right in rights)
        records = self._get_model_sudo(user, rights[0])._search(reach)
        shared = self._get_document_domain(user)
        withdrawn = ~Domain("is_published", "=", True)
        return (
            Domain("res_model", "=", model_name)
            & Domain("res_id", "in", records)
            & Domain("res_field", "=", False)
            & Domain("type", "=", "binary")
            & super()._get_listed_domain(user)
            & self._make_shared_domain(withdrawn | shared, is_shared=False)
        )

    @api.model
    def _get_listed_domain(self, user):
        """List documents with the record that their file is attached to, too.

        Also a file of a message, once an agent has shared it. What he has withdrawn is
        hidden there as well.
        """
        seen = self._get_document_domain(user)
        withdrawn = ~Domain("is_published", "=", True)
        listed = super()._get_listed_domain(user) | self._make_shared_domain(seen)
        return listed & self._make_shared_domain(withdrawn, is_shared=False)

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

    # === WHAT IS ASKED === #

    @api.model
    def _get_document_queries(self, user, asked, order=None, limit=None):
        """Return the parts of a list, each in its order.

        :return: SQL that selects ``file_id`` and ``place``, by which they are merged
        :rtype: list
        """
        text = Domain.TRUE
        if asked.search:
            text = Domain("name", "ilike", escape_psql(asked.search))
        parts = [
            *self._get_asked_documents(user, asked),
            *self._get_asked_files(user, asked),
        ]
        column = asked.sortby.lstrip("-")
        queries = [
            (model._search(domain & text, order=order, limit=limit), file_id)
            for model, domain, file_id in parts
        ]
        return [
            query.select(
                SQL("%s AS file_id", SQL.identifier(query.table, file_id)),
                SQL("%s AS place", SQL.identifier(query.table, column)),
            )
            for query, file_id in queries
            if not query.is_empty()
        ]

    @api.model
    def _get_asked_documents(self, user, asked):
        """Return where shared documents are looked for.

        :return: the model, a domain, and the column that holds the file
        :rtype: list[tuple]
        """
        if asked.module:
            return []
        documents = self.env["customer.portal.document"].sudo()
        shown = self._get_shown_document_domain(user)
        if asked.folder:
            shown &= Domain("folder_id", "=", asked.folder)
        return [
            (documents, part & shown, "attachment_id")
            for part in self._get_document_parts(user, asked.scope)
        ]

    @api.model
    def _get_asked_files(self, user, asked):
        """Return where files of records are looked for, likewise; in no folder."""
        if asked.folder or not self.may(user, CODE):
            return []
        files = self.env["ir.attachment"].sudo()
        found = []
        for model_name, rights in self._get_file_rights(user).items():
            some = [one for one in rights if asked.module in ("", one.code)]
            if some:
                domain = self._get_file_domain(user, model_name, some, asked.scope)
                found.append((files, domain, "id"))
        return found
