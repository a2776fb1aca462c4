import re
from pathlib import Path

from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

FOLDER = Path(__file__).parents[2] / "static" / "tests"
FOLDER_URL = "/customer_portal/static/tests"
FILES = {
    f"{FOLDER_URL}/{path.relative_to(FOLDER).as_posix()}": path
    for path in FOLDER.rglob("*.test.js")
}
SUITE = "@customer_portal"
# A slow machine is no failure.
PATIENCE = 300  # seconds for all tests
TEST_PATIENCE = 60_000  # milliseconds for each


@tagged("post_install", "-at_install")
class TestScripts(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._leave_out_missing_files("web.assets_unit_tests_setup")

    @classmethod
    def _leave_out_missing_files(cls, bundle):
        """Have a bundle without the libraries that Debian's Odoo does not ship."""
        assets = cls.env["ir.asset"]
        for path, file, *__ in assets._get_asset_paths(bundle, {}):
            if not file:
                values = {"name": path, "bundle": bundle, "path": path}
                assets.create({**values, "directive": "remove"})

    def test_scripts_pass_their_own_tests(self):
        """Run the tests of ``static/tests``, all of them, in a browser."""
        self.assertTrue(FILES)
        self.assertEqual(self._get_files_of_browser(), sorted(FILES))
        suite = test_js.HOOTCommon._generate_hash(self, SUITE)
        options = f"headless&loglevel=2&timeout={TEST_PATIENCE}"
        passed = self._run_hoot(f"/web/tests?{options}&id={suite}")
        self.assertEqual(passed, self._count_written_tests())

    def _run_hoot(self, url):
        """Return how many tests passed; fail with what the browser says if one fails.

        :rtype: int
        """
        self._make_bundles(url)
        with self.assertLogs(self._logger, "INFO") as logs:
            try:
                self.browser_js(
                    url,
                    "",
                    login="admin",
                    timeout=PATIENCE,
                    success_signal="[HOOT] Test suite succeeded",
                    error_checker=test_js.unit_test_error_checker,
                )
            except AssertionError:
                self.fail("\n".join(logs.output))
        said = re.search(r"\[HOOT\] Passed (\d+) tests", "\n".join(logs.output))
        return int(said[1])

    def _make_bundles(self, url):
        """Make the scripts of a page before a browser waits a minute for them."""
        self.authenticate("admin", "admin")
        page = self.url_open(url, timeout=PATIENCE)
        for address in re.findall(r'"(/web/assets/[^"]+)"', page.text):
            self.url_open(address, timeout=PATIENCE)

    def _get_files_of_browser(self):
        """Return the files of tests that a browser loads; without any it would wait.

        :rtype: list[str]
        """
        assets = self.env["ir.asset"]._get_asset_paths("web.assets_unit_tests", {})
        paths = [path for path, *__ in assets if path.startswith(FOLDER_URL)]
        return sorted(path for path in paths if path.endswith(".test.js"))

    def _count_written_tests(self):
        texts = [path.read_text() for path in FILES.values()]
        return sum(len(re.findall(r"^test\w*\(", text, re.M)) for text in texts)
