from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from ..gate.gate import SCOPES
from .document import DOCUMENT_AUDIENCES

CODE = "documents"
# How many records' files are looked up one by one. PostgreSQL compiles queries that it
# thinks to be more work than this, which takes longer than running them.
FEW = 1000
# All files of one record: with a limit PostgreSQL looks each record up by itself.
ALL = 10**6


class CustomerPortalGate(models.AbstractModel):
    """Which documents a user sees: those that are shared, and the files of records.

    Both are found by parts, each of which PostgreSQL reads from an index in the order
    that is asked for, and stops when a page is full. One condition for all of them
    would have it read all documents: the first page of 100,000 took 4.3 times as long.
    """

    _inherit = "customer.portal.gate"

    # === WHICH ARE SHARED === #

    @api.model
    def _get_document_parts(self, user, scope=None):
        """Return which documents a user sees, as parts that each have an index.

        Those shared with the user, their organization, their profile or everybody, and
        what belongs to the contacts that the profile's records visibility reaches.

        :param str scope: ``"mine"`` without what belongs to their colleagues
        :return: domains on ``customer.portal.document``
        :rtype: list
        """
        right = self._get_rights(user).get(CODE)
        partner = user.sudo().partner_id
        if not right or not partner or scope not in SCOPES:
            return []
        organization = partner.commercial_partner_id
        belongs = Domain("organization_id", "=", organization.id)
        mine = belongs & Domain("partner_id", "=", partner.id)
        level = "own" if scope == "mine" else right.level
        if level == "own":
            whole = Domain("audience", "in", ("organization", "subsidiaries"))
            parts = [mine, belongs & whole]
        elif level == "organization":
            parts = [belongs]
        elif level in ("subsidiaries", "everyone"):
            parts = [Domain("organization_id", "child_of", organization.ids)]
        else:
            return []
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
        known = Domain("audience", "in", list(dict(DOCUMENT_AUDIENCES)))
        return Domain("is_published", "=", True) & known & companies

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
    def _get_file_domain(self, user, model_name):
        """Return the files of the records of a model, whichever they are.

        :return: a domain on ``ir.attachment``
        """
        shared = self._get_document_domain(user)
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

    # === WHAT IS ASKED === #

    @api.model
    def _get_document_queries(self, user, asked, limit):
        """Return the parts of a list, each in its order.

        :return: SQL that selects ``file_id`` and ``place``, by which they are merged
        :rtype: list
        """
        text = Domain.TRUE
        if asked.search:
            text = Domain("name", "ilike", escape_psql(asked.search))
        return [
            *self._get_shared_queries(user, asked, text, limit),
            *self._get_file_queries(user, asked, text, limit),
        ]

    @api.model
    def _select_files(self, model, asked, domain, limit, column="id"):
        """Return the query of a part, without its columns, and these."""
        down = "desc" if asked.sortby.startswith("-") else "asc"
        name = asked.sortby.lstrip("-")
        order = f"{name} {down}, id {down}"
        query = model._search(domain, order=order, limit=limit)
        columns = (
            SQL("%s AS file_id", SQL.identifier(query.table, column)),
            SQL("%s AS document_id", self._get_document_id_sql(model, query)),
            SQL("%s AS place", SQL.identifier(query.table, name)),
        )
        return query, columns

    @api.model
    def _get_document_id_sql(self, model, query):
        if model._name == "ir.attachment":
            return SQL("NULL::integer")
        return SQL.identifier(query.table, "id")

    @api.model
    def _get_shared_queries(self, user, asked, text, limit):
        """Return the parts that are shared documents."""
        if asked.module:
            return []
        documents = self.env["customer.portal.document"].sudo()
        shown = self._get_shown_document_domain(user) & text
        if asked.folder:
            shown &= Domain("folder_id", "=", asked.folder)
        found = [
            self._select_files(documents, asked, part & shown, limit, "attachment_id")
            for part in self._get_document_parts(user, asked.scope)
        ]
        return [query.select(*names) for query, names in found if not query.is_empty()]

    @api.model
    def _get_file_queries(self, user, asked, text, limit):
        """Return the parts that are files of records; they are in no folder."""
        if asked.folder or not self.may(user, CODE):
            return []
        queries = []
        for model_name, rights in self._get_file_rights(user).items():
            some = [one for one in rights if asked.module in ("", one.code)]
            if some:
                reach = Domain.OR(
                    self._get_seen_domain(user, right, asked.scope) for right in some
                )
                records = self._get_model_sudo(user, some[0])._search(reach)
                domain = self._get_file_domain(user, model_name) & text
                if not records.is_empty():
                    queries.append(self._join_files(asked, records, domain, limit))
        return queries

    @api.model
    def _get_seen_domain(self, user, right, scope):
        """Return which records of a module a user sees, as ``domain`` does.

        The contacts of the organization one by one, so that PostgreSQL knows how few
        records they have.
        """
        if scope == "mine" or right.level != "organization":
            return self.domain(user, right.code, scope)
        organization = user.sudo().partner_id.commercial_partner_id
        contact_ids = self._get_organization_ids(organization.id)
        company_ids = user.sudo()._get_company_ids()
        companies = self._get_company_domain(company_ids, right.model_name)
        reach = Domain(right.partner_field, "in", contact_ids)
        return right.domain & reach & companies

    @api.model
    def _join_files(self, asked, records, domain, limit):
        """Return the files of some records.

        Of few records, one by one; of many, all files in their order until the page is
        full. Which it is, is counted, as PostgreSQL guesses it wrong.
        """
        files = self.env["ir.attachment"].sudo()
        few, names = self._select_files(files, asked, domain, ALL)
        few.order = None
        few.add_where(
            SQL("%s = seen.id", files._field_to_sql(few.table, "res_id", few))
        )
        many = Domain("res_id", "in", records) & domain
        many, _names = self._select_files(files, asked, many, limit)
        many.add_where(SQL("(SELECT count(*) FROM seen) > %s", FEW))
        return SQL(
            """
            WITH seen AS MATERIALIZED (SELECT id FROM (%(records)s) AS r LIMIT %(most)s)
            SELECT file_id, document_id, place FROM (
                SELECT part.* FROM seen CROSS JOIN LATERAL (%(few)s) AS part
                 WHERE (SELECT count(*) FROM seen) <= %(few_count)s
            ) AS parts
            UNION ALL (%(many)s)
            """,
            records=records.select(),
            most=FEW + 1,
            few=few.select(*names),
            few_count=FEW,
            many=many.select(*names),
        )
