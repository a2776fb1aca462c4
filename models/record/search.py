from odoo import api, models

from .list_query import SEARCH_LENGTH, ListQuery

# Shorter texts are in everything.
MIN_LENGTH = 3
# How many records of each module are shown.
FOUND_LIMIT = 5


class CustomerPortalGate(models.AbstractModel):
    """One search over all modules that a profile shows."""

    _inherit = "customer.portal.gate"

    @api.private
    def search_everything(self, user, text):
        """Return the first records that a text fits, module by module.

        A number is looked for however short it is, but among numbers alone.

        :return: dicts with ``name``, ``icon``, ``url`` of the whole list, and ``rows``
            with ``title``, ``number`` and ``url``; none for a text that is too short
        :rtype: list
        """
        text = (text or "").replace("\0", "").strip()[:SEARCH_LENGTH]
        is_short = len(text) < MIN_LENGTH
        if is_short and not self.env["customer.portal.number"]._is_number(text):
            return []
        find = self._search_numbers if is_short else self._search_module
        found = []
        for right in self._get_rights(user).values():
            rows = find(user, right, text)
            if rows:
                name = self._get_words(right.code, self.env.lang)[0]
                url = None if right.native else self._make_page_url(right.code)
                found.append(
                    {"name": name, "icon": right.icon, "url": url, "rows": rows}
                )
        return found

    @api.model
    def _search_module(self, user, right, text):
        if not right.names["search"]:
            return []
        return self._search_fields(user, right, text)

    @api.model
    def _search_numbers(self, user, right, text):
        name = right.roles["number"]
        if name not in right.names["search"]:
            return []
        return self._search_fields(user, right, text, name)

    @api.model
    def _search_fields(self, user, right, text, search_in=""):
        """Search by all fields that customers search by, or by one of them."""
        if right.native:
            return self._search_native(user, right, text, search_in)
        asked = ListQuery(search=text, search_in=search_in, scope="all")
        rows = self.find_rows(user, right.code, asked, FOUND_LIMIT)
        return [{key: row[key] for key in ("title", "number", "url")} for row in rows]

    @api.model
    def _search_native(self, user, right, text, search_in=""):
        """Search Odoo's own pages with the user's rights, which the gate narrows."""
        model = self.env[right.model_name].with_user(user).sudo(False)
        if "access_url" not in model._fields or not model.has_access("read"):
            return []
        domain = right.domain & self._get_search_domain(right, text, search_in)
        records = model.search(domain, limit=FOUND_LIMIT)
        shown = set(right.names["read"])
        return [
            {
                "title": self._get_title(right, record, shown),
                "number": "",
                "url": record.access_url,
            }
            for record in records.sudo()
        ]
