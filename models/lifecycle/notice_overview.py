from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..access.period import BATCH
from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from .mail import OVERVIEW

# How the job looks for those to inform: what has a flag is done.
MANAGERS, REPRESENTATIVE = "managers_informed", "representative_informed"


class CustomerPortalPeriod(models.AbstractModel):
    """Those who care for customers get an overview of the ends that were announced.

    One letter a run: to the managers of an organization with its contacts, to an
    account representative with theirs. What a run that was killed has left over is in
    the letter of the next one.
    """

    _inherit = "customer.portal.period"

    @api.model
    def _send_overviews(self):
        """Send all overviews that are due, each in a transaction of its own."""
        progress = self.env["ir.cron"]._commit_progress
        for flag, group, send in (
            (MANAGERS, self._group_by_organization, self._inform_managers),
            (REPRESENTATIVE, self._group_by_agent, self._inform_representative),
        ):
            groups = group(self._find_uninformed(flag))
            progress(remaining=len(groups))
            for reader, ids in groups.items():
                # By themselves: who reads one would read a thousand others with it.
                alike = self.env["customer.portal.mail"].sudo().browse(ids)
                self._send_overview(flag, send, reader, alike)
                if not progress(1):
                    return

    @api.model
    def _find_uninformed(self, flag):
        rows = self.env["customer.portal.mail"].sudo()
        return rows.search(
            Domain("kind", "=", "notice") & Domain(flag, "=", False), order="id"
        )

    @api.model
    def _send_overview(self, flag, send, reader, notices):
        """Send one overview, of the notices that no other run is at."""
        try:
            locked = notices.try_lock_for_update(allow_referencing=True)
            locked = locked.filtered(lambda notice: not notice[flag])
            current = locked.filtered(self._is_current)
            if current:
                send(reader, current)
            locked[flag] = True
            self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()  # Somebody was faster.

    @api.model
    def _is_current(self, notice):
        """Say whether support still ends as announced, and has not ended."""
        partner = notice.partner_id
        today = partner.company_id._get_portal_today()
        is_same = partner.support_end_date == notice.end_date
        return partner.portal_user and is_same and notice.end_date >= today

    # === READERS === #

    @api.model
    def _group_by_organization(self, notices):
        """Return the ids of notices by the organization of their contact.

        In one query, as each run of the job asks anew for what is left.

        :rtype: dict
        """
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT contact.commercial_partner_id, ARRAY_AGG(notice.id)
                  FROM customer_portal_mail notice
                  JOIN res_partner contact ON contact.id = notice.partner_id
                 WHERE notice.id = ANY(%s)
              GROUP BY contact.commercial_partner_id
              ORDER BY MIN(notice.id)
                """,
                notices.ids,
            )
        )
        partners = self.env["res.partner"].sudo()
        return {partners.browse(row[0]): row[1] for row in rows}

    @api.model
    def _group_by_agent(self, notices):
        """Return the ids of notices by the representative of their contact.

        Batch by batch: of many, no more than their ids is kept.

        :rtype: dict
        """
        groups = defaultdict(list)
        for batch in split_every(BATCH, notices.ids, notices.browse):
            for notice in batch:
                agent = notice.partner_id._get_portal_representative()
                groups[agent.with_prefetch()].append(notice.id)
            self.env.invalidate_all()
        return groups

    @api.model
    def _inform_managers(self, organization, notices):
        """Tell those who manage an organization, but nobody of their own end alone."""
        managers = organization._get_portal_managers()[organization]
        contacts = notices.partner_id
        readers = managers.filtered(
            lambda manager: contacts - manager and not manager.portal_notices_stopped
        )
        letter = self.env["customer.portal.letter"]
        mails = letter._send_followed(
            OVERVIEW,
            "ends_manager",
            {manager: manager for manager in readers},
            self._list_ends(contacts),
        )
        letter._add_unsubscription(mails, [mail.recipient_ids for mail in mails])

    @api.model
    def _inform_representative(self, user, notices):
        if not user:
            return
        self.env["customer.portal.letter"]._send_followed(
            OVERVIEW,
            "ends_representative",
            {user: user.partner_id},
            self._list_ends(notices.partner_id),
        )

    @api.model
    def _list_ends(self, contacts):
        """Return what an overview says of contacts, whose support ends first, first.

        :rtype: list[dict]
        """
        return [
            {
                "id": contact.id,
                "name": contact.name or contact.email,
                "organization": contact.commercial_partner_id.name,
                "end": contact.support_end_date,
            }
            for contact in contacts.sorted(
                lambda contact: (contact.support_end_date, contact.name or "")
            )
        ]
