from datetime import timedelta

from odoo.fields import Command

from ..models.explain.explain import Question
from .common import CustomerPortalCommon

# What the profile of these tests permits in its module of wishes.
ALL = ("can_create", "can_edit", "can_close", "can_export", "show_comments")
ALL += ("can_comment", "show_documents", "can_upload")
MARK = "marked@wishes.example"


class ExplainCommon(CustomerPortalCommon):
    """A customer, a wish of theirs, and a profile that permits everything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Explained"})
        partners = cls.env["res.partner"]
        cls.way = partners.create({"name": "Baker Way", "is_company": True})
        cls.emma = cls._make_portal_contact(
            name="Emma Miller", parent_id=cls.way.id, portal_profile_id=cls.profile.id
        )
        cls.user = cls._user_of(cls.emma)
        cls.logistics, cls.deco = partners.create(
            [
                {
                    "name": "Baker Logistics",
                    "is_company": True,
                    "parent_id": cls.way.id,
                },
                {"name": "Deco", "is_company": True},
            ]
        )
        cls.colleague, cls.omar, cls.stranger = partners.create(
            [
                {"name": "Cleo", "parent_id": cls.way.id},
                {"name": "Omar", "parent_id": cls.logistics.id},
                {"name": "Sam", "parent_id": cls.deco.id},
            ]
        )
        cls._publish_wishes()
        cls.wish = cls._make_wish(cls.emma)
        cls.file = cls._attach(cls.wish)

    @classmethod
    def _publish_wishes(cls):
        open_stage, closed_stage = cls.env["project.task.type"].create(
            [{"name": "Open"}, {"name": "Closed", "fold": True}]
        )
        cls.stages = open_stage, closed_stage
        cls.project, cls.elsewhere = cls.env["project.project"].create(
            [
                {
                    "name": name,
                    "privacy_visibility": "portal",
                    "type_ids": [Command.set((open_stage + closed_stage).ids)],
                }
                for name in ("Wishes", "Elsewhere")
            ]
        )
        written = {"in_create": True, "in_edit": True}
        cls.module = cls.env["customer.portal.module"].create(
            {
                "code": "wishes",
                "name": "Wishes",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "domain": f"[('project_id', '=', {cls.project.id})]",
                "title_field": "name",
                "state_field": "stage_id",
                "closed_domain": f"[('stage_id', '=', {closed_stage.id})]",
                "closed_value": str(closed_stage.id),
                "open_value": str(open_stage.id),
                "field_ids": [
                    Command.create({"name": "name", "in_list": True, **written}),
                    Command.create({"name": "email_cc", **written}),
                ],
            }
        )
        cls.row = cls.profile.permission_ids.filtered(
            lambda one: one.module_id == cls.module
        )
        cls.row.write({"visible": True, **dict.fromkeys(ALL, True)})
        cls.row.field_ids.access = "write"
        cls.line = cls.row.field_ids.filtered(
            lambda one: one.field_id.name == "email_cc"
        )
        cls.tasks_row = cls.profile.permission_ids.filtered(
            lambda one: one.module_id.code == "tasks"
        )

    @classmethod
    def _make_wish(cls, partner, **values):
        tasks = cls.env["project.task"].with_context(mail_create_nosubscribe=True)
        return tasks.create(
            {
                "name": "A wish",
                "email_cc": MARK,
                "project_id": cls.project.id,
                "stage_id": cls.stages[0].id,
                "partner_id": partner.id,
                **values,
            }
        )

    @classmethod
    def _attach(cls, record):
        return cls.env["ir.attachment"].create(
            {
                "name": "wishlist.txt",
                "raw": b"wishes",
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def _ask(self, kind="record", record=None, user=None, partner=None, **values):
        """Return the answer for Emma, as an administrator of the portal gets it."""
        record = self.wish if record is None else record
        thing = {"code": "wishes", "model": record._name, "res_id": record.id}
        if kind in ("login", "page"):
            thing = {}
        question = Question(kind, **{**thing, **values})
        explain = self.env["customer.portal.explain"].with_user(user or self.manager)
        partner = partner or self.emma
        return explain.explain(partner.with_user(user or self.manager), question)

    def _assert_reason(self, answer, kind, text):
        """Assert that a step refuses, and that it alone says so."""
        self.assertIs(answer.allowed, False)
        self.assertEqual(answer.reason.kind, kind, answer.steps)
        self.assertIn(text, answer.reason.text)

    def _days(self, number):
        return self.today + timedelta(days=number)
