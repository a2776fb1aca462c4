from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...const import CASE_MODELS, GROUP_AGENT


class PortalMixin(models.AbstractModel):
    """What agents do at their desk, be cases tasks or the tickets of another addon.

    All of it with the rights of the agent.
    """

    _inherit = "portal.mixin"

    # === ACTION METHODS === #

    def action_portal_wait(self):
        """Wait for the customer from now on.

        :raise UserError: if no status says so
        """
        self._check_portal_desk("write")
        name, value = self._get_portal_waiting()
        if not name:
            raise UserError(
                self.env._(
                    "No status means that a case is waiting for its customer. Choose "
                    "one in Customer Portal > Configuration > Modules."
                )
            )
        self._filter_portal_desk().write({name: value})

    def action_portal_next(self):
        """Open the case that has waited longest for the user, or for anybody.

        :return: its form, or what to say where nobody waits
        :rtype: dict
        """
        self._check_portal_desk("read")
        following = self._find_portal_next()
        if not following:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._("No other case is waiting for you."),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": following.display_name,
            "res_model": self._name,
            "res_id": following.id,
            "views": [(self._get_portal_form_id(), "form")],
        }

    def mark_portal_read(self):
        """Keep that the user has opened a case, up to what stands there now.

        :raise AccessError: for whoever does not work here, or may not read it
        """
        self._check_portal_desk("read")
        self._keep_portal_read()

    # === BUSINESS METHODS === #

    @api.model
    def _has_portal_desk(self):
        """Say whether the user works on cases of this model."""
        return self._name in CASE_MODELS and self.env.user.has_group(GROUP_AGENT)

    def _check_portal_desk(self, operation):
        """Let those alone work here who do so on cases.

        :raise AccessError: for all others, and on records of other models
        """
        if not self._has_portal_desk():
            raise AccessError(self.env._("You are not allowed to do this."))
        self.check_access(operation)

    def _filter_portal_desk(self):
        """Return the cases among the records."""
        modules = self.env["customer.portal.module"]
        return self.filtered_domain(modules._get_case_domain(self._name))

    def _find_portal_next(self):
        """Return the case that waits longest, if any. To be overridden."""
        return self.browse()

    def _keep_portal_read(self):
        """Keep what the user has read of these cases. To be overridden."""

    @api.model
    def _get_portal_form_id(self):
        return False

    @api.model
    def _get_portal_waiting(self):
        """Return the field and the value of the state that waits for the customer.

        :rtype: tuple
        """
        waiting = self.env["customer.portal.module"]._get_waiting(self._name)
        return next(((row[1], row[2]) for row in waiting), (None, None))


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Tell the conversation that it is a case's, and whether it can wait."""
        result = super()._thread_to_store(store, fields, request_list=request_list)
        if request_list and self._name in CASE_MODELS and self._has_portal_desk():
            can_wait = bool(self._get_portal_waiting()[0])
            for case in self._filter_portal_desk():
                store.add(case, {"portalCase": {"canWait": can_wait}}, as_thread=True)
        return result
