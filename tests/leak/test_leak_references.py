from odoo.fields import Command
from odoo.tests import tagged

from ...models.leak import sight_fields
from ..common import takes_long
from ..leak_common import LeakCommon


@tagged("post_install", "-at_install")
class TestLeakReferences(LeakCommon):
    """A field that leads to records of any model names them, so it is looked at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs, cls.ours = cls.wishes  # of Emma, and of Sam
        cls.env["ir.model.fields"].create(
            {
                "model_id": cls.env["ir.model"]._get_id("project.task"),
                "name": "x_about",
                "field_description": "About",
                "ttype": "reference",
                "selection_ids": [
                    Command.create({"value": name, "name": name})
                    for name in ("project.task", "res.partner", "res.users")
                ],
            }
        )
        cls._show(cls.module, "x_about")

    @classmethod
    def _show(cls, module, *names):
        module.field_ids = [Command.create({"name": name}) for name in names]
        lines = cls._get_row(module.code).field_ids
        lines.filtered(lambda one: one.field_id.name in names).access = "read"

    def _read(self, name="x_about"):
        """Return what the page of Sam's record shows."""
        pages = self.env["customer.portal.record"].with_user(self._user_of(self.sam))
        return pages.get_row("wishes", self.ours.id)["cells"][name]

    def _assert_named(self, record, name="project.task:x_about"):
        return self._assert_leak(record, f"field:{name}", reason="field")

    def test_a_reference_to_a_record_of_another_customer_is_found(self):
        self.ours.x_about = self.ours
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        self.ours.x_about = self.theirs
        [line] = self._assert_named(self.theirs)
        self.assertEqual(line.module_id, self.module)
        self.assertEqual(line.ways_text, "field About")
        self.ours.x_about = self.emma
        self._assert_named(self.emma)

    @takes_long
    def test_it_is_found_though_many_records_hide_it(self):
        self.ours.x_about = self.theirs
        self._make_tasks(self.project, *[self.sam] * 5)
        self.patch(sight_fields, "LIMIT", 2)
        self._assert_named(self.theirs)

    @takes_long
    def test_an_employee_or_a_record_of_nobody_is_no_leak(self):
        for record in (self.agent.partner_id, self.project.company_id.partner_id):
            self.ours.x_about = record
            check = self._check()
            self.assertEqual(check.state, "green", self._tell(check))

    @takes_long
    def test_a_reference_by_model_and_id_is_looked_at_as_well(self):
        module = self._publish(
            code="ratings",
            name="Ratings",
            model_name="rating.rating",
            domain="[]",
            title_field=False,
            field_ids=[],
        )
        self._get_row("ratings").write(
            {"visible": True, "records_visibility": "organization"}
        )
        self._show(module, "res_id", "resource_ref")
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("project.task"),
                "res_id": self.ours.id,
                "partner_id": self.sam.id,
            }
        )
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        rating.res_id = self.theirs.id
        lines = self._assert_named(self.theirs, "rating.rating:res_id")
        ways = " ".join(lines.mapped("ways")).split()
        self.assertIn("field:rating.rating:resource_ref", ways)

    # === WHAT PAGES SHOW === #

    @takes_long
    def test_pages_show_what_a_reference_leads_to_by_its_name(self):
        self.assertEqual(self._read(), "")
        self.ours.x_about = self.ours
        self.assertEqual(self._read(), self.ours.name)
        self.ours.x_about = self.agent
        self.assertEqual(self._read(), "", "nobody has published users")
        gone = self._make_tasks(self.project, self.sam)
        self.ours.x_about = gone
        self.env.flush_all()
        gone.unlink()
        self.env.invalidate_all()
        self.assertEqual(self._read(), "")
