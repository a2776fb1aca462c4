from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.record.record import COUNT_LIMIT, FILTER, SORT_LIMIT

PAGE_SIZES = (20, 50, 100)
# Choices that the bar of a list shows beside its panel, where there is room.
IN_BAR = ("filterby", "scope", "groupby", "sortby")
# How many records of the last list a record's page leads on to.
HISTORY = 100


class CustomerPortalPage(CustomerPortal):
    """Lists and records of the modules that the portal makes the pages of.

    What stands here parses an address, asks the gate, and renders plain values.
    """

    # === ROUTES === #

    @route(
        ["/my/p/<string:code>", "/my/p/<string:code>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_list(self, code, page=1, size=None, **query):
        module = self._get_module(code)
        portal_pages = request.env["customer.portal.record"]
        asked = portal_pages.parse_list_query(code, **query)
        size = next((n for n in PAGE_SIZES if str(n) == size), PAGE_SIZES[0])
        # Before the rows, which show them.
        choices = {
            "states": portal_pages.get_states(code, asked),
            "filters": portal_pages.get_filters(code, asked),
        }
        rows, pages = self._get_page(module, asked, page, size)
        request.session[f"my_p_{code}_history"] = [row["id"] for row in rows][:HISTORY]
        values = {
            **self._prepare_page_values(module),
            **self._prepare_bar_values(module, asked, size),
            **choices,
            "groups": self._group(rows),
            "row_count": len(rows),
            "may_close_rows": any(row["may_close"] for row in rows),
            "pager": pages,
        }
        values["chips"] = self._get_chips(values)
        values["choices"] = self._get_choices(values)
        values.update(self._prepare_view_values(module, asked))
        return request.render("customer_portal.module_list", values)

    @route(
        "/my/p/<string:code>/<int:res_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_record(self, code, res_id, **query):
        module = self._get_module(code)
        query.pop("error", None)  # Pages tell their own errors, not an address's.
        with request.env["customer.portal.gate"].record_cache():
            row = self._get_row(code, res_id)
            values = self._prepare_record_values(module, row, **query)
        return request.render("customer_portal.module_record", values)

    # === WHAT IS ASKED === #

    def _get_module(self, code):
        """Return a module the visitor sees, and the scope its list starts with.

        :raise NotFound: whether there is none or it may not be seen
        """
        pages = request.env["customer.portal.record"]
        for module in pages.modules():
            if module["code"] == code:
                return {**module, "scope": pages.default_scope(code)}
        raise NotFound()

    def _get_row(self, code, res_id):
        pages = request.env["customer.portal.record"]
        row = pages.get_row(code, res_id)
        if not row:
            raise NotFound()
        return row

    # === WHAT IS SHOWN === #

    def _prepare_page_values(self, module):
        """Return what all pages of a module need."""
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_portal",
            "module": module,
            "title": module["name"],
        }

    def _prepare_bar_values(self, module, asked, size):
        """Return what the bar of a list needs, beside what it can be narrowed to."""
        pages, code = request.env["customer.portal.record"], module["code"]
        charts = request.env["customer.portal.chart"]
        columns = pages.list_columns(code, asked)
        return {
            "asked": asked,
            "slice_name": charts._get_portal_group_name(code, asked),
            "size": size,
            "sizes": PAGE_SIZES,
            "columns": columns,
            "search_columns": pages.columns(code, "search"),
            "group_columns": pages.columns(code, "group"),
            "has_scopes": pages.has_scopes(code),
            "sort_options": self._get_sort_options(columns),
            "search_hint": self._get_search_hint(module),
            "list_query": urlencode(asked.get_args(module["scope"])),
            "export_url": lambda kind: self._get_export_url(module, asked, kind),
            "list_url": lambda **changes: self._get_list_url(
                module, asked, size, **changes
            ),
        }

    def _prepare_view_values(self, module, asked):
        """Return the saved views of a list, and which one it shows."""
        views = [
            {**view, "is_active": view["asked"] == asked}
            for view in request.env["customer.portal.view"].find_views(module["code"])
        ]
        active = [view for view in views if view["is_active"]]
        return {"views": views, "view": active and active[0]}

    def _get_sort_options(self, columns):
        """Return what a list is sorted by where its columns have no headings."""
        return [
            option
            for column in columns
            if column["sortable"]
            for option in (
                (column["name"], column["label"]),
                (
                    f"-{column['name']}",
                    request.env._("%(column)s, descending", column=column["label"]),
                ),
            )
        ]

    def _get_search_hint(self, module):
        """Say what can be typed; a number, where records have one."""
        if "number" in module["roles"]:
            return request.env._("Search or #94")
        return request.env._("Search…")

    def _get_chips(self, values):
        """Return what a list is narrowed and grouped by.

        :return: dicts with ``label``, ``text`` and ``url`` of the list without it
        :rtype: list
        """
        asked, env = values["asked"], request.env
        searched = _get_labels(values["search_columns"]).get(asked.search_in)
        status = asked.filterby and dict(values["states"]).get(
            asked.filterby, env._("Other")
        )
        grouped = _get_labels(values["group_columns"]).get(asked.groupby)
        chips = [
            (
                searched or env._("Search"),
                asked.search,
                {"search": "", "search_in": ""},
            ),
            (env._("Status"), status, {"filterby": ""}),
            *self._get_filter_chips(values),
            (env._("Chart"), values["slice_name"], {"chart": "", "slice": ""}),
            (env._("Grouped by"), grouped, {"groupby": ""}),
        ]
        return [
            {"label": label, "text": text, "url": values["list_url"](**without)}
            for label, text, without in chips
            if text
        ]

    def _get_choices(self, values):
        """Return what the panel of a list offers, in its order, as plain values.

        What the template calls by itself has no label. What is ``is_in_bar`` stands in
        the bar where there is room, and is only sent from here.

        :rtype: list[dict]
        """
        asked = values["asked"]
        searched, grouped = values["search_columns"], values["group_columns"]
        sizes = [(size, size) for size in values["sizes"]]
        choices = [
            ("filterby", "", asked.filterby, values["states"], values["states"]),
            *(
                (one["name"], one["label"], one["value"], one["options"], True)
                for one in values["filters"]
            ),
            ("search_in", "", asked.search_in, _get_options(searched), searched[1:]),
            ("scope", "", asked.scope, [], values["has_scopes"]),
            ("groupby", "", asked.groupby, _get_options(grouped), grouped),
            ("sortby", "", asked.sortby, values["sort_options"], True),
            ("size", "", values["size"], sizes, True),
        ]
        return [
            {
                "name": name,
                "label": label,
                "value": value,
                "options": options,
                "is_in_bar": name in IN_BAR,
            }
            for name, label, value, options, is_offered in choices
            if is_offered
        ]

    def _get_filter_chips(self, values):
        filters = values["asked"].filters
        return [
            (
                one["label"],
                dict(one["options"]).get(one["value"], request.env._("Other")),
                {"filters": tuple(f for f in filters if FILTER + f[0] != one["name"])},
            )
            for one in values["filters"]
            if one["value"]
        ]

    def _prepare_record_values(self, module, row, /, **query):
        return {
            **self._prepare_page_values(module),
            "title": f"{row['title']} | {module['name']}",
            "row": row,
            "columns": self._get_detail_columns(module),
            "origin": request.env["customer.portal.origin"].get_texts(
                module["code"], row["id"]
            ),
            **self._get_neighbours(module, row["id"]),
        }

    def _get_detail_columns(self, module):
        """Return what the heading of a record does not say already."""
        pages = request.env["customer.portal.record"]
        heading = [module["roles"].get(role) for role in ("title", "number")]
        columns = pages.columns(module["code"], "detail")
        return [column for column in columns if column["name"] not in heading]

    def _get_neighbours(self, module, res_id):
        """Return the addresses of the records before and after in the last list."""
        history = request.session.get(f"my_p_{module['code']}_history", [])
        if res_id not in history:
            return {}
        place = history.index(res_id)
        before, after = history[:place][-1:], history[place + 1 :][:1]
        return {
            "prev_record": before and f"{module['url']}/{before[0]}",
            "next_record": after and f"{module['url']}/{after[0]}",
        }

    def _get_page(self, module, asked, page, size):
        """Return the rows of a page, and Odoo's pager."""
        # A number comes from the path; a text, from the query, is none.
        page = min(max(page, 1), 10**6) if isinstance(page, int) else 1
        is_sorted = asked.sortby or asked.groupby
        get_page = self._get_sorted_page if is_sorted else self._get_plain_page
        return get_page(module, asked, page, size)

    def _get_plain_page(self, module, asked, page, size):
        """Return a page of a list in its usual order.

        A first page that is not full is all there is: nothing has to be counted, which
        takes as long as finding it does.
        """
        portal_pages = request.env["customer.portal.record"]
        args = (module["code"], asked)
        rows = portal_pages.find_rows(*args, size) if page == 1 else []
        # Pages past the limit of counting follow one another.
        limit = max(COUNT_LIMIT, (page + 1) * size)
        is_all = page == 1 and len(rows) < size
        total = len(rows) if is_all else portal_pages.count_rows(*args, limit + 1)
        pages = self._get_pager(module, asked, page, size, total, limit)
        if page > 1:
            rows = portal_pages.find_rows(*args, size, pages["offset"])
        return rows, pages

    def _get_sorted_page(self, module, asked, page, size):
        """Return a page of a list that is sorted: of a long one, its first records.

        The page comes before its number, which it finds on the way; not where a text is
        looked for, as the number says how. One past the end is the last one.
        """
        portal_pages = request.env["customer.portal.record"]
        args, offset, rows = (module["code"], asked), (page - 1) * size, None
        if not asked.search:
            rows = portal_pages.find_rows(*args, size, offset, part=True)
        total = portal_pages.count_rows(*args, SORT_LIMIT + 1)
        part = total > SORT_LIMIT
        pages = self._get_pager(module, asked, page, size, total, SORT_LIMIT)
        if rows is None or pages["offset"] != offset:
            rows = portal_pages.find_rows(*args, size, pages["offset"], part)
        return rows, {**pages, "sorts_part": part}

    def _get_pager(self, module, asked, page, size, total, limit):
        shown = min(total, limit)
        args = self._get_url_args(module, asked, size)
        pages = pager(module["url"], shown, page, size, url_args=args)
        is_capped = total > limit
        return {**pages, "total": shown, "is_capped": is_capped, "sorts_part": False}

    def _get_url_args(self, module, asked, size):
        """Return what differs from the defaults, so that addresses stay short."""
        args = asked.get_args(module["scope"])
        return args if size == PAGE_SIZES[0] else {**args, "size": size}

    def _get_list_url(self, module, asked, size, **changes):
        args = self._get_url_args(module, asked._replace(**changes), size)
        return f"{module['url']}?{urlencode(args)}" if args else module["url"]

    def _get_export_url(self, module, asked, kind):
        args = {**self._get_url_args(module, asked, PAGE_SIZES[0]), "format": kind}
        return f"{module['url']}/export?{urlencode(args)}"

    def _group(self, rows):
        """Return the rows of a page as pairs of a heading and its rows."""
        groups = []
        for row in rows:
            if not groups or groups[-1][0] != row["group"]:
                groups.append((row["group"], []))
            groups[-1][1].append(row)
        return groups


def _get_labels(columns):
    return dict(_get_options(columns))


def _get_options(columns):
    return [(column["name"], column["label"]) for column in columns]
