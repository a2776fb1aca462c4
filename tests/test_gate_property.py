from contextlib import contextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.fields import Domain
from odoo.tests import tagged

from .common import CustomerPortalCommon
from .native_common import LEVELS, Oracle

PARTNERS = 7
RECORDS = 8


@st.composite
def customers(draw):
    """Draw a tree of contacts, who looks, what he may, and whose the records are."""
    parents = {
        name: draw(st.none() | st.integers(0, name - 1)) if name else None
        for name in range(PARTNERS)
    }
    return {
        "parents": parents,
        "companies": draw(st.sets(st.integers(0, PARTNERS - 1))),
        "viewer": draw(st.integers(0, PARTNERS - 1)),
        "owners": draw(
            st.lists(
                st.none() | st.integers(0, PARTNERS - 1),
                min_size=RECORDS,
                max_size=RECORDS,
            )
        ),
        "level": draw(st.sampled_from([*LEVELS, None])),
        "scope": draw(st.sampled_from([None, "mine", "all"])),
    }


@tagged("post_install", "-at_install")
class TestGateProperty(CustomerPortalCommon):
    """Whatever the customers, the gate shows what the oracle says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Drawn"})
        cls.viewer = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.viewer)
        cls.others = cls.env["res.partner"].create(
            [{"name": f"Drawn {name}"} for name in range(PARTNERS - 1)]
        )
        cls.project = cls.env["project.project"].create({"name": "Drawn"})
        cls.tasks = cls.env["project.task"].create(
            [{"name": str(n), "project_id": cls.project.id} for n in range(RECORDS)]
        )
        module = cls.env["customer.portal.module"].create(
            {
                "code": "drawn",
                "name": "Drawn",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "domain": f"[('project_id', '=', {cls.project.id})]",
            }
        )
        native = cls.env["customer.portal.module"].search([("code", "=", "tasks")])
        cls.permissions = cls.profile.permission_ids.filtered(
            lambda line: line.module_id in module + native
        )

    @contextmanager
    def _drawn(self, drawn):
        """Make the customers for a while; yield the contacts in their order."""
        savepoint = self.env.cr.savepoint()
        partners = self.others.ids
        partners.insert(drawn["viewer"], self.viewer.id)
        partners = self.env["res.partner"].browse(partners)
        try:
            for name, partner in enumerate(partners):
                parent = drawn["parents"][name]
                partner.write(
                    {
                        "parent_id": parent is not None and partners[parent].id,
                        "is_company": name in drawn["companies"],
                    }
                )
            for task, owner in zip(self.tasks, drawn["owners"], strict=True):
                task.partner_id = owner is not None and partners[owner]
            self.permissions.write(
                {
                    "visible": bool(drawn["level"]),
                    "records_visibility": drawn["level"] or "own",
                }
            )
            self.env.flush_all()
            yield
        finally:
            self.env.clear()
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.registry.clear_cache()

    def _expected(self, drawn, level):
        oracle = Oracle(drawn["parents"], drawn["companies"])
        return self.tasks.browse(
            [
                task.id
                for task, owner in zip(self.tasks, drawn["owners"], strict=True)
                if oracle.sees(drawn["viewer"], level, owner)
            ]
        )

    # The same customers in each run, and as many as take a few seconds.
    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(customers())
    def test_the_gate_agrees_with_the_oracle(self, drawn):
        with self._drawn(drawn):
            level = drawn["level"]
            scope = "own" if level and drawn["scope"] == "mine" else level
            found = self.gate.search_records(
                self.user, "drawn", scope=drawn["scope"], order="id"
            )
            self.assertEqual(sorted(found), self._expected(drawn, scope).ids)

            read = self.gate.read_records(self.user, "drawn", self.tasks.ids)
            wanted = self._expected(drawn, level)
            self.assertEqual([values["id"] for values in read], wanted.ids)

            native = self.gate.native_domain(self.user, "project.task")
            narrowed = self.tasks.filtered_domain(native)
            found = self.tasks.search(native & Domain("id", "in", self.tasks.ids))
            self.assertEqual(narrowed, found.sorted("id"))
            if level == "subsidiaries":  # There Odoo's own rule decides.
                wanted = self.tasks
            self.assertEqual(narrowed, wanted)
