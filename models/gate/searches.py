from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import OrderedSet

# Fields that are searched in a way of their own, which does not say what it looks at,
# and tells nothing of the contact's details.
HARMLESS = frozenset(
    (
        *("display_name", "has_message", "message_has_error", "message_has_sms_error"),
        *("message_needaction", "credit", "debit", "portal_last_login", "state"),
    )
)


class CustomerPortalGate(models.AbstractModel):
    """By what customers neither search, sort nor group: what is hidden of contacts.

    Core checks the field that a condition ends in. It does not where a field is
    searched in a way of its own, nor where it follows a path with all rights.
    """

    _inherit = "customer.portal.gate"

    @api.private
    def hidden_fields(self, model_name):
        """Return the fields of any model that tell what the profile hides of contacts.

        :rtype: frozenset
        """
        if not self._hides_partner_fields():
            return frozenset()
        names = self.hidden_partner_fields()
        return self._get_made_of_partner_fields(names).get(model_name, frozenset())

    @api.private
    def check_domain(self, model, domain):
        """Refuse a search that looks at what is hidden, on any way.

        A condition that compares with nothing at all does not look: core asks for the
        contacts of no address when it creates a task.

        :param domain: from anywhere
        :raise AccessError: with the name of the first such field
        """
        if not self._hides_partner_fields():
            return
        for condition in Domain(domain).iter_conditions():
            if self._is_empty(condition):
                continue
            comodel = self._check_path(model, condition.field_expr)
            if comodel is not None and self._is_domain(condition):
                self.check_domain(comodel, condition.value)

    @api.private
    def check_paths(self, model, paths):
        """Refuse to sort, group or sum by what is hidden.

        :param paths: names of fields, with what follows them in another model
        :raise AccessError: with the name of the first such field
        """
        if self._hides_partner_fields():
            for path in paths:
                self._check_path(model, path)

    # === INTERNALS === #

    @api.model
    def _check_path(self, model, path):
        """Check each field on a path.

        :return: the model that it leads to, if it ends in a relation
        """
        for name in path.split("."):
            field = model._fields.get(name) if model is not None else None
            if not field:
                return None  # A part of a date, or what Odoo knows nothing of.
            if self._is_unsearchable(field):
                raise AccessError(
                    self.env._("You cannot search by “%(name)s”.", name=field.name)
                )
            if name != "id":  # Which leads to the record itself.
                model = self.env[field.comodel_name] if field.comodel_name else None
        return model

    @api.model
    def _is_unsearchable(self, field):
        """Say whether a field is hidden, or may look at what is.

        That is not known of a field of contacts that names nothing it depends on.
        """
        if field.name in self.hidden_fields(field.model_name):
            return True
        return (
            field.model_name in ("res.partner", "res.users")
            and not field.store
            and not field.related
            and field.name not in HARMLESS
            and not self.env.registry.field_depends[field]
        )

    @api.model
    def _is_empty(self, condition):
        is_list = isinstance(condition.value, (list, tuple, OrderedSet))
        return condition.operator == "in" and is_list and not condition.value

    @api.model
    def _is_domain(self, condition):
        return isinstance(condition.value, Domain) or (
            condition.operator.endswith(("any", "any!"))
            and isinstance(condition.value, (list, tuple))
        )
