from functools import partial
from itertools import islice

from odoo import api, models

from ..record.list_query import SEARCH_LENGTH
from ..record.record import EMPTY_QUERY
from .sight import LIMIT, PROBES, Number


class CustomerPortalLeakSight(models.AbstractModel):
    """What the portal's own pages show: lists, records, files, charts, search."""

    _inherit = "customer.portal.leak.sight"

    @api.model
    def _get_looks(self, viewer):
        rights = self.env["customer.portal.gate"]._get_rights()
        pages = [
            (
                "list",
                right.code,
                right.model_name,
                partial(self._look_at_module, viewer, right),
            )
            for right in rights.values()
            if not right.native
        ]
        charts = [
            ("chart", code, model, partial(self._look_at_chart, viewer, chart_id))
            for code, model, chart_id in self._get_charts()
        ]
        faqs = partial(self._look_at_faqs, viewer)
        documents = partial(self._look_at_documents, viewer)
        return [
            *super()._get_looks(viewer),
            *pages,
            *charts,
            ("home", "", "", self._look_at_home),
            ("search", "", "", partial(self._look_at_search, viewer)),
            ("list", "faqs", "customer.portal.faq", faqs),
            ("list", "documents", "ir.attachment", documents),
        ]

    # === LISTS AND RECORDS === #

    @api.model
    def _look_at_module(self, viewer, right, sight):
        with self._narrow(viewer, [right.model_name]):
            ids = self._look_at_list(right, sight, is_narrowed=True)
        self._look_at_list(right, sight)
        probes = self._find_probes(viewer, right.model_name)
        for res_id in {*ids[:PROBES], *probes.ids}:
            self._look_at_record(right, res_id, sight)
        for record in probes:
            asked = EMPTY_QUERY._replace(search=self._get_text(record))
            self._look_at_list(right, sight, asked)

    @api.model
    def _look_at_list(self, right, sight, asked=EMPTY_QUERY, is_narrowed=False):
        """Look at a list, at how many it counts, and at what it exports."""
        pages = self.env["customer.portal.record"]
        code, model = right.code, right.model_name
        ids = [row["id"] for row in pages.find_rows(code, asked, LIMIT)]
        sight.add("search" if asked.search else "list", code, model, ids)
        if is_narrowed:
            exported = sum(1 for _row in islice(pages.export_rows(code, asked), LIMIT))
            count = pages.count_rows(code, asked)
            for way, number in (("count", count), ("export", exported)):
                if number:
                    sight.numbers.append(Number(way, code, model, number))
        return ids

    @api.model
    def _look_at_record(self, right, res_id, sight):
        pages, files = (self.env[f"customer.portal.{n}"] for n in ("record", "file"))
        code, model = right.code, right.model_name
        if pages.get_row(code, res_id):
            sight.add("page", code, model, [res_id])
        found = files._find_linked_files(code, res_id)
        sight.add("file", code, "ir.attachment", found.ids[:LIMIT])

    @api.model
    def _get_text(self, record_sudo):
        return (record_sudo.display_name or "")[:SEARCH_LENGTH]

    # === CHARTS, HOME PAGE, SEARCH === #

    @api.model
    def _get_charts(self):
        gate = self.env["customer.portal.gate"]
        found = (gate._find_chart(one.chart_id) for one in gate._get_widgets())
        return [(r.code, r.model_name, spec.id) for r, spec in found if spec]

    @api.model
    def _look_at_chart(self, viewer, chart_id, sight):
        charts = self.env["customer.portal.chart"]
        right, _spec = self.env["customer.portal.gate"]._find_chart(chart_id)
        code, model = right.code, right.model_name
        with self._narrow(viewer, [model]):
            total = charts._get_portal_chart(chart_id)["total"]
            group = charts._get_portal_group(chart_id, "", LIMIT)
        if total:
            sight.numbers.append(Number("chart", code, model, total))
        rows = group["rows"] if group else []
        sight.add("chart", code, model, [row["id"] for row in rows])

    @api.model
    def _look_at_home(self, sight):
        widgets = self.env["customer.portal.widget"]
        shown = [*widgets._get_portal_widgets(), *widgets._get_slow_widgets()]
        self._add_addresses("home", shown, sight)

    @api.model
    def _look_at_search(self, viewer, sight):
        """Search for the titles of other customers' records."""
        pages, names = self.env["customer.portal.record"], self._get_module_models()
        for name in names:
            for record in self._find_probes(viewer, name)[:2]:
                found = pages.search_everything(self._get_text(record))
                self._add_addresses("search", found, sight)

    @api.model
    def _add_addresses(self, way, shown, sight):
        """Add the records to which any address leads among what is shown."""
        explain = self.env["customer.portal.explain"]
        for url in sorted(self._find_addresses(shown)):
            found = explain.read_address(url)
            if found.file_id:
                sight.add(way, found.code, "ir.attachment", [found.file_id])
            elif found.res_id and found.model:
                sight.add(way, found.code, found.model, [found.res_id])

    @api.model
    def _find_addresses(self, shown):
        """Return the addresses among plain values, however deep they are.

        :rtype: set[str]
        """
        if isinstance(shown, dict):
            own = {v for k, v in shown.items() if k == "url" and isinstance(v, str)}
            return own.union(*map(self._find_addresses, shown.values()))
        if isinstance(shown, list):
            return set().union(*map(self._find_addresses, shown))
        return set()

    # === FAQS AND DOCUMENTS === #

    @api.model
    def _look_at_faqs(self, viewer, sight):
        """Look at the list, and for FAQs that are not for everyone."""
        faqs = self.env["customer.portal.faq"]
        name = faqs._name
        ids = [row["id"] for row in faqs._find_portal_rows(limit=LIMIT)]
        sight.add("list", "faqs", name, ids)
        kept = faqs.sudo().search(
            ["|", ("is_published", "=", False), ("is_restricted", "=", True)],
            limit=PROBES,
            order="id desc",
        )
        for faq in kept:
            if faqs._get_portal_row(faq.id):
                sight.add("page", "faqs", name, faq.ids)
            found = faqs._search_portal_rows(faq.question)
            sight.add("search", "faqs", name, [row["id"] for row in found])

    @api.model
    def _look_at_documents(self, viewer, sight):
        """Look at the list, and for documents of other organizations."""
        documents, files = self.env["customer.portal.document"], "ir.attachment"
        rows = documents._find_portal_rows(limit=LIMIT)
        sight.add("list", "documents", files, [row["id"] for row in rows])
        for document in self._find_probes(viewer, documents._name):
            file = document.attachment_id
            if documents._get_portal_row(file.id):
                sight.add("page", "documents", files, file.ids)
            found = documents._search_portal_rows(document.name, LIMIT)
            sight.add("search", "documents", files, [row["id"] for row in found])
