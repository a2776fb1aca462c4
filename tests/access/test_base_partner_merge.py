from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestBasePartnerMerge(CustomerPortalCommon):
    """A merged contact has one whole access and the user that goes with it."""

    def _merge(self, source, destination, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(
            user or self.clerk
        )
        wizard.create(
            {
                "partner_ids": [Command.set((source + destination).ids)],
                "dst_partner_id": destination.id,
            }
        ).action_merge()
        self.assertFalse(source.exists())

    def test_the_access_of_the_source_moves_as_a_whole(self):
        source = self._make_portal_contact(
            support_start_date=self.yesterday, support_end_date=self.tomorrow
        )
        user = self._user_of(source)
        self.env["res.users.log"].with_user(user).sudo().create({})
        destination = self.env["res.partner"].create(
            {
                "name": "Emma",
                "email": "emma@example.com",
                "support_start_date": self.today,
                "support_end_date": self.today,
            }
        )
        with self._no_mail():
            self._merge(source, destination)
        self.assertEqual(user.partner_id, destination)
        self.assertTrue(user.active)
        self.assertRecordValues(
            destination,
            [
                {
                    "portal_user": True,
                    "support_start_date": self.yesterday,
                    "support_end_date": self.tomorrow,
                    "portal_credentials_state": "queued",
                }
            ],
        )

    @takes_long
    def test_a_link_not_used_yet_is_replaced(self):
        source = self._make_portal_contact()
        link = self._link_in(self._mails_to(source))
        destination = self.env["res.partner"].create(
            {"name": "Emma", "email": "emma@example.com"}
        )
        self._merge(source, destination)
        self.assertFalse(self._partner_from_link(link))
        mail = self._mails_to(destination)
        self.assertEqual(len(mail), 1)
        self.assertEqual(self._partner_from_mail(mail), destination)
        self.assertEqual(destination.portal_credentials_state, "queued")

    def test_the_access_of_the_destination_stays(self):
        destination = self._make_portal_contact(support_end_date=self.tomorrow)
        user = self._user_of(destination)
        source = self.env["res.partner"].create(
            {
                "name": "Emma",
                "email": "emma@example.com",
                "support_start_date": False,
                "support_end_date": self.yesterday,
            }
        )
        with self._no_mail(), self._no_touchpoint():
            self._merge(source, destination)
        self.assertEqual(destination.user_ids, user)
        self.assertEqual(destination.support_end_date, self.tomorrow)
        self.assertEqual(destination.support_start_date, self.today)

    @takes_long
    def test_of_two_accesses_the_open_one_wins(self):
        over = {
            "support_start_date": False,
            "support_end_date": self.yesterday,
        }
        for number, destination_is_open in enumerate((True, False)):
            email = f"emma{number}@example.com"
            is_open = self._make_portal_contact(email, support_end_date=self.tomorrow)
            is_over = self.env["res.partner"].create(
                {"name": "Emma", "email": email, **over}
            )
            is_over._write_without_sync({"portal_user": True})
            user = self._user_of(is_open)
            pair = (is_over, is_open) if destination_is_open else (is_open, is_over)
            with self.subTest(destination_is_open=destination_is_open):
                self._merge(*pair)
                self.assertEqual(pair[1].user_ids, user)
                self.assertEqual(pair[1].support_end_date, self.tomorrow)
                self.assertEqual(pair[1].portal_state, "active")

    @takes_long
    def test_another_address_is_another_login(self):
        source = self._make_portal_contact()
        user = self._user_of(source)
        self._merge(source, self.contact, self.env.ref("base.user_admin"))
        self.assertEqual(user.partner_id, self.contact)
        self.assertEqual(user.login, "jennifer@example.com")
        mails = self._mails_to(self.contact)
        self.assertEqual(len(mails), 1)
        self.assertEqual(self._partner_from_mail(mails), self.contact)

    @takes_long
    def test_the_address_of_the_source_fills_a_gap(self):
        source = self._make_portal_contact()
        self.contact.email = False
        self._merge(source, self.contact, self.env.ref("base.user_admin"))
        self.assertEqual(self.contact.email, "emma@example.com")
        self.assertEqual(self.contact.portal_state, "active")

    def test_a_customer_is_not_merged_into_an_employee(self):
        source = self.env["res.partner"].create(
            {
                "name": "Emma",
                "email": "emma@example.com",
                "portal_user": True,
                "support_start_date": False,
                "support_end_date": self.yesterday,
            }
        )
        with self.assertRaisesRegex(ValidationError, "is an internal user"):
            self._merge(source, self.clerk.partner_id, self.env.ref("base.user_admin"))

    @takes_long
    def test_the_touchpoints_move_too(self):
        source = self._make_portal_contact()
        destination = self.env["res.partner"].create(
            {"name": "Emma", "email": "emma@example.com"}
        )
        self._merge(source, destination)
        self.assertEqual(self._kinds(destination), ["granted", "granted"])

    def test_contacts_without_access_merge_as_ever(self):
        twin = self.contact.copy({"name": "Twin"})
        with self._no_mail(), self._no_touchpoint():
            self._merge(twin, self.contact)
        self.assertEqual(self.contact.portal_state, "none")
