from odoo.tests import tagged

from ...models.record.gone import remove_gone
from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestGone(CustomerPortalCommon):
    """Housekeeping of what is kept beside records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tasks = cls.env["project.task"].create([{"name": f"{n}"} for n in range(3)])
        cls.tasks[1].active = False
        names = ["project.task"] * 3 + ["no.model"]
        cls.origins = cls.env["customer.portal.origin"].create(
            [
                {"model_name": name, "res_id": res_id}
                for name, res_id in zip(names, [*cls.tasks.ids, 1], strict=True)
            ]
        )

    def test_what_is_beside_deleted_records_is_removed(self):
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM project_task WHERE id = %s", [self.tasks[2].id]
        )
        remove_gone(self.env["customer.portal.origin"])
        self.assertEqual(self.origins.exists(), self.origins[:2])

    def test_no_list_of_all_records_is_compared_with_each_row(self):
        """Of a million cases, that would take days."""
        queries = []
        execute = self.env.cr.execute

        def note(query, params=None, **options):
            queries.append(str(getattr(query, "code", query)))
            return execute(query, params, **options)

        self.patch(self.env.cr, "execute", note)
        remove_gone(self.env["customer.portal.origin"])
        asked = [query for query in queries if "project_task" in query]
        self.assertTrue(asked)
        self.assertFalse([query for query in asked if "NOT IN" in query])
