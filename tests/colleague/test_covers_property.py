from hypothesis import given
from hypothesis import strategies as st

from odoo.fields import Command, Domain
from odoo.tests import tagged

from ..colleague_common import ColleagueCommon
from ..examples import draws

LEVELS = ("own", "organization", "subsidiaries")
ACTIONS = ("create", "edit", "close", "comments", "comment", "documents", "export")
MODULES = ("cases", "faqs", "documents", "contacts", "tasks", "projects")
WIDGETS = ("greeting", "shortcuts", "recent_cases", "modules")
PATHS = ("/my/projects", "/my/tasks", "/my/tasks/7", "/my/knowledge", "/my/knowledge/a")
BLOCKS = ("", "/my/knowledge", "/my/knowledge/a", "/my/tasks")
NAMES = ("name", "description", "priority")
SCOPES = (False, "organization", "subsidiaries")


@st.composite
def profiles(draw):
    """Draw what a profile permits."""
    return {
        "modules": {
            code: {
                "level": draw(st.sampled_from(LEVELS)),
                "actions": draw(st.sets(st.sampled_from(ACTIONS))),
                "hidden": draw(st.sets(st.sampled_from(NAMES), max_size=2)),
            }
            for code in draw(st.sets(st.sampled_from(MODULES), min_size=1))
        },
        "widgets": draw(st.sets(st.sampled_from(WIDGETS))),
        "blocked": draw(st.sampled_from(BLOCKS)),
        "scope": draw(st.sampled_from(SCOPES)),
    }


@st.composite
def pairs(draw):
    """Draw two profiles; the second is often the first one with something less."""
    own = draw(profiles())
    if draw(st.integers(0, 3)) == 0:
        return own, draw(profiles())
    return own, _narrow(draw, own)


def _narrow(draw, own):
    lost = draw(st.sets(st.sampled_from(MODULES), max_size=1))
    modules = {
        code: {
            "level": LEVELS[draw(st.integers(0, LEVELS.index(one["level"])))],
            "actions": one["actions"] - draw(st.sets(st.sampled_from(ACTIONS))),
            "hidden": one["hidden"] | draw(st.sets(st.sampled_from(NAMES), max_size=1)),
        }
        for code, one in own["modules"].items()
        if code not in lost
    }
    if draw(st.integers(0, 2)) == 0 and modules:  # Something more, after all.
        code = draw(st.sampled_from(sorted(modules)))
        modules[code]["actions"] = modules[code]["actions"] | {
            draw(st.sampled_from(ACTIONS))
        }
    return {
        "modules": modules,
        "widgets": own["widgets"] - draw(st.sets(st.sampled_from(WIDGETS))),
        "blocked": own["blocked"],
        "scope": SCOPES[draw(st.integers(0, SCOPES.index(own["scope"])))],
    }


class CoversCommon(ColleagueCommon):
    """Two profiles that are drawn, and all that customers who have them see and may.

    The oracle asks the gate about a customer who has the one, then the other.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.env["customer.portal.profile"].create(
            [{"name": "Drawn Own"}, {"name": "Drawn Given"}]
        )
        project = cls.env.ref("customer_portal.project_cases")
        owners = (cls.emma, cls.ben, cls.idle, cls.sue, cls.rob, cls.branch)
        cls.tasks = cls.env["project.task"].create(
            [
                {"name": f"T{owner.name}", "project_id": project.id, **one}
                for owner in owners
                for one in ({"partner_id": owner.id},)
            ]
        )

    def _make(self, profile, drawn):
        modules = drawn["modules"]
        for row in profile.permission_ids:
            one = modules.get(row.module_id.code)
            columns = row._get_action_fields()
            values = dict.fromkeys(columns.values(), False)
            if one:
                values |= {columns[action]: True for action in one["actions"]}
                values |= {"visible": True, "records_visibility": one["level"]}
            row.write({**values, "field_ids": []})
            for line in row.field_ids:
                is_hidden = not one or line.field_id.name in one["hidden"]
                line.access = "hidden" if is_hidden else "read"
        for widget in profile.widget_ids:
            widget.visible = widget.kind in drawn["widgets"]
        profile.write(
            {
                "blocked_paths": drawn["blocked"],
                "manage_scope": drawn["scope"],
                "given_profile_ids": [
                    Command.set(profile.ids if drawn["scope"] else [])
                ],
            }
        )

    def _ask(self, profile):
        """Return all that a customer with a profile sees and may, as sets."""
        self.emma.portal_profile_id = profile
        gate = self._gate_of("emma")
        answers = {"may": set(), "sees": set(), "fields": set(), "visits": set()}
        for code in (*MODULES, "orders", "organization"):
            answers["may"] |= {
                (code, a) for a in (*ACTIONS, "see") if gate.may(code, a)
            }
            for mode in ("read", "list", "detail", "write", "create", "edit", "search"):
                answers["fields"] |= {(code, mode, n) for n in gate.fields(code, mode)}
        for task in self.tasks.search(
            gate.domain("cases") & Domain("id", "in", self.tasks.ids)
        ):
            answers["sees"].add(task.id)
        native = gate.native_domain("project.task")
        answers["native"] = set(self.tasks.filtered_domain(native).ids)
        answers["visits"] = {path for path in PATHS if gate.may_visit(path)}
        answers["contact"] = {
            name
            for name in self.emma._fields
            if name not in gate.hidden_partner_fields()
        }
        answers["widgets"] = {one.kind for one in gate._get_widgets()}
        answers["manages"] = set(gate._get_managed_organization_ids())
        return answers


@tagged("post_install", "-at_install", "long", "drawn")
class TestCoversProperty(CoversCommon):
    """Whatever two profiles say: what may be given sees and may no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.covered = cls.drawn = 0

    @draws(40, short=13)
    @given(pairs())
    def _draw(self, drawn):
        with self._undone():
            for profile, values in zip(self.both, drawn, strict=True):
                self._make(profile, values)
            # What both may give has to be the same to be compared.
            self.both[1].given_profile_ids = self.both[0].given_profile_ids
            covers = self.gate._covers(*self.both.ids)
            type(self).drawn += 1
            if not covers:
                return
            type(self).covered += 1
            own, given = (self._ask(profile) for profile in self.both)
            for kind, answers in given.items():
                self.assertLessEqual(answers, own[kind], kind)

    def test_what_is_covered_sees_and_may_no_more(self):
        self._draw()
        self.assertGreater(self.covered, self.drawn // 5)
        self.assertGreater(self.drawn, self.covered)
