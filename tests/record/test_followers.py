from odoo.tests import tagged

from ..section_common import CustomerPortalSectionCommon

MANY = 50
FEW = 8


@tagged("post_install", "-at_install")
class TestManyFollowers(CustomerPortalSectionCommon):
    """Many colleagues follow a record because a customer wanted them to."""

    NUMBER = FEW

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organization, cls.own_profile = cls._join_organization()
        cls.colleagues = cls.env["res.partner"].union(
            *(
                cls._make_portal_contact(
                    f"colleague{number}@example.com",
                    parent_id=cls.organization.id,
                    portal_profile_id=cls.profile.id,
                )
                for number in range(cls.NUMBER)
            )
        )
        threads = cls.env["customer.portal.thread"]
        for colleague in cls.colleagues + cls.stranger + cls.emma:
            threads._subscribe(cls.task, colleague)

    def _find_blind(self, partners):
        self.env.flush_all()
        self.env.invalidate_all()
        followers = self.env["mail.followers"]
        found = followers._find_portal_blind(self.task, partners.ids)
        return self.env["res.partner"].browse(found)

    def test_many_who_see_the_same_are_one_question(self):
        self._find_blind(self.colleagues)  # what the server keeps
        with self.assertQueryCount(12):
            self.assertFalse(self._find_blind(self.colleagues))

    def test_each_is_judged_by_their_own_profile_and_organization(self):
        alone, moved, expired = self.colleagues[:3]
        alone.portal_profile_id = self.own_profile
        self.emma.portal_profile_id = self.own_profile
        moved.parent_id = False
        self._expire(expired)
        self.assertEqual(
            self._find_blind(self.colleagues + self.stranger + self.emma),
            alone + moved + expired + self.stranger,
        )

    def test_who_has_two_users_is_told_if_one_of_them_sees_it(self):
        one = self.colleagues[0]
        self._make_second_user(one, "second@example.com")
        self._user_of(one)[:1].active = False
        self.assertFalse(self._find_blind(one))


@tagged("post_install", "-at_install", "long")
class TestVeryManyFollowers(TestManyFollowers):
    """However many they are."""

    NUMBER = MANY
