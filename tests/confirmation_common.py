from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import CustomerPortalCommon

CRON = "customer_portal.ir_cron_confirmations"


class ConfirmationCommon(CustomerPortalCommon):
    """An organization with a manager and colleagues, whose access is to be reviewed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = new_test_user(
            cls.env,
            login="boss",
            name="Anita Oliver",
            email="anita@company.example.com",
            groups="customer_portal.group_customer_portal_user",
        )
        profiles = cls.env["customer.portal.profile"]
        cls.basic, cls.other_profile, cls.managing = profiles.create(
            [
                {"name": name, "confirmation_months": 12}
                for name in ("Reviewed", "Reviewed Otherwise", "Managing")
            ]
        )
        cls.managing.write(
            {
                "manage_scope": "organization",
                "given_profile_ids": [
                    Command.set((cls.basic | cls.other_profile | cls.managing).ids)
                ],
            }
        )
        cls.long_ago = cls.today - relativedelta(months=13)
        cls.azure = cls._make_organization("Azure", user_id=cls.boss.id)
        cls.emma = cls._add("emma", cls.azure, portal_profile_id=cls.managing.id)
        cls.noah = cls._add("noah", cls.azure)
        cls.olga = cls._add("olga", cls.azure)
        cls.emmas = cls._user_of(cls.emma)
        cls.reviews = cls.env["customer.portal.confirmation"].sudo()

    @classmethod
    def _make_organization(cls, name, **values):
        partners = cls.env["res.partner"]
        return partners.create({"name": name, "is_company": True, **values})

    @classmethod
    def _add(cls, name, organization, **values):
        """Return a new portal user of an organization."""
        return cls._make_portal_contact(
            f"{name}@example.com",
            parent_id=organization.id,
            **{
                "portal_profile_id": cls.basic.id,
                "support_start_date": cls.long_ago,
                "support_end_date": False,
                **values,
            },
        )

    def _run(self):
        """Do the daily work, and return the open review of the organization."""
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()
        return self._get_review()

    def _get_review(self, organization=None):
        domain = [("organization_id", "=", (organization or self.azure).id)]
        return self.reviews.search(domain, order="id DESC", limit=1)

    def _pass(self, days):
        """Let days pass for the reviews there are, as time does."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_portal_confirmation SET date = date - %(days)s,"
            " date_due = date_due - %(days)s, date_next = date_next - %(days)s",
            {"days": days},
        )
        self.env.cr.execute(
            "UPDATE customer_portal_confirmation_ask"
            " SET date = date - make_interval(days => %s)",
            (days,),
        )
        self.env.invalidate_all()

    def _run_late(self):
        """Let all days pass, with both reminders."""
        self._run()
        for _step in range(3):
            self._pass(10)
            review = self._run()
        return review

    def _line(self, partner, review=None):
        lines = (review or self._get_review()).line_ids
        return lines.filtered(lambda line: line.partner_id == partner)

    def _decisions(self, review=None):
        lines = (review or self._get_review()).line_ids
        return {line.partner_name: line.decision for line in lines}

    def _as(self, user, review=None):
        review = review or self._get_review()
        return self.env(user=user, su=False)[review._name].browse(review.id)

    def _asked(self, review=None):
        """Return who was sent which email, in the order of time."""
        asks = (review or self._get_review()).ask_ids.sorted("id")
        return [(ask.user_id, ask.number) for ask in asks]

    def _letters_to(self, partner):
        """Return the emails about reviews that are queued for somebody."""
        about = "needs access", "not answered in time"
        return self._mails_to(partner).filtered(
            lambda mail: any(words in mail.subject for words in about)
        )

    def _deliver(self):
        """Let all emails have left."""
        rows = self.env["customer.portal.mail"].sudo()
        rows.search([("kind", "=", "confirmation")]).write({"state": "sent"})
        self.env.flush_all()

    def _leave_early(self, partner):
        partner.support_start_date = self.today - timedelta(days=1)
