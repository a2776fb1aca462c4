from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..base import lock
from ..mail.letter import AUTOMATIC_MAIL
from .res_partner_period import OPEN_STATES

# The activity that a request becomes.
ACTIVITY_TYPE = "customer_portal.mail_activity_type_extension"
# The touchpoint that it leaves.
REQUESTED = "extension_requested"
# How long nobody asks again, in hours.
PAUSE_HOURS = 24


class ResPartner(models.Model):
    """Customers ask for more support: an activity on the contact, for whom it concerns.

    No case: whoever is kept out could not read it, and what there is to do, to move the
    Support End Date, is done on the contact.
    """

    _inherit = "res.partner"

    def _get_portal_extension(self):
        """Return what pages say of the end of support: whom to ask, and how.

        :return: ``helper``, and ``state``: ``open`` if they may ask by a button,
            ``asked`` if they have done so, else None
        :rtype: dict
        """
        state = None
        if self._may_ask_for_extension():
            state = "asked" if self._has_asked_for_extension() else "open"
        return {"helper": self._get_portal_helper(), "state": state}

    def _may_ask_for_extension(self):
        """Say whether the contact has a period that has begun, and ends."""
        self.ensure_one()
        partner_sudo = self.sudo()
        has_begun = partner_sudo.portal_state in (*OPEN_STATES, "expired")
        return has_begun and bool(partner_sudo.support_end_date)

    def _has_asked_for_extension(self):
        """Say whether a request is open, or was made within a day.

        In one query: the home page asks each time, while the end is near. Searches of
        the models take longer to put into words than the database to answer.
        """
        asked, waits = self.env["customer.portal.touchpoint"], self.env["mail.activity"]
        asked.flush_model(["partner_id", "kind", "date"])
        waits.flush_model(["active", "activity_type_id", "res_model", "res_id"])
        query = SQL(
            """
            SELECT EXISTS (
                       SELECT FROM customer_portal_touchpoint
                        WHERE partner_id = %(id)s AND kind = %(kind)s
                          AND date > %(since)s
                   ) OR EXISTS (
                       SELECT FROM mail_activity
                        WHERE active AND activity_type_id = %(type_id)s
                          AND res_model = %(model)s AND res_id = %(id)s
                   )
            """,
            id=self.id,
            kind=REQUESTED,
            since=fields.Datetime.now() - timedelta(hours=PAUSE_HOURS),
            type_id=self._get_extension_kind_id(),
            model=self._name,
        )
        [[found]] = self.env.execute_query(query)
        return found

    def _get_extension_activities_sudo(self):
        """Return the requests of these contacts that nobody has dealt with yet."""
        activities_sudo = self.env["mail.activity"].sudo()
        return activities_sudo.search(self._get_extension_activity_domain())

    def _get_extension_activity_domain(self):
        kind_id = self._get_extension_kind_id()
        if not kind_id:
            return Domain.FALSE
        return (
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("activity_type_id", "=", kind_id)
        )

    def _get_extension_kind_id(self):
        """Return the id of the type, which is cached; None if there is none any more.

        Whether it is there need not be asked to compare it.
        """
        return self.env["ir.model.data"]._xmlid_to_res_id(ACTIVITY_TYPE) or None

    def _get_extension_kind(self):
        """Return the type of the activities; an administrator can delete it."""
        return self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)

    def _ask_for_extension(self):
        """Ask in the name of a customer; nothing happens if they have asked already.

        :param user: the portal user of this contact, who has proved who they are
        """
        if not self._may_ask_for_extension():
            return
        with lock.alone(self.env, REQUESTED, self.id) as env:
            asked = self.with_env(env)._has_asked_for_extension()
        if asked or self._has_asked_for_extension():
            return
        touchpoints = self.env["customer.portal.touchpoint"].with_user(self.env.user)
        touchpoints._log(REQUESTED, {self: format_date(self.env, self._get_end_sudo())})
        self.with_user(self.env.user)._schedule_extension()

    def _get_end_sudo(self):
        return self.sudo().support_end_date

    def _schedule_extension(self):
        """Tell whoever decides, in their language; answers go to the customer."""
        agent_sudo = self._find_extension_agent().sudo()
        lang = agent_sudo.lang or self._get_portal_company().sudo().partner_id.lang
        context = {"lang": lang or self.env.lang, AUTOMATIC_MAIL: True}
        partner_sudo = self.sudo().with_context(**context)
        date = format_date(partner_sudo.env, self._get_end_sudo())
        kind = self._get_extension_kind()
        partner_sudo.activity_schedule(
            activity_type_id=kind and kind.id,
            user_id=agent_sudo.id,
            summary=partner_sudo.env._(
                "Extension requested (current end date: %(date)s)", date=date
            ),
            note=Markup("<p>%s</p>")
            % partner_sudo.env._(
                "The customer has requested an extension. Extend their support or "
                "refuse it here. They are notified by email."
            ),
        )

    def _find_extension_agent(self):
        """Return who decides about an extension: one internal user, or nobody.

        For a module to ask somebody else, it must override this method.
        """
        return self._get_portal_representative()

    def _close_extension_requests(self):
        """Mark requests as done, as support goes on."""
        self._close_extension_activities()

    def _close_extension_activities(self):
        if activities_sudo := self._get_extension_activities_sudo():
            activities_sudo.with_user(self.env.user).sudo().action_feedback()
