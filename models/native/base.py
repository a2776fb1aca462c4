from odoo import api, models

from ..base.cache import HIDES, NOBODY, NOT_KNOWN, SEES_ALL
from ..base.next_method import forget_next, keep_next

# Name of the method that stands for that of core.
CHECK = "_check_field_access_of_odoo"
# Models that say by themselves what is hidden of them, in `_has_field_access`.
OWN = ("res.partner", "res.users")


class Base(models.AbstractModel):
    """Let no customer find out by any model what is hidden of contacts.

    Here, as each model can lead to contacts. It is asked for each search and field, so
    who sees all of them is known by the transaction at once.
    """

    _inherit = "base"

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self._portal_hides():
            gate = self.env["customer.portal.gate"]
            gate.check_domain(self, domain)
        return super()._search(domain, *args, **kwargs)

    def _traverse_related_sql(self, alias, field, query):
        """Check what core follows with all rights, to sort and group by it."""
        if self._portal_hides():
            self._check_field_access(field, "read")
        return super()._traverse_related_sql(alias, field, query)

    @api.model
    def _check_field_access(self, field, operation):
        """Refuse copies of what is hidden, on all ways that Odoo reads a column.

        Of each column at each reading: whatever is called here would be felt.
        """
        env = self.env
        is_asked = not env.su and env.uid not in env.cr.cache.get(SEES_ALL, NOBODY)
        if is_asked and operation == "read" and self._portal_hides():
            self._check_portal_copy(field)
        return self._check_field_access_of_odoo(field, operation)

    @api.model
    def _check_field_access_of_odoo(self, field, operation):
        # pylint: disable=super-method-mismatch
        return super()._check_field_access(field, operation)

    def _register_hook(self):
        super()._register_hook()
        if self._name == "base":  # For all: nothing of a model comes after it.
            keep_next(self, Base, "_check_field_access", CHECK)
        self._check_no_portal_copies()

    def _unregister_hook(self):
        if self._name == "base":
            forget_next(self, CHECK)
        if self._name in OWN:
            forget_next(self, "_check_field_access")
        return super()._unregister_hook()

    @api.model
    def _check_no_portal_copies(self):
        """Have the columns of contacts and users checked by Odoo alone.

        They have no copies. Where another addon asks more, it goes on asking.
        """
        cls = self.pool[self._name]
        if self._name in OWN and cls._check_field_access is Base._check_field_access:
            keep_next(self, Base, "_check_field_access", "_check_field_access")

    @api.model
    def _check_portal_copy(self, field):
        """Refuse what this model has of the hidden fields of contacts.

        The models of contacts and users decide by themselves, about each record.
        """
        if self._name not in OWN:
            gate = self.env["customer.portal.gate"]
            gate.check_paths(self, [field.name])

    @api.model
    def _portal_hides(self):
        """Say whether it is a customer who asks, whose profile hides something."""
        if self.env.su:
            return False
        hides = self.env.cr.cache.get(HIDES, NOT_KNOWN).get(self.env.uid)
        if hides is None:
            gate = self.env["customer.portal.gate"]
            hides = gate._hides_partner_fields()
        return hides
