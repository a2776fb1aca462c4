from hypothesis import given
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from ..examples import draws
from ..portable_common import PortableCommon

LEVELS = ("own", "organization", "subsidiaries")
ACTIONS = ("can_create", "can_edit", "can_close", "show_comments", "can_comment")
FIELDS = ("name", "priority", "stage_id", "date_deadline", "description")
NATIVE = ("tasks", "faqs", "documents")


@st.composite
def states(draw):
    """Draw what a module publishes, and what two profiles permit and show."""
    lines = draw(st.lists(st.sampled_from(FIELDS), min_size=1, unique=True))
    return {
        "lines": {
            name: {
                "in_list": draw(st.booleans()),
                "in_create": name != "stage_id" and draw(st.booleans()),
                "label": draw(st.none() | st.sampled_from(["Subject", "Ziel", "“x”"])),
            }
            for name in lines
        },
        "waiting": draw(st.integers(0, 2)),
        "project": draw(st.integers(0, 2)),
        "title_field": draw(st.sampled_from([False, "name"])),
        "order": draw(st.sampled_from([False, "id desc", "priority desc, id"])),
        "profiles": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "visible": st.booleans(),
                        "level": st.sampled_from(LEVELS),
                        "actions": st.sets(st.sampled_from(ACTIONS)),
                        "access": st.sampled_from(["hidden", "read", "most"]),
                        "native": st.sets(st.sampled_from(NATIVE)),
                        "widgets": st.sets(st.integers(0, 9)),
                        "answer_hours": st.integers(0, 9),
                        "blocked_paths": st.sampled_from([False, "/my/a\n/my/b"]),
                    }
                ),
                min_size=2,
                max_size=2,
            )
        ),
    }


@tagged("post_install", "-at_install", "long", "drawn")
class TestPortableProperty(PortableCommon):
    """What one database permits, another one permits once the file is applied."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.projects = cls.env["project.project"].create(
            [{"name": "North"}, {"name": "South"}]
        )
        cls.stages = cls.env["project.task.type"].create(
            [{"name": "Waits", "project_ids": project.ids} for project in cls.projects]
        )
        cls.module = cls.modules.create(
            {
                "code": "drawn",
                "name": "Drawn",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "state_field": "stage_id",
            }
        )
        cls.drawn = cls.profiles.create([{"name": "Drawn 1"}, {"name": "Drawn 2"}])

    def _make(self, drawn):
        """Bring about a state as somebody does in the forms."""
        chosen = drawn["project"] and self.projects[drawn["project"] - 1].id
        waiting = drawn["waiting"] and self.stages[drawn["waiting"] - 1].id
        lines = [
            Command.create({"name": name, **line})
            for name, line in drawn["lines"].items()
        ]
        self.module.write(
            {
                "field_ids": [Command.clear(), *lines],
                "waiting_value": f"{waiting}" if waiting else False,
                "domain": f"[('project_id', '=', {chosen})]" if chosen else "[]",
                "title_field": drawn["title_field"],
                "order": drawn["order"],
            }
        )
        for profile, permitted in zip(self.drawn, drawn["profiles"], strict=True):
            self._permit(profile, permitted)

    def _permit(self, profile, permitted):
        row = profile.permission_ids.filtered(lambda r: r.module_id == self.module)
        needed = row.field_ids.filtered(lambda one: one.field_id._is_needed())
        row.write(
            {
                "visible": permitted["visible"],
                "records_visibility": permitted["level"],
                **{name: name in permitted["actions"] for name in ACTIONS},
                "can_create": "can_create" in permitted["actions"] and not needed,
                "field_ids": [
                    Command.update(line.id, {"access": self._limit(line, permitted)})
                    for line in row.field_ids
                ],
            }
        )
        for other in profile.permission_ids - row:
            if other.module_id.code in NATIVE:
                other.visible = other.module_id.code in permitted["native"]
        for place, widget in enumerate(profile.widget_ids):
            widget.visible = place in permitted["widgets"]
        profile.blocked_paths = permitted["blocked_paths"]
        promises = self.env["customer.portal.promise"]
        promises.search([("profile_id", "=", profile.id)]).unlink()
        if permitted["answer_hours"]:
            hours = {"answer_hours": permitted["answer_hours"]}
            promises.create({"profile_id": profile.id, **hours})

    def _limit(self, line, permitted):
        if permitted["access"] != "most":
            return permitted["access"]
        return "write" if line.field_id._is_in_forms() else "read"

    def _get_state(self):
        self.env.invalidate_all()
        return self._get_everything(), self._get_rights()

    @draws(10, short=3)
    @given(there=states(), here=states())
    def test_a_round_trip_permits_the_same(self, there, here):
        savepoint = self.env.cr.savepoint()
        try:
            self._make(there)
            text, rights = self._get_state()
            self._make(here)
            self.portable._apply(self._read(text))
            again, same = self._get_state()
            self.assertEqual(same, rights)
            self.assertEqual(again, text)
            self.assertEqual(self.portable._compare(self._read(text)), [])
        finally:
            self.env.clear()
            savepoint.close(rollback=True)
            self.profiles._clear_gate_cache()
