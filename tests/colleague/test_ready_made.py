from odoo.tests import tagged

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestReadyMade(CustomerPortalCommon):
    """The profile for those in charge manages colleagues where nothing was changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env.ref(
            "customer_portal.customer_portal_profile_organization"
        )

    def test_it_manages_colleagues_of_the_organization(self):
        self.assertIn(self.profile.manage_scope, ("organization", "subsidiaries"))
        for name in ("default", "read_only", "odoo"):
            other = self.env.ref(f"customer_portal.customer_portal_profile_{name}")
            self.assertFalse(other.manage_scope, name)

    def test_all_that_it_may_give_it_really_can_give(self):
        self.assertEqual(len(self.profile.given_profile_ids), 3)
        self.assertFalse(self.profile.given_problem)

    def test_a_contact_with_it_invites_and_appoints_a_deputy(self):
        organization = self.env["res.partner"].create(
            {"name": "Azure", "is_company": True}
        )
        emma = self._make_portal_contact(
            parent_id=organization.id, portal_profile_id=self.profile.id
        )
        colleagues = self.env["customer.portal.colleague"]
        colleagues = colleagues.with_user(self._user_of(emma))
        offered = {one["id"] for one in colleagues._get_profiles()}
        self.assertEqual(offered, {*self.profile.given_profile_ids.ids})
        rows = [
            {
                "name": f"N {number}",
                "email": f"n{number}@example.com",
                "profile_id": one,
            }
            for number, one in enumerate(offered)
        ]
        answers = colleagues._invite(rows)
        self.assertEqual({answer["status"] for answer in answers}, {"done"})
