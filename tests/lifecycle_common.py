from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import new_test_user

from ..const import PARAM_NOTICE_DAYS
from .common import CustomerPortalCommon


class LifecycleCommon(CustomerPortalCommon):
    """An organization with a representative, a manager and a colleague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(PARAM_NOTICE_DAYS, "30, 7, 1")
        cls.boss = new_test_user(
            cls.env,
            login="boss",
            name="Anita Oliver",
            email="anita@company.example.com",
            groups="customer_portal.group_customer_portal_user",
        )
        cls.organization = cls.env["res.partner"].create(
            {"name": "Oakline", "is_company": True, "user_id": cls.boss.id}
        )
        cls.emma = cls._make_portal_contact(
            parent_id=cls.organization.id, support_end_date=False
        )
        cls.lead = cls._make_portal_contact(
            "lead@example.com", parent_id=cls.organization.id, support_end_date=False
        )

    @contextmanager
    def _managed_by(self, *managers):
        """Let contacts manage the access of their colleagues."""

        def get_managers(organizations):
            return {
                one: organizations.browse(
                    lead.id for lead in managers if lead.commercial_partner_id == one
                )
                for one in organizations
            }

        partner_class = self.registry["res.partner"]
        with patch.object(partner_class, "_get_portal_managers", get_managers):
            yield

    def _run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"customer_portal.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _announce(self):
        self._run_cron("ir_cron_announce_ends")

    def _end(self):
        self._run_cron("ir_cron_end_periods")

    def _move_end(self, partners, end):
        """Move the end as time does: nothing follows from it."""
        partners._write_without_sync(
            {"support_start_date": False, "support_end_date": end}
        )
        self.env.flush_all()

    def _followed(self, kind, partner):
        """Return the emails of a kind that were queued for somebody, oldest first."""
        rows = self.env["customer.portal.mail"].sudo()
        rows = rows.search([("kind", "=", kind), ("partner_id", "=", partner.id)])
        return self.env["mail.mail"].sudo().browse(rows.sorted("id").mapped("mail_id"))
