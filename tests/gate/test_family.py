from odoo.fields import Domain
from odoo.tests import tagged

from ...models.base.cache import get_organizations
from ..common import CustomerPortalCommon

LEVELS = 5


@tagged("post_install", "-at_install")
class TestFamily(CustomerPortalCommon):
    """An organization and all below it: what customers with subsidiaries see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.line = partners
        for level in range(LEVELS):
            cls.line += partners.create(
                {
                    "name": f"Level {level}",
                    "is_company": True,
                    "parent_id": cls.line[-1:].id,
                }
            )
        cls.people = partners.create(
            [{"name": f"Of {one.name}", "parent_id": one.id} for one in cls.line]
        )
        cls.stranger = partners.create({"name": "Stranger", "is_company": True})
        cls.project = cls.env["project.project"].create({"name": "Family"})
        cls.tasks = cls.env["project.task"].create(
            [
                {"name": one.name, "partner_id": one.id, "project_id": cls.project.id}
                for one in (*cls.line, *cls.people, cls.stranger)
            ]
        )
        cls.nobodys = cls.env["project.task"].create(
            {"name": "Nobody's", "project_id": cls.project.id}
        )
        cls.gate = cls.env["customer.portal.gate"]

    def _search(self, domain):
        return self.env["project.task"].search(
            Domain("project_id", "=", self.project.id) & domain, order="id"
        )

    def _get_domain(self, top):
        return self.gate._get_family_domain("project.task", "partner_id", top.id)

    def test_it_is_what_odoo_finds_below_an_organization(self):
        self.people[3].active = False
        for top in self.line:
            below = Domain("partner_id", "child_of", top.ids)
            with self.subTest(top.name):
                self.assertEqual(
                    self._search(self._get_domain(top)), self._search(below)
                )

    def test_records_that_are_read_already_are_compared_alike(self):
        domain = self._get_domain(self.line[2])
        every = self._search(Domain.TRUE)
        self.assertEqual(every.filtered_domain(domain), self._search(domain))

    def test_what_is_nobodys_is_outside(self):
        domain = self._get_domain(self.line[0])
        self.assertEqual(self._search(~domain), self.tasks[-1] + self.nobodys)

    def test_a_path_of_several_fields_leads_there(self):
        domain = self.gate._get_family_domain(
            "project.task", "parent_id.partner_id", self.line[1].id
        )
        child = self.tasks[2].copy({"parent_id": self.tasks[2].id})
        child.partner_id = self.stranger
        self.assertEqual(self._search(domain), child)

    def test_who_moves_is_seen_from_then_on(self):
        domain = self._get_domain(self.line[0])
        self.assertNotIn(self.tasks[-1], self._search(domain))
        self.stranger.parent_id = self.line[4]
        self.assertIn(self.tasks[-1], self._search(domain))

    def test_levels_cost_no_queries(self):
        """Core asks for each level of organizations in each search."""
        domain = self._get_domain(self.line[0])
        self.env.flush_all()
        with self.assertQueryCount(2):  # the family, and the tasks
            self._search(domain)
        with self.assertQueryCount(1):
            self._search(domain)

    def test_who_is_deleted_or_has_left_is_seen_to_be_gone(self):
        top, last = self.line[0], self.people[-1]
        self.assertIn(last.id, self.gate._get_family_ids(top.id))
        last.unlink()
        self.assertNotIn(last.id, self.gate._get_family_ids(top.id))

    def test_what_a_transaction_has_found_ends_with_it(self):
        """Odoo repeats a request with the same cursor."""
        cr = self.env.cr
        for hook in (cr.postcommit, cr.postrollback):
            get_organizations(cr)["found"] = True
            hook.run()
            self.assertNotIn("found", get_organizations(cr))
