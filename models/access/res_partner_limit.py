from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...const import PARAM_CONTACTS_PER_USER


class ResPartner(models.Model):
    """How many contacts may have access to the portal, by internal user."""

    _inherit = "res.partner"

    def _check_portal_limit(self):
        """Refuse access to these contacts, now that they are ticked, if that makes too
        many.

        Whoever has it keeps it, also when an internal user leaves. Contacts count from
        the tick on, whatever their period: dates open and close by themselves.

        :raise ValidationError: with the numbers, for the company's own people
        """
        params = self.env["ir.config_parameter"]
        per_user = self and params._get_portal_number(PARAM_CONTACTS_PER_USER)
        if not per_user:
            return
        self._queue_up_for_portal_limit()
        count, users = self._count_portal_contacts(), self._count_internal_users()
        if count <= per_user * users:
            return
        if not self._is_told_to_agents():
            raise ValidationError(
                self.env._("We can't open new accounts right now. Please contact us.")
            )
        raise ValidationError(
            self.env._(
                "Granting access to %(granted)s more would make %(count)s portal "
                "users. The limit is %(limit)s: %(per_user)s for each of %(users)s "
                "internal users. See Contacts per User in the Customer Portal "
                "settings.",
                granted=len(self),
                count=count,
                limit=per_user * users,
                per_user=per_user,
                users=users,
            )
        )

    @api.model
    def _is_told_to_agents(self):
        """Say whether agents read what is said of limits. To be extended.

        :rtype: bool
        """
        return self.env.user._is_internal()

    @api.model
    def _queue_up_for_portal_limit(self):
        """Let one transaction after the other count.

        Touching the row makes one that has waited here fail, which Odoo then repeats:
        it counts anew, with what the one before it granted.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE ir_config_parameter SET value = value WHERE key = %s",
                PARAM_CONTACTS_PER_USER,
            )
        )

    @api.model
    def _count_portal_contacts(self):
        return self.sudo().search_count([("portal_user", "=", True)])

    @api.model
    def _count_internal_users(self):
        users_sudo = self.env["res.users"].sudo().with_context(active_test=True)
        return users_sudo.search_count([("share", "=", False)])
