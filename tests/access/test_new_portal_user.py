from datetime import timedelta

from odoo.tests import Form, tagged

from ...models.access.res_partner_period import NEW_USER
from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestNewPortalUser(CustomerPortalCommon):
    """What an agent sees who chooses New under Portal Users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.action = cls.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.res_partner_action_portal"
        )
        cls.partners = cls.env["res.partner"].with_user(cls.agent)
        cls.agent.group_ids += cls.env.ref("base.group_partner_manager")

    def _form(self, partner=None, **context):
        record = partner or self.partners.with_context(**context)
        return Form(record.with_user(self.agent), view="base.view_partner_form")

    def _new(self):
        form = self._form(**{NEW_USER: True})
        form.name, form.email = "Emma", "emma@example.com"
        return form

    def test_a_contact_that_is_new_there_is_ticked_and_has_a_proposal(self):
        form = self._new()
        self.assertTrue(form.portal_user)
        self.assertEqual(form.support_start_date, self.today)
        self.assertTrue(form.support_end_date)
        self.assertTrue(form.portal_profile_id)
        partner = form.save()
        self.assertEqual(partner.portal_state, "active")
        self.assertEqual(len(self._mails_to(partner)), 1)

    def test_elsewhere_a_new_contact_is_not_ticked(self):
        self.assertFalse(self._form().portal_user)

    def test_the_action_ticks_and_opens_the_page_of_the_portal(self):
        self.assertIn(NEW_USER, self.action["context"])
        [view_id] = [view for view, mode in self.action["views"] if mode == "form"]
        arch = self.partners.get_view(view_id, "form")["arch"]
        [page] = self._pages(arch, "@autofocus")
        self.assertEqual(page.get("name"), "customer_portal")

    def _pages(self, arch, condition):
        from lxml import etree

        return etree.fromstring(arch).xpath(f"//page[{condition}]")

    def test_what_is_made_along_with_it_is_not_ticked(self):
        partners = self.partners.with_context(**{NEW_USER: True})
        partner = partners.create(
            {
                "name": "Way",
                "email": "way@example.com",
                "portal_user": True,
                "child_ids": [(0, 0, {"name": "Noah", "email": "noah@example.com"})],
            }
        )
        self.assertFalse(partner.child_ids.portal_user)
        [imported] = partners.load(["name", "email"], [["Ida", "ida@example.com"]])[
            "ids"
        ]
        self.assertFalse(partners.browse(imported).portal_user)

    @takes_long
    def test_the_state_is_told_once_the_tick_is_saved(self):
        form = self._new()
        self.assertFalse(form.portal_is_granted)
        partner = form.save()
        self.assertTrue(partner.portal_is_granted)
        form = self._form(self.contact)
        form.portal_user = True
        self.assertFalse(form.portal_is_granted)

    def test_an_end_in_the_past_is_saved_and_sends_nothing(self):
        form = self._new()
        form.support_end_date = self.yesterday
        self.assertFalse(form.support_start_date)
        with self._no_mail():
            partner = form.save()
        self.assertEqual(partner.portal_state, "expired")
        self.assertEqual(partner.support_end_date, self.yesterday)
        self.assertFalse(self._user_of(partner))

    def test_so_it_is_for_a_contact_that_exists(self):
        form = self._form(self.contact)
        form.portal_user = True
        form.support_end_date = self.yesterday
        self.assertEqual(form.save().portal_state, "expired")

    @takes_long
    def test_a_start_that_somebody_chose_stays(self):
        start = self.yesterday - timedelta(days=9)
        form = self._new()
        form.support_start_date = start
        form.support_end_date = self.yesterday
        self.assertEqual(form.save().support_start_date, start)
        partner = self._make_portal_contact(support_start_date=self.today)
        form = self._form(partner)
        form.support_end_date = self.yesterday
        self.assertTrue(form.support_start_date)
