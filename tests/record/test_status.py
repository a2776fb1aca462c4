from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_page_list import PageCommon


@tagged("post_install", "-at_install")
class TestStatus(PageCommon):
    """Customers read one word for the state of a record, whatever Odoo calls it."""

    def setUp(self):
        super().setUp()
        self.lines = {line.name: line for line in self.module.field_ids}
        self.line = self.lines["stage_id"]
        self.task = self._make_tasks("a")

    def _label(self):
        gate = self.gate.with_user(self.user)
        return gate._get_labels("wishes", self.env.lang).fields["stage_id"]

    def _words(self, path=""):
        return " ".join(self._page(path).text_content().split())

    def test_pages_say_status_and_never_stage(self):
        self.right.can_export = True
        sorting = "?sortby=stage_id&groupby=stage_id"
        for path in ("", sorting, f"/{self.task.id}"):
            with self.subTest(path):
                self.assertIn("Status", self._words(path))
                self.assertNotIn("Stage", self._words(path))
        columns = self._get("/export").text.splitlines()[0]
        self.assertIn("Status", columns)
        self.assertNotIn("Stage", columns)

    def test_charts_say_status(self):
        chart = self.env["customer.portal.chart"].create(
            {
                "name": "Wishes",
                "module_id": self.module.id,
                "group_field_id": self.line.id,
            }
        )
        chart.widget_ids.visible = True
        drawn = chart.with_user(self.user)._get_portal_chart(chart.id)
        self.assertEqual(drawn["group"], "Status")

    def test_forms_and_refused_values_say_status(self):
        self.line.in_edit = True
        self.right.can_edit = True
        self.right.field_ids.filtered(
            lambda one: one.field_id == self.line
        ).access = "write"
        forms = self.env["customer.portal.form"].with_user(self.user)
        fields = forms.form_fields("wishes", "edit", self.task.id)
        self.assertEqual([one["label"] for one in fields], ["Status"])
        right = self.gate.with_user(self.user)._get_right("wishes")
        with self.assertRaises(AccessError) as refusal:
            self.gate.with_user(self.user)._clean_values(right, {"stage_id": "x"})
        self.assertIn("Status", str(refusal.exception))

    def test_profiles_say_what_customers_read(self):
        row = self.right.field_ids.filtered(lambda one: one.field_id == self.line)
        self.assertEqual(row.field_id.display_name, "Status")
        found = self.line.search(
            [("display_name", "ilike", "status"), ("module_id", "=", self.module.id)]
        )
        self.assertEqual(found, self.line)

    def test_the_publishers_own_label_comes_first(self):
        self.assertEqual(self.line.default_label, "Status")
        self.line.label = "Progress"
        self.assertEqual(self._label(), "Progress")
        self.assertEqual(self.line.default_label, "Status", "What they would read.")

    def test_a_field_that_is_not_the_state_keeps_its_name(self):
        self.assertEqual(self.lines["priority"].display_name, "Priority")
        values = dict.fromkeys(("open_value", "closed_value", "closed_domain"), False)
        self.module.write({"state_field": False, **values})
        self.assertEqual(self._label(), "Stage")

    def test_pages_of_odoo_keep_its_words(self):
        module = self.env["customer.portal.module"].search([("code", "=", "tasks")])
        self.assertEqual((module.page, module.state_field), ("native", "stage_id"))
        lines = {line.name: line for line in module.field_ids}
        self.assertEqual(lines["stage_id"].display_name, "Stage")

    def test_the_word_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.user.lang = "es_ES"
        headings = self._page().xpath("//thead//th")
        labels = [" ".join(one.text_content().split()) for one in headings]
        self.assertIn("Estado", labels)
        self.assertNotIn("Stage", labels)
