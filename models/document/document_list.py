from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, human_size
from odoo.tools.sql import escape_psql

from ...icons import ICONS
from .gate import CODE

# How many records' files are looked up one by one; by name, where those of others may
# all stand before, as many as are sooner read than the files up to a full page.
FEW, FEW_BY_NAME = 1000, 10_000
# PostgreSQL takes the list for much work, as it cannot know how many records there are,
# and compiles it: a small organization's, among a million documents, took 131 ms of the
# processor, and takes 46 without.
UNCOMPILED = SQL("SET LOCAL jit = off")
# All files of one record: with a limit PostgreSQL looks each record up by itself.
ALL = 10**6

# What a browser shows by itself without running anything -> as what.
PREVIEW_TYPES = {
    "application/pdf": "pdf",
    "image/png": "image",
    "image/jpeg": "image",
    "image/gif": "image",
    "image/bmp": "image",
    "image/webp": "image",
}

# The address of the documents.
URL = "/my/documents"
ASC, DESC = SQL("ASC"), SQL("DESC")


class ShownFile(NamedTuple):
    """What is shown of a file."""

    id: int
    document_id: int  # which shares it with the user, if one does
    folder_id: int
    name: str
    mimetype: str
    size: int
    date: datetime
    model: str  # of the record that it belongs to
    res_id: int
    author_id: int  # the contact of who made it
    author_name: str
    is_customer: bool  # the author is


