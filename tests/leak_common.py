from threading import current_thread
from unittest.mock import patch

from odoo.fields import Command

from .common import CustomerPortalCommon


class LeakCommon(CustomerPortalCommon):
    """Two organizations with a customer and a record each, and a profile for both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Checked"})
        partners = cls.env["res.partner"]
        cls.azure, cls.deco = partners.create(
            [{"name": name, "is_company": True} for name in ("Azure", "Deco")]
        )
        cls.emma, cls.sam = (
            cls._make_portal_contact(
                f"{name}@leaks.example.com",
                parent_id=organization.id,
                portal_profile_id=cls.profile.id,
            )
            for name, organization in (("emma", cls.azure), ("sam", cls.deco))
        )
        cls.project = cls.env["project.project"].create({"name": "Wishes"})
        cls.wishes = cls._make_tasks(cls.project, cls.emma, cls.sam)
        cls.module = cls._publish()
        cls.row = cls._get_row("wishes")
        cls.row.write({"visible": True, "can_export": True, "show_documents": True})
        cls.row.records_visibility = "organization"

    def setUp(self):
        super().setUp()
        # As the thread of a request, or of a scheduled action, has it.
        thread, name = current_thread(), self.env.cr.dbname
        self.enterContext(patch.object(thread, "dbname", name, create=True))

    @classmethod
    def _make_tasks(cls, project, *partners):
        tasks = cls.env["project.task"].with_context(mail_create_nosubscribe=True)
        return tasks.create(
            [
                {
                    "name": f"Wish of {one.name}",
                    "project_id": project.id,
                    "partner_id": one.id,
                }
                for one in partners
            ]
        )

    @classmethod
    def _publish(cls, **values):
        return cls.env["customer.portal.module"].create(
            {
                "code": "wishes",
                "name": "Wishes",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "domain": f"[('project_id', '=', {cls.project.id})]",
                "title_field": "name",
                "field_ids": [
                    Command.create(
                        {"name": "name", "in_list": True, "searchable": True}
                    ),
                    Command.create({"name": "priority", "groupable": True}),
                ],
                **values,
            }
        )

    @classmethod
    def _get_row(cls, code):
        rows = cls.profile.permission_ids
        return rows.filtered(lambda one: one.module_id.code == code)

    def _check(self, **values):
        checks = self.env["customer.portal.leak.check"]
        return checks._check(self.profile, seed=1, **values)

    def _lines(self, check, verdict="leak"):
        return check.line_ids.filtered(lambda one: one.verdict == verdict)

    def _assert_leak(self, record, *ways, reason="foreign", check=None):
        """Assert that a check finds a record, on all of some ways in."""
        check = check or self._check()
        self.assertEqual(check.state, "red", check.line_ids.mapped("reason"))
        lines = self._lines(check).filtered(
            lambda one: (
                one.model_name == record._name
                and record.id in one.res_ids
                and one.reason == reason
            )
        )
        self.assertTrue(lines, self._tell(check))
        found = {way for line in lines for way in line.ways.split()}
        self.assertLessEqual({*ways}, found)
        return lines

    def _tell(self, check):
        return [
            (one.verdict, one.model_name, one.reason, one.ways, one.res_ids, one.count)
            for one in check.line_ids
        ]
