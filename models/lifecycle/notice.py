import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import NUMBER_LIMITS, PARAM_NOTICE_DAYS
from ...utils import read_number
from ..base import lock

SEPARATORS = re.compile(r"[,;\s]+")
# How many notices of one end there are at most.
MOST_NOTICES = 10


class CustomerPortalPeriod(models.AbstractModel):
    """Contacts are notified before their support ends, on the days of Settings.

    Each notice goes out once for a contact, an end date and a day of the list. After
    runs that were missed only the nearest one does: what is written down for fewer days
    stands for those with more.
    """

    _inherit = "customer.portal.period"

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_announce_ends(self):
        """Notify everyone whose period ends soon, then those who care for them."""
        if self._get_notice_steps() and self._get_notice_template():
            domain = self.env["res.company"]._get_portal_day_domain(
                self._get_due_domain
            )
            self._run(domain, self._announce_ends)
        self._send_overviews()

    # === SETTINGS === #

    @api.model
    def _get_notice_steps(self):
        """Return how many days before the end notices go out, most days first.

        What somebody has written by hand counts as far as it makes sense.

        :return: numbers from 1 on; none if notices are off
        :rtype: list[int]
        """
        params = self.env["ir.config_parameter"]
        return self._read_notice_steps(params._get_portal_text(PARAM_NOTICE_DAYS))

    @api.model
    def _read_notice_steps(self, text):
        most = NUMBER_LIMITS[PARAM_NOTICE_DAYS]
        words = [word for word in SEPARATORS.split(text) if word.isdecimal()]
        numbers = {read_number(word, most) for word in words}
        steps = {most if number is None else number for number in numbers} - {0}
        return sorted(steps, reverse=True)[:MOST_NOTICES]

    @api.model
    def _get_notice_days(self):
        """Return how many days before the end customers see an alert (0 = never)."""
        return next(iter(self._get_notice_steps()), 0)

    # === WHO IS NOTIFIED === #

    @api.model
    def _get_ending_domain(self, today, days):
        return (
            Domain("portal_user", "=", True)
            & Domain("support_end_date", ">=", today)
            & Domain("support_end_date", "<=", fields.Date.add(today, days=days))
        )

    @api.model
    def _get_due_domain(self, today):
        """Return who has not had the nearest notice of their end."""
        steps = self._get_notice_steps()
        return Domain.OR(
            self._get_ending_domain(today, step)
            & Domain("support_end_date", ">", fields.Date.add(today, days=nearer))
            & self._get_unannounced_domain(step)
            for step, nearer in zip(steps, [*steps[1:], -1], strict=True)
        )

    @api.model
    def _get_unannounced_domain(self, step):
        """Leave out who has had this notice or a nearer one, or has a reason not to."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """NOT EXISTS (
                    SELECT FROM customer_portal_mail AS told
                     WHERE told.partner_id = %s
                       AND told.kind = 'notice'
                       AND told.end_date = %s
                       AND COALESCE(told.notice_days, 0) <= %s)""",
                SQL.identifier(alias, "id"),
                SQL.identifier(alias, "support_end_date"),
                step,
            )
        )

    @api.model
    def _get_due_steps(self, partners):
        """Return which notice each contact gets now, None if they have had it.

        One run after the other asks, and sees what the others have done.

        :rtype: dict
        """
        with lock.alone(self.env, "notices") as env:
            told = self.with_env(env)._get_told_days(partners.ids)
        steps = self._get_notice_steps()[::-1]
        due = {}
        for partner in partners:
            end = partner.support_end_date
            left = (end - partner.company_id._get_portal_today()).days
            step = next((days for days in steps if days >= left >= 0), None)
            is_told = step and any(days <= step for days in told[partner.id, end])
            due[partner] = None if is_told else step
        return due

    @api.model
    def _get_told_days(self, partner_ids):
        """Return the days of the notices that contacts have had, by contact and end."""
        rows = self.env["customer.portal.mail"].sudo()
        told = defaultdict(list)
        for row in rows.search_fetch(
            [("partner_id", "in", partner_ids), ("kind", "=", "notice")],
            ["partner_id", "end_date", "notice_days"],
        ):
            told[row.partner_id.id, row.end_date].append(row.notice_days)
        return told

    @api.model
    def _get_unannounced(self, partners):
        """Return who gets no notice, and why.

        :rtype: dict
        """
        stopped = partners.filtered("portal_notices_stopped")
        return {
            **dict.fromkeys(
                stopped, self.env._("The contact has unsubscribed from these notices.")
            ),
            **dict.fromkeys(
                partners._filter_opted_out(),
                self.env["res.partner"]._get_opt_out_reason(),
            ),
        }

    # === NOTICES === #

    @api.model
    def _announce_ends(self, partners):
        """Queue the notices; whoever gets none is not asked about again."""
        rows = self.env["customer.portal.mail"]
        reasons, steps = self._get_unannounced(partners), self._get_due_steps(partners)
        due = partners.filtered(steps.get)
        groups = due.grouped(lambda partner: (partner.support_end_date, steps[partner]))
        for (end_date, step), alike in groups.items():
            values = {"end_date": end_date, "notice_days": step}
            told = alike.filtered(lambda partner: partner not in reasons)
            rows._follow("notice", self._queue_notices(told), told, **values)
            untold = {partner: reasons[partner] for partner in alike - told}
            rows._note("notice", "not_sent", untold, **values)
        rows._trigger_mail_run()

    @api.model
    def _get_notice_template(self):
        return self.env.ref(
            "customer_portal.mail_template_support_end", raise_if_not_found=False
        )

    @api.model
    def _queue_notices(self, partners):
        letter = self.env["customer.portal.letter"]
        mails = letter._queue(self._get_notice_template().sudo(), partners.sudo())
        letter._add_unsubscription(mails, partners)
        letter._replace_base_url_in_mails(mails, partners)
        return mails