class CustomerPortalDocument(models.Model):
    """Lists of documents: plain values, read in one query.

    Shared documents and files of records are found by parts, each of which PostgreSQL
    reads from an index in the order that is asked for, and stops when a page is full.
    One condition for all of them would have it read all documents: the first page of
    100,000 took 4.3 times as long.
    """

    _inherit = "customer.portal.document"

    # === WHAT IS ASKED === #

    @api.model
    def _get_queries(self, asked, limit):
        """Return the parts of a list, each in its order.

        :return: SQL that selects ``file_id`` and ``place``, by which they are merged
        :rtype: list
        """
        text = Domain.TRUE
        if asked.search:
            text = Domain("name", "ilike", escape_psql(asked.search))
        return [
            *self._get_shared_queries(asked, text, limit),
            *self._get_file_queries(asked, text, limit),
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
    def _get_shared_queries(self, asked, text, limit):
        """Return the parts that are shared documents."""
        if asked.module:
            return []
        gate = self.env["customer.portal.gate"]
        shown = gate._get_shown_document_domain() & text
        if asked.folder:
            shown &= Domain("folder_id", "=", asked.folder)
        found = [
            self._select_files(self.sudo(), asked, part & shown, limit, "attachment_id")
            for part in gate._get_document_parts(asked.scope)
        ]
        return [query.select(*names) for query, names in found if not query.is_empty()]

    @api.model
    def _get_file_queries(self, asked, text, limit):
        """Return the parts that are files of records; they are in no folder."""
        gate = self.env["customer.portal.gate"]
        if asked.folder or not gate.may(CODE):
            return []
        queries = []
        for model_name, rights in gate._get_file_rights().items():
            some = [one for one in rights if asked.module in ("", one.code)]
            if some:
                reach = Domain.OR(gate.domain(one.code, asked.scope) for one in some)
                records = gate._get_model_sudo(some[0])._search(reach)
                domain = gate._get_file_domain(model_name) & text
                if not records.is_empty():
                    queries.append(self._join_files(asked, records, domain, limit))
        return queries

    @api.model
    def _join_files(self, asked, records, domain, limit):
        """Return the files of some records.

        Of few records, one by one; of many, all files in their order until the page is
        full. Which it is, is counted, as PostgreSQL guesses it wrong.
        """
        files = self.env["ir.attachment"].sudo()
        few_count, most = self._get_few(asked, records, limit)
        few, names = self._select_files(files, asked, domain, ALL)
        few.order = None
        few.add_where(
            SQL("%s = seen.id", files._field_to_sql(few.table, "res_id", few))
        )
        many = Domain("res_id", "in", records) & domain
        many, _names = self._select_files(files, asked, many, limit)
        many.add_where(SQL("(SELECT count(*) FROM seen) > %s", few_count))
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
            most=most + 1,
            few=few.select(*names),
            few_count=few_count,
            many=many.select(*names),
        )

    @api.model
    def _get_few(self, asked, records, limit):
        """Return how many records are few, and up to how many they are counted.

        In their order, as many files are read for a page as there are of all records
        for that many of one's own. That is more than one's own records up to the root
        of both: of 5,000 cases among two million, 80,000 files and not 5,000 cases.
        """
        if asked.sortby.lstrip("-") != "name":
            return SQL("%s", FEW), FEW
        few_count = SQL(
            "coalesce("
            "(SELECT least(%s, greatest(%s, sqrt(%s * greatest(reltuples, 0))))"
            " FROM pg_class WHERE oid = to_regclass(quote_ident(%s))), %s)",
            FEW_BY_NAME,
            FEW,
            limit,
            records.table,
            FEW,
        )
        return few_count, FEW_BY_NAME

    # === WHAT IS READ === #

    @api.model
    def _find_shown_files(self, asked, limit, offset=0, most=0):
        """Return the files of a list, and how many there are up to a limit.

        :rtype: tuple[list[ShownFile], int]
        """
        most = max(most, limit + offset)
        queries = self._get_queries(asked, most)
        if not queries:
            return [], 0
        union = SQL(" UNION ").join(SQL("(%s)", query) for query in queries)
        direction = DESC if asked.sortby.startswith("-") else ASC
        return self._read_shown_files(union, direction, limit, offset, most)

    @api.model
    def _read_shown_files(self, query, direction=ASC, limit=1, offset=0, most=1):
        """Read what is shown of files, all in one query.

        :param SQL query: selects the ``file_id`` of each, and its ``place``
        """
        rows = self.env.execute_query(
            SQL(
                """
                %(uncompiled)s;
                WITH found AS MATERIALIZED (
                    SELECT file_id, document_id, place FROM (%(query)s) AS part
                    ORDER BY place %(direction)s, file_id %(direction)s LIMIT %(most)s
                ), page AS (
                    SELECT * FROM found
                    ORDER BY place %(direction)s, file_id %(direction)s
                    LIMIT %(limit)s OFFSET %(offset)s
                )
                SELECT a.id, d.id, d.folder_id, COALESCE(d.name, a.name), a.mimetype,
                       a.file_size, COALESCE(d.create_date, a.create_date),
                       a.res_model, a.res_id, p.id, p.name, p.partner_share,
                       (SELECT count(*) FROM found)
                  FROM page
                  JOIN ir_attachment a ON a.id = page.file_id
             LEFT JOIN customer_portal_document d ON d.id = page.document_id
             LEFT JOIN res_users u ON u.id = a.create_uid AND d.id IS NULL
             LEFT JOIN res_partner p ON p.id = COALESCE(d.author_id, u.partner_id)
              ORDER BY place %(direction)s, file_id %(direction)s
                """,
                uncompiled=UNCOMPILED,
                query=query,
                direction=direction,
                limit=limit,
                offset=offset,
                most=most,
            )
        )
        return [ShownFile(*row[:-1]) for row in rows], rows[0][-1] if rows else 0

    # === PLAIN VALUES === #

    @api.model
    def _make_portal_rows(self, files):
        """Return files as plain values, in their order.

        Which of them the user sees is known by now; where they come from is not.

        :param list files: of ``ShownFile``
        :return: dicts with ``id``, ``url``, ``name``, ``size``, ``date``, ``author``,
            ``icon``, ``folder`` (its name), ``record`` (title and address, of a file of
            one), ``preview`` (``image``, ``pdf`` or nothing) and ``download_url``
        :rtype: list
        """
        if not files:
            return []
        origins = self._find_origins(files)
        embedded = self._get_embedded_by_records(origins)
        return [
            self._make_portal_row(file, origins.get(file.id))
            for file in files
            if file.document_id or (file.id in origins and file.id not in embedded)
        ]

    @api.model
    def _make_portal_row(self, file, origin):
        url = f"{URL}/{file.id}"
        folder = self.env["customer.portal.document.folder"].sudo()
        preview = PREVIEW_TYPES.get(file.mimetype, "")
        return {
            "id": file.id,
            "url": url,
            "download_url": f"{url}/download",
            "name": file.name,
            "size": human_size(file.size or 0),
            "date": self.env["customer.portal.record"]._render_time(file.date),
            "author": {
                "name": file.author_name or self.env._("Someone"),
                "is_support": bool(file.author_id) and not file.is_customer,
                "is_mine": file.author_id == self.env.user.sudo().partner_id.id,
            },
            "folder": folder.browse(file.folder_id or ()).name or "",
            "record": origin and {"title": origin[1], "url": origin[2]},
            "icon": ICONS.get(preview, ICONS["other"]),
            "preview": preview,
        }

    @api.model
    def _find_origins(self, files):
        """Return which record each file belongs to, of those that the user sees.

        :return: a record, its title and its address by the id of the file
        :rtype: dict
        """
        origins = {}
        rights_by_model = self.env["customer.portal.gate"]._get_file_rights()
        for model_name, rights in rights_by_model.items():
            some = [file for file in files if file.model == model_name]
            for right in rights:
                left = [file for file in some if file.id not in origins]
                if left:
                    origins.update(self._find_origins_in(right, left))
        return origins

    @api.model
    def _find_origins_in(self, right, files):
        """Look the records of some files up in one module, with all that is shown."""
        gate = self.env["customer.portal.gate"]
        shown = set(right.names["read"])
        names = {right.roles["title"], right.roles["number"]} & shown
        names.update(
            self.env["customer.portal.file"]._get_html_names(self.env[right.model_name])
        )
        ids = {file.res_id for file in files}
        records = gate._get_visible_records(right, ids, sorted(names))
        found = {
            record.id: (
                record,
                self.env["customer.portal.record"]._get_title(right, record, shown),
                gate._make_page_url(right.code, record.id),
            )
            for record in records
        }
        return {file.id: found[file.res_id] for file in files if file.res_id in found}

    @api.model
    def _get_embedded_by_records(self, origins):
        """Return the files that stand in texts of the records that they belong to."""
        ids_by_model = {}
        for record, _title, _url in origins.values():
            ids_by_model.setdefault(record.browse(), set()).add(record.id)
        return {
            file_id
            for model, ids in ids_by_model.items()
            for file_id in self.env["customer.portal.file"]._get_embedded_ids(
                model.browse(ids)
            )
        }
