from unittest.mock import patch

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged, warmup
from odoo.tools import mute_logger

from ...const import PARAM_SHARE_BY_LINK
from ..common import PASSWORD, takes_long
from ..native_common import LEVELS, NativeCommon


@tagged("post_install", "-at_install")
class TestNativePages(NativeCommon):
    """What a customer meets on Odoo's own pages when their profile narrows them."""

    def setUp(self):
        super().setUp()
        self.authenticate("emma@matrix.example", PASSWORD)

    def _get(self, url):
        return self.url_open(url, allow_redirects=False)

    def _status(self, url):
        response = self._get(url)
        if response.status_code == 301:  # Odoo takes slashes away first.
            response = self._get(response.headers["Location"])
        return response.status_code

    def _cards(self):
        """Return the addresses of the cards of the home page."""
        page = html.fromstring(self.url_open("/my").text)
        links = page.xpath("//div[contains(@class, 'o_portal_index_card')]/a/@href")
        return {link.partition("?")[0] for link in links}

    # === HIDDEN AND BLOCKED PAGES === #

    def test_hidden_modules_have_no_pages(self):
        self._permit(None)
        for module in self.modules.values():
            for path in module.paths.split():
                for url in (
                    path,
                    f"{path}/",
                    f"{path}/page/2",
                    f"{path}?access_token=wrong",
                    f"{path}/page/1?access_token=wrong",
                    f"{path}/{2**31 - 1}",
                    f"{path}/{2**70}",
                    f"{path}/1?access_token=wrong",
                ):
                    with self.subTest(url):
                        self.assertEqual(self._status(url), 404)

    @takes_long
    def test_an_archived_module_shows_nobody_its_records(self):
        """They do not fall back to what Odoo shows without the addon."""
        self._permit("subsidiaries")
        for code, module in self.modules.items():
            record = self.records[code]["emma"]
            model = self.env[record._name].with_user(self.users["emma"])
            self.assertIn(record, model.search([]))
            self.assertEqual(self._status(module.paths.split()[0]), 200)
            module.active = False
            with self.subTest(code):
                self.assertNotIn(record, model.search([]))
                for path in module.paths.split():
                    self.assertEqual(self._status(path), 404)
                self.assertIn(self._status(record.access_url), (303, 404))
            module.active = True

    def test_hidden_modules_have_no_card(self):
        native = {path for m in self.modules.values() for path in m.paths.split()}
        self._permit("own")
        # Of quotations Odoo has no card but an alert, which For You replaces.
        self.assertLessEqual(native - {"/my/quotes"}, self._cards())
        for_you = self.profile.widget_ids.filtered(lambda row: row.kind == "for_you")
        for_you.visible = False
        self.assertLessEqual(native, self._cards())
        self._permit("own", ["orders"])
        self.assertEqual(native & self._cards(), {"/my/orders"})
        self._permit(None)
        self.assertFalse(native & self._cards())

    @takes_long
    def test_quotes_are_shown_below_orders(self):
        self._permit("own", ["quotes"])
        quote, order = self.records["quotes"]["emma"], self.records["orders"]["emma"]
        self.assertEqual(self._status("/my/orders"), 404)
        self.assertEqual(self._status("/my/quotes"), 200)
        self.assertEqual(self._status(quote.access_url), 200)
        self.assertEqual(self._status(order.access_url), 303)

    @takes_long
    def test_a_list_lies_below_another_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._permit("own", ["quotes"])
        self.assertEqual(self._status("/fr/my/quotes"), 200)
        self.assertEqual(self._status("/fr/my/orders"), 404)
        self.assertEqual(self._status("/fr/my/invoices/1"), 404)

    def test_blocked_pages(self):
        self._permit("own")
        self.assertIn("/my/security", self._cards())
        self.profile.blocked_paths = "/my/security\n/my/addresses/\n/my/projects"
        for url in (
            "/my/security",
            "/my/security/",
            "/my/security?access_token=wrong",
            "/my/addresses",
            self.records["projects"]["emma"].access_url,
            f"{self.records['projects']['emma'].access_url}?access_token=wrong",
        ):
            with self.subTest(url):
                self.assertEqual(self._status(url), 404)
        self.assertEqual(self._status("/my/invoices"), 200)
        self.assertFalse(
            self._cards() & {"/my/security", "/my/addresses", "/my/projects"}
        )

    @takes_long
    def test_what_begins_alike_is_not_blocked(self):
        self._permit("own")
        self.profile.blocked_paths = "/my/invo"
        self.assertEqual(self._status("/my/invoices"), 200)

    def test_a_change_holds_at_the_next_request(self):
        self._permit("own")
        self.assertEqual(self._status("/my/orders"), 200)
        self._permit(None)
        self.assertEqual(self._status("/my/orders"), 404)

    def test_internal_users_are_not_concerned(self):
        self.profile.blocked_paths = "/my/security"
        self.agent.partner_id.portal_profile_id = self.profile
        self._permit(None)
        self.agent.password = PASSWORD
        self.authenticate("agent", PASSWORD)
        self.assertEqual(self._status("/my/security"), 200)
        self.assertIn("/my/security", self._cards())
        self.assertEqual(self._status("/my/projects"), 200)

    # === LINKS === #

    def test_links_open_no_page_that_the_profile_hides(self):
        self.profile.blocked_paths = "/my/projects"
        self._permit(None)
        for code, records in self.records.items():
            for name in ("emma", "stranger"):
                with self.subTest(module=code, owner=name):
                    page = self._get(records[name].get_portal_url())
                    self.assertIn(page.status_code, (303, 404))

    def test_links_with_their_token_keep_working_without_login(self):
        self._set_param(PARAM_SHARE_BY_LINK, "read")  # Of tickets.
        self.authenticate(None, None)
        for code, records in self.records.items():
            for name in ("emma", "stranger"):
                link = records[name].get_portal_url()
                with self.subTest(module=code, owner=name):
                    page = self._get(link)
                    self.assertEqual(page.status_code, 200)

    def test_a_token_opens_its_own_record_only(self):
        self._permit(None)
        records = self.records["orders"]
        token = records["emma"]._portal_ensure_token()
        other = records["stranger"].access_url
        self.assertEqual(self._status(f"{other}?access_token={token}"), 404)
        self.assertEqual(self._status(f"/my/orders?access_token={token}"), 404)
        page = f"/my/orders/page/{records['emma'].id}?access_token={token}"
        self.assertEqual(self._status(page), 404)

    def test_a_wrong_token_shows_no_task_of_a_project(self):
        """Core searches with all rights as soon as there is any token."""
        project = self.records["projects"]["emma"]
        mine, hidden = self.env["project.task"].create(
            [
                {
                    "name": f"task of {name}",
                    "project_id": project.id,
                    "partner_id": self.partners[name].id,
                }
                for name in ("emma", "colleague")
            ]
        )
        (mine + hidden).message_subscribe(self.partners["emma"].ids)
        self._permit("own")
        url = f"{project.access_url}/task"
        self.assertIn("task of emma", self.url_open(f"{url}/{mine.id}").text)
        for suffix in ("", "?access_token=", "?access_token=wrong"):
            for res_id in (hidden.id, 2**31 - 1):
                page = self._get(f"{url}/{res_id}{suffix}")
                with self.subTest(suffix=suffix, res_id=res_id):
                    self.assertEqual(page.status_code, 303)
        link = f"{url}/{hidden.id}?access_token={project._portal_ensure_token()}"
        self.assertEqual(self._get(link).status_code, 303)
        self.authenticate(None, None)
        self.assertIn("task of colleague", self.url_open(link).text)

    @mute_logger("odoo.http")
    def test_who_shares_a_project_posts_on_the_tasks_they_see(self):
        """Core gives them the tokens of all its tasks."""
        project = self.records["tasks"]["emma"].project_id
        emma = self.partners["emma"]
        project.collaborator_ids = [Command.create({"partner_id": emma.id})]
        project.message_subscribe(emma.ids)
        project.partner_id = emma
        self._permit("own")
        for name in ("emma", "colleague", "stranger"):
            task = self.records["tasks"][name]
            params = {
                "thread_model": "project.task",
                "thread_id": task.id,
                "project_sharing_id": project.id,
                "post_data": {"body": "shared", "message_type": "comment"},
            }
            url = "/mail/message/post"
            response = self.url_open(url, json={"params": params}).json()
            with self.subTest(name):
                self.assertEqual("result" in response, name == "emma")

    @takes_long
    def test_what_was_listed_before_is_no_neighbour(self):
        """Core keeps the list in the session, and gives tokens for its records."""
        orders = self.records["orders"]
        self._permit("organization")
        self._get("/my/orders")
        self._permit("own")
        page = self.url_open(orders["emma"].access_url).text
        for name in ("azure", "colleague"):
            self.assertNotIn(f"{orders[name].access_url}?", page)

    # === RELATED RECORDS === #

    def _link_invoices(self, code):
        """Put the invoices of Emma and of her colleague on her order."""
        order = self.records[code]["emma"]
        moves = self.records["invoices"]["emma"] + self.records["invoices"]["colleague"]
        product = self.env["product.product"].create({"name": "Thing"})
        line = {"product_id": product.id, "name": "Thing"}
        lines = order.order_line.create({"order_id": order.id, **line})
        moves.state = "draft"
        link = "purchase_line_id" if code == "purchases" else "sale_line_ids"
        value = lines.id if code == "purchases" else [Command.link(lines.id)]
        account = self.env["account.account"].create(
            {"name": "Matrix", "code": "999123", "account_type": "income"}
        )
        for move in moves:
            move.invoice_line_ids = [
                Command.create({**line, "account_id": account.id, link: value})
            ]
        self._post(moves)
        self.assertEqual(order.invoice_ids, moves)
        return order

    @takes_long
    def test_an_order_lists_the_invoices_that_are_shown(self):
        order = self._link_invoices("orders")
        expected = {
            "own": {"emma"},
            "organization": {"emma", "colleague"},
            "subsidiaries": {"emma", "colleague"},
        }
        for level in LEVELS:
            self._permit(level)
            page = self.url_open(order.access_url).text
            with self.subTest(level):
                self._assert_invoices(page, expected[level])
        self._permit("subsidiaries", ["orders"])
        self._assert_invoices(self.url_open(order.access_url).text, set())

    @takes_long
    def test_a_purchase_lists_the_bills_that_are_shown(self):
        order = self._link_invoices("purchases")
        self._permit("own")
        self._assert_invoices(self.url_open(order.access_url).text, {"emma"})

    def _make_deliveries(self):
        """Put deliveries to Emma and to her colleague on her order."""
        order = self.records["orders"]["emma"]
        kind = order.warehouse_id.out_type_id
        return {
            name: self.env["stock.picking"].create(
                {
                    "name": f"deliveries-of-{name}",
                    "partner_id": self.partners[name].id,
                    "picking_type_id": kind.id,
                    "sale_id": order.id,
                }
            )
            for name in ("emma", "colleague")
        }

    def _permit_deliveries(self, level):
        row = self.profile.permission_ids.filtered(
            lambda line: line.module_id.code == "deliveries"
        )
        row.write({"visible": bool(level), "records_visibility": level or "own"})

    @takes_long
    def test_an_order_lists_the_deliveries_that_are_shown(self):
        """As long as the profile does not show deliveries, the page is Odoo's."""
        pickings = self._make_deliveries()
        order = self.records["orders"]["emma"]
        self.assertEqual(set(order.picking_ids), set(pickings.values()))
        self._permit("organization")
        expected = {
            None: {"emma", "colleague"},
            "own": {"emma"},
            "organization": {"emma", "colleague"},
        }
        for level, names in expected.items():
            self._permit_deliveries(level)
            page = self.url_open(order.access_url).text
            found = {name for name in pickings if f"deliveries-of-{name}" in page}
            with self.subTest(level):
                self.assertEqual(found, names)

    @takes_long
    def test_delivery_slips_open_for_their_customer_only(self):
        pickings = self._make_deliveries()
        order = self.records["orders"]["stranger"]
        pickings["stranger"] = pickings["emma"].copy(
            {"partner_id": self.partners["stranger"].id, "sale_id": order.id}
        )
        pickings["nobody"] = pickings["emma"].copy({"partner_id": False})
        pickings["nobody"].sale_id = False
        self._permit("own")
        self._permit_deliveries("own")
        slip = "/my/picking/pdf"
        mine = self._get(f"{slip}/{pickings['emma'].id}")
        self.assertEqual(mine.status_code, 200)
        self.assertIn("deliveries-of-emma", mine.text)
        link = f"{slip}/{pickings['stranger'].id}"
        token = order._portal_ensure_token()
        self.assertEqual(self._status(f"{link}?access_token={token}"), 404)
        self.authenticate(None, None)
        self.assertEqual(self._status(f"{link}?access_token={token}"), 200)
        self.authenticate("emma@matrix.example", PASSWORD)
        for url in (slip, "/my/picking/return/pdf"):
            for suffix in ("", "?access_token=wrong", "?access_token=%C3%A9"):
                for res_id in (
                    pickings["stranger"].id,
                    pickings["nobody"].id,
                    2**31 - 1,
                    2**31,
                    -1,
                ):
                    with self.subTest(url=url, suffix=suffix, res_id=res_id):
                        status = self._status(f"{url}/{res_id}{suffix}")
                        self.assertEqual(status, 404)

    def _assert_invoices(self, page, names):
        for name in ("emma", "colleague"):
            self.assertEqual(f"invoices-of-{name}" in page, name in names)

    @takes_long
    def test_stock_pages_render_for_everybody(self):
        """What narrows the templates is not there for visitors without login."""
        order = self._link_invoices("orders")
        link = order.get_portal_url()
        self.authenticate(None, None)
        self._assert_invoices(self.url_open(link).text, {"emma", "colleague"})

    # === BAD INPUT === #

    @takes_long
    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_bad_addresses_are_no_hint(self):
        self._permit("own")
        for code, module in self.modules.items():
            hidden = self.records[code]["stranger"]
            path = hidden.access_url.rpartition("/")[0]
            answers = {
                self._status(f"{path}/{res_id}{suffix}")
                for res_id in (hidden.id, 2**31 - 1)
                for suffix in ("", "?access_token=wrong", "?report_type=html")
            }
            with self.subTest(code):
                self.assertEqual(answers, {303})
            for res_id in ("-1", "x", "1.5", "%27--"):
                with self.subTest(module=code, res_id=res_id):
                    self.assertIn(self._status(f"{path}/{res_id}"), (303, 404))
            for page in ("0", str(2**31), "x"):
                list_page = f"{module.paths.split()[0]}/page/{page}"
                with self.subTest(list_page):
                    self.assertIn(self._status(list_page), (200, 404))

    def _rows(self, url):
        """Return which records, of which module and customer, a page names."""
        page = self._get(url)
        self.assertEqual(page.status_code, 200, url)
        return {
            (code, name)
            for code, records in self.records.items()
            for name in records
            if f"{code}-of-{name}" in page.text
        }

    @takes_long
    def test_lists_begin_as_ever_where_the_address_is_nonsense(self):
        """Core looks up sortings and filters without a default."""
        self._permit("organization")
        project = self.records["tasks"]["emma"].project_id
        project.message_subscribe(self.partners["emma"].ids)
        project.partner_id = self.partners["emma"]
        lists = [path for m in self.modules.values() for path in m.paths.split()]
        for path in (*lists, project.access_url):
            expected = self._rows(path)
            self.assertTrue(expected or path == "/my/rfq")
            for query in (
                "sortby=nonsense",
                "sortby=id",
                "sortby=create_uid",
                "sortby=partner_id.vat",
                "sortby=id;--",
                "sortby=0",
                "filterby=nonsense",
                "filterby=-1",
                "groupby=nonsense",
                "groupby=create_uid",
                "groupby=milestone_id",
                "search_in=nonsense",
                "search_in=create_uid",
                "sortby=nonsense&filterby=nonsense&groupby=nonsense&search_in=nonsense",
                "page=-1",
                "page=x",
                f"page={2**70}",
                "date_begin=foo",
                "date_begin=foo&date_end=bar",
                f"date_begin=2000-01-01&date_end={'9' * 40}",
                "date_begin=2000-13-41&date_end=2000-02-30",
                "date_begin[]=1&sortby[]=1",
                "sortby=&filterby=&groupby=&search_in=&date_begin=&date_end=&page=",
                "access_token=%C3%A9",
                "sortby=%00&groupby=%00&filterby=%00&search_in=%00&search=%00",
            ):
                with self.subTest(f"{path}?{query}"):
                    self.assertEqual(self._rows(f"{path}?{query}"), expected)

    @takes_long
    def test_what_the_lists_know_still_works(self):
        self._permit("organization")
        orders = self.records["orders"]
        for fname in ("date_begin", "date_end"):
            dates = {"date_begin": "2000-01-01", "date_end": "2100-01-01"}
            dates[fname] = "2050-01-01"
            query = "&".join(f"{key}={value}" for key, value in dates.items())
            with self.subTest(query):
                found = self._rows(f"/my/orders?scope=all&sortby=name&{query}")
                self.assertEqual(bool(found), fname == "date_end")
        page = self.url_open("/my/tasks?scope=all&sortby=name&groupby=none").text
        places = [page.index(f"tasks-of-{name}") for name in ("azure", "emma")]
        self.assertEqual(places, sorted(places))
        page = self.url_open("/my/tasks?scope=all&sortby=id+desc&groupby=none").text
        places = [page.index(f"tasks-of-{name}") for name in ("azure", "emma")]
        self.assertEqual(places, sorted(places, reverse=True))
        self.assertIn(orders["emma"].name, self.url_open("/my/orders?page=1").text)

    def test_customers_sort_by_no_field_that_they_may_not_read(self):
        """Core sorts tasks with all rights by whatever the address says."""
        self._permit("organization")
        tasks = self.records["tasks"]
        tasks["emma"].color, tasks["azure"].color = 1, 2
        pages = [
            self.url_open(
                f"/my/tasks?scope=all&groupby=none&sortby=color+{direction}"
            ).text
            for direction in ("asc", "desc")
        ]
        orders = [
            page.index("tasks-of-emma") < page.index("tasks-of-azure") for page in pages
        ]
        self.assertEqual(orders[0], orders[1])

    @takes_long
    def test_an_impossible_number_is_no_page(self):
        self._permit("own")
        for code, module in self.modules.items():
            path = self.records[code]["emma"].access_url.rpartition("/")[0]
            for res_id in (2**31, 999999999999, 2**70):
                for suffix in ("", "?access_token=wrong", "?report_type=pdf"):
                    with self.subTest(module=code, res_id=res_id, suffix=suffix):
                        url = f"{path}/{res_id}{suffix}"
                        self.assertEqual(self._status(url), 404)
            for res_id in ("-1", "abc", "1e3", "0x1", "%00"):
                with self.subTest(module=code, res_id=res_id):
                    self.assertEqual(self._status(f"{path}/{res_id}"), 404)
            page = f"{module.paths.split()[0]}/page/{2**70}"
            with self.subTest(page):
                self.assertIn(self._status(page), (200, 404))

    # === COSTS === #

    def _count_queries(self, url):
        self.url_open(url)
        before = self.cr.sql_log_count
        self.url_open(url)
        return self.cr.sql_log_count - before

    @takes_long
    @warmup
    def test_narrowing_costs_one_query_at_most(self):
        self._permit("own")
        ours = self._count_queries("/my/invoices")
        http = type(self.env["ir.http"])
        with (
            self._stock(),
            patch.object(http, "_get_portal_visitor", lambda *args: None),
        ):
            stock = self._count_queries("/my/invoices")
        self.assertLessEqual(ours, stock + 1)
