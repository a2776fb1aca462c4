from odoo import api, models
from odoo.fields import Domain

from ...const import GROUP_AGENT
from ..base.cache import NOBODY, SEES_ALL
from ..base.next_method import forget_next, keep_next
from .res_partner_sync import AGENT_FIELDS, RESULT_FIELDS

# Name of the method that stands for that of core.
HAS = "_has_field_access_of_odoo"


class ResPartner(models.Model):
    """What of a contact who may read and write, and what a profile hides of it."""

    _inherit = "res.partner"

    def _has_field_access(self, field, operation):
        """Keep the access in the hands of portal agents, and its results in ours.

        From portal users keep what their profile hides, on all ways.
        """
        access, env = self._has_field_access_of_odoo(field, operation), self.env
        if env.su or not access:
            return access
        if operation == "write" and not self._may_write_access(field.name):
            return False
        # Asked for each column at each reading: employees do not wait for the gate.
        if env.uid in env.cr.cache.get(SEES_ALL, NOBODY):
            return access
        return not self._is_portal_hidden(field.name)

    def _has_field_access_of_odoo(self, field, operation):
        # pylint: disable=super-method-mismatch
        return super()._has_field_access(field, operation)

    def _register_hook(self):
        super()._register_hook()
        keep_next(self, ResPartner, "_has_field_access", HAS)

    def _unregister_hook(self):
        forget_next(self, HAS)
        return super()._unregister_hook()

    @api.model
    def _may_write_access(self, fname):
        """Say whether the user may write a field, as far as it is about the access."""
        if self._is_settled():
            return True
        if fname in AGENT_FIELDS:
            return self.env.user.has_group(GROUP_AGENT)
        return fname not in RESULT_FIELDS

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        nothing = Domain(operator in Domain.NEGATIVE_OPERATORS)
        return self._without_hidden_conditions(domain, nothing)

    @api.model
    def _get_mention_suggestions_domain(self, search):
        domain = super()._get_mention_suggestions_domain(search)
        return self._without_hidden_conditions(domain, Domain.FALSE)

    # === WHAT A PROFILE HIDES === #

    def _get_portal_hidden_fields(self):
        """Return the fields that the profile of the portal user who asks hides."""
        gate = self.env["customer.portal.gate"]
        if self.env.su or not gate._hides_partner_fields():
            return frozenset()
        return gate.hidden_partner_fields(self._origin)

    def _is_portal_hidden(self, fname):
        return fname in self._get_portal_hidden_fields()

    @api.model
    def _without_hidden_conditions(self, domain, nothing):
        """Let who looks for a contact find it by the rest, instead of being refused.

        :param nothing: what to put in the place of a condition on a hidden field
        """
        hidden = self._get_portal_hidden_fields()
        if not hidden:
            return domain
        return Domain(domain).map_conditions(
            lambda condition: nothing if condition.field_expr in hidden else condition
        )
