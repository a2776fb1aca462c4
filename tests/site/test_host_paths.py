from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...models.site.res_company_host import HOST_PATH_LENGTH, HOST_PATHS_MOST
from ..common import PASSWORD, takes_long
from .test_host import HIDDEN, HOST, HostCommon

# Public, and no page of the portal's host by itself.
VOICE = "/discuss/voice/worklet_processor"
NO_PAGES = [
    *("/", "//", "///", "shop", "shop/", "*", "/*", "/shop/*", "/shop?a=1", "/a#b"),
    *("/.", "/..", "/../web", "/my/../web", "/my/./web", "/a//b", "/.../web", "\\web"),
    *(
        "/^shop$",
        "/(web|shop)",
        "/shop|/web",
        "/.*",
        "/sh[o]p",
        "/<path:all>",
        "/%77eb",
    ),
    *("/shöp", "/ｗeb", "/shop\u202e", "/we\u200bb", "/shop\x00", "/shop;web", "/a:b"),
    *("https://portal.example.com/shop", "//example.com", "/ web", "/shop\v/"),
]
BACKEND = [
    *("/web", "/web/", "/WEB", "/web/database", "/web/login", "/odoo", "/odoo/x"),
    *("/jsonrpc", "/json", "/json/2", "/xmlrpc", "/XmlRpc/2", "/scoped_app", "/doc"),
    *("/doc-bearer", "/doc-bearer/index.json"),
]


@tagged("post_install", "-at_install")
class TestHostPaths(HostCommon):
    """Pages that an administrator adds to those of the portal's own host."""

    def _add(self, *paths):
        self.company.portal_host_paths = "\n".join(paths)

    def test_an_added_page_answers_with_all_below_it(self):
        self.assertEqual(self._status(VOICE), 404)
        for path in (
            VOICE,
            f"{VOICE}/",
            "/discuss/voice",
            "/discuss/voice/",
            "/discuss",
        ):
            self._add("/nothing", "", f"  {path}\r", path)
            with self.subTest(path):
                self.assertEqual(self._status(VOICE), 200)
        for path in ("/discuss/voi", "/discus", "/voice", "/Discuss/Voice"):
            self._add(path)
            with self.subTest(path):
                self.assertEqual(self._status(VOICE), 404)
        self._add("")
        self.assertEqual(self._status(VOICE), 404)

    @takes_long
    def test_each_company_adds_to_its_own_host(self):
        self.env["res.company"].create(
            {"name": "Other", "portal_url": "https://other.example.com"}
        )
        self._add("/discuss/voice")
        self.assertEqual(self._status(VOICE, host=HOST), 200)
        self.assertEqual(self._status(VOICE, host="other.example.com"), 404)

    def test_nothing_but_addresses_is_taken(self):
        for path in NO_PAGES:
            with self.subTest(path), self.assertRaises(ValidationError) as refused:
                self._add("/shop", path)
            self.assertIn("is not a valid address", str(refused.exception))

    def test_the_backend_is_refused_with_a_reason(self):
        for path in BACKEND:
            with self.subTest(path), self.assertRaises(ValidationError) as refused:
                self._add("/shop", path)
            self.assertIn("belongs to Odoo's backend", str(refused.exception))

    def test_what_addresses_look_like_is_taken(self):
        self._add("/shop", "/web_editor/shape", "/.well-known/a.txt", "/a-b_c.d/1/", "")
        self.company.portal_host_paths = False

    def test_there_is_a_limit_in_number_and_length(self):
        self._add(*(f"/page-{number}" for number in range(HOST_PATHS_MOST)))
        self._add("/" + (HOST_PATH_LENGTH - 1) * "a")
        for paths in (
            [f"/page-{number}" for number in range(HOST_PATHS_MOST + 1)],
            ["/" + HOST_PATH_LENGTH * "a"],
            [f"/page-{number}" for number in range(10_000)],
            20_000 * [""] + ["/shop"],
            ["/" + 10_000_000 * "a"],
        ):
            with self.assertRaises(ValidationError) as refused:
                self._add(*paths)
            self.assertIn("You can add up to 50 pages", str(refused.exception))

    def _write_past_the_check(self, text):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET portal_host_paths = %s WHERE id = %s",
            [text, self.company.id],
        )
        self.env.invalidate_all()
        self.env["customer.portal.cache.mixin"]._clear_gate_cache()

    def test_what_is_written_past_the_check_opens_no_backend(self):
        firsts = {"/" + path.split("?")[0].split("/")[1] for path in HIDDEN}
        # Of the others some are for visitors, or for who edits a website.
        hostile = {*firsts, "/", "/..", "/.*", "//"} - {"/discuss", "/html_editor"}
        self._write_past_the_check("\n".join(sorted(hostile)))
        for login, password in (
            (None, None),
            ("emma@example.com", PASSWORD),
            ("admin", "admin"),
        ):
            self.authenticate(login, password)
            for path in HIDDEN:
                with self.subTest(path, login=login):
                    self.assertEqual(self._status(path), 404)
                    self.assertEqual(self._status(path, {"a": "b"}), 404)

    def test_added_addresses_open_nothing_of_odoos_own_users(self):
        """Not even if an app has such a route below one that was added."""
        self._add("/base_setup", "/discuss", "/calendar", "/project", "/nothing")
        self.authenticate("admin", "admin")
        for path in ("/base_setup/data", "/calendar/check_credentials", "/nothing"):
            with self.subTest(path):
                json = {"Content_Type": "application/json"}
                self.assertEqual(self._status(path, "{}", **json), 404)

    @takes_long
    def test_the_setting_is_shown_and_kept_by_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        settings = self.env["res.config.settings"].create(
            {"portal_host_paths": "/shop\n/blog"}
        )
        settings.execute()
        self.assertEqual(self.company.portal_host_paths, "/shop\n/blog")
        self.assertFalse(other.portal_host_paths)
        self.assertIn('name="portal_host_paths"', settings.get_view()["arch"])

    def test_customers_and_agents_do_not_read_it(self):
        for user in (self.emma.user_ids, self.agent):
            fields = self.env["res.company"].with_user(user).fields_get()
            self.assertNotIn("portal_host_paths", fields)
