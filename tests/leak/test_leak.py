from odoo.tests import tagged

from ..leak_common import LeakCommon


@tagged("post_install", "-at_install")
class TestLeak(LeakCommon):
    """Whatever customers see and should not is found, whichever way they see it."""

    def test_a_clean_profile_is_green_and_each_thing_it_shows_has_a_reason(self):
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        self.assertEqual(check.organization_count, 2)
        self.assertTrue(check.ended)
        self.assertTrue(self._lines(check, "reason"))
        self.assertEqual(self.profile.leak_state, "green")
