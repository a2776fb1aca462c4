from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .touchpoint import REGISTERED


class CustomerPortalJoin(models.Model):
    """Who has opened the link and clicked gets what the organization says."""

    _inherit = "customer.portal.join"

    @api.model
    def _confirm(self, token):
        """Register whoever has proved their address; a second click does nothing more.

        :param str token: of the link, from anywhere
        :return: the registration, with all rights, and whether this very click has done
            it; nothing if the link is none of ours
        :rtype: tuple
        """
        found = self._find(token)
        if not found or found.state != "sent" or not found.try_lock_for_update():
            return found, False
        found._complete()
        return found, True

    def _complete(self):
        """Open the access, or let somebody decide about it.

        The way must still be open: a code that was replaced meanwhile lets in nobody.
        """
        organization_sudo = self._find_organization()
        if not organization_sudo or organization_sudo != self.organization_id:
            self.state = "refused"
        elif self._is_known():
            self.state = "known"
        elif not organization_sudo.portal_join_opens or not self._try_open():
            self.env["customer.portal.colleague.request"]._ask_to_join(self)
            self.state = "waiting"
        else:
            self.state = "done"
        self.code = False

    def _try_open(self):
        """Open the access at once, unless a limit is reached or support has ended.

        :rtype: bool
        """
        last = self._get_last_end()
        if last and last < self.organization_id.company_id._get_portal_today():
            return False
        try:
            with self.env.cr.savepoint():
                self._open(self.organization_id._get_portal_join_profile(), last)
        except ValidationError:
            return False
        return True

    def _get_last_end(self):
        """Return the day on which the support of the organization's people ends.

        Nobody decides who gets in: so nobody gets more than those who are in, or
        support would begin anew with each address that somebody has.

        :return: False if there is nobody, or an access without an end
        :rtype: datetime.date | bool
        """
        partners_sudo = self.env["res.partner"].sudo()
        ends = partners_sudo.search(
            Domain("commercial_partner_id", "=", self.organization_id.id)
            & Domain("portal_user", "=", True)
        ).mapped("support_end_date")
        return all(ends) and max(ends, default=False)

    def _open(self, profile, last=False):
        """Give the access as the server, as no visitor may give any.

        :param profile: that they get
        :param datetime.date last: the last day of it, if it is not for Settings to say
        :return: the contact
        :raise ValidationError: if a limit is reached, or the address is in use by now
        """
        if self._is_known():
            raise ValidationError(self.env._("This email address can't be used."))
        if not profile.active:
            raise ValidationError(self.env._("Please choose a profile."))
        partner = self._make_contact()
        if last:
            today = partner.company_id._get_portal_today()
            period = {"support_start_date": today, "support_end_date": last}
            partner._write_without_sync(period)
        partner.write({"portal_user": True, "portal_profile_id": profile.id})
        self._note_joined(partner)
        return partner

    def _make_contact(self):
        """Return the contact who has registered: a known one, else a new one.

        Their address is proved.
        """
        joins = self.with_user(SUPERUSER_ID).with_company(
            self._get_organization_sudo().env.company
        )
        partner = joins._find_contact() or joins._create_contact()
        partner.portal_email_unproven = False
        return partner

    def _note_joined(self, partner):
        """Note where somebody who now has access has come from."""
        self.partner_id = partner
        self._log_registered(partner)

    def _find_contact(self):
        """Return the contact of the organization itself that has the address, if any.

        Contacts of others are never touched, nor the organization's own record, nor
        anybody's who can log in.
        """
        return self.env["res.partner"].search(
            Domain("email_normalized", "=", self.email)
            & Domain("commercial_partner_id", "=", self.organization_id.id)
            & Domain("id", "!=", self.organization_id.id)
            & Domain("is_company", "=", False)
            & Domain("user_ids", "=", False),
            order="id",
            limit=1,
        )

    def _create_contact(self):
        return self.env["res.partner"].create(
            {
                "name": self.name,
                "email": self.email,
                "parent_id": self.organization_id.id,
                "company_id": self.organization_id.company_id.id,
                "lang": self.env["res.lang"]._get_code(self.lang) or self.env.lang,
            }
        )

    def _log_registered(self, partner):
        origin = {"ip_address": self.ip_address, "user_agent": self.user_agent}
        self.env["customer.portal.touchpoint"]._log(
            REGISTERED, {partner: self._get_way()}, origin
        )

    def _get_way(self):
        return (
            self.env._("With the join code of the organization")
            if self.code
            else self.env._("With an email address that the organization trusts")
        )

    # === WHAT THE PAGE SAYS === #

    def _get_choose_url(self):
        """Return where who has just registered chooses a password, or None.

        Only for the click that has done it: the address was proved just now.
        """
        partner_sudo = self.partner_id.sudo()
        may = partner_sudo and partner_sudo.portal_state in ("active", "scheduled")
        return partner_sudo._get_signup_url() if may else None
