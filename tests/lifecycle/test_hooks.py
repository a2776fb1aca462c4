from odoo.tests import new_test_user, tagged

from ...hooks import post_init_hook, pre_init_hook, uninstall_hook
from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestHooks(CustomerPortalCommon):
    """What becomes of portal users and cases when the addon comes and goes.

    Where it really does, a database lives through it (``tools/tests/test_lifecycle``).
    """

    def test_portal_users_are_adopted_open_ended_and_notice_nothing(self):
        partner = new_test_user(self.env, "usual", "base.group_portal").partner_id
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.env.flush_all()
        # As before the addon came.
        self.env.cr.execute(
            "UPDATE res_partner SET portal_user = NULL, portal_profile_id = NULL,"
            " support_start_date = NULL, support_end_date = NULL WHERE id = %s",
            [partner.id],
        )
        self.env["customer.portal.mail"].sudo().search(
            [("partner_id", "=", partner.id)]
        ).unlink()
        self.env.invalidate_all()
        with self._no_mail(), self._no_touchpoint():
            post_init_hook(self.env)
        self.assertTrue(partner.portal_user)
        self.assertFalse(partner.support_start_date or partner.support_end_date)
        self.assertEqual(partner.portal_state, "active")
        self.assertEqual(partner.portal_credentials_state, "own")
        profiles = self.env["customer.portal.profile"]
        self.assertEqual(partner.portal_profile_id, profiles._get_adopted())
        self.assertFalse(stranger.portal_user)

    def test_uninstalling_leaves_open_ones_working_and_closed_ones_closed(self):
        partner, other = (
            self._make_portal_contact(f"{name}@example.com") for name in ("in", "out")
        )
        users = self._user_of(partner), self._user_of(other)
        self._expire(other)
        uninstall_hook(self.env)
        self.assertEqual([user.active for user in users], [True, False])
        self.assertTrue(users[0].has_group("base.group_portal"))

    def test_cases_outlive_the_addon_which_takes_them_up_again(self):
        project = self.env.ref("customer_portal.project_cases")
        category = self.env.ref("customer_portal.category_problem")
        case = self.env["project.task"].create(
            {
                "name": "Fire",
                "project_id": project.id,
                "partner_id": self.contact.id,
                "portal_category_id": category.id,
            }
        )
        uninstall_hook(self.env)
        self.assertFalse(self.env.ref("customer_portal.project_cases", False))
        self.assertEqual(case.project_id, project)
        self.assertIn(category, case.tag_ids)
        pre_init_hook(self.env)
        self.assertEqual(self.env.ref("customer_portal.project_cases"), project)
        self.assertEqual(self.env.ref("customer_portal.category_problem"), category)
