import re
from typing import NamedTuple

from odoo import api, models

from ..config.permission import LEVELS

# Parts of the names of fields that are rarely meant for customers.
SENSITIVE = re.compile(
    r"(?:^|_)(?:e?mails?|phones?|mobile|fax|prices?|amounts?|totals?|costs?|margins?"
    r"|discounts?|credit|debit|balance|banks?|iban|acc|account|vat|wages?|salary"
    r"|birthday|notes?|comments?|rating)(?:_|$)"
)
SENSITIVE_TYPES = ("monetary",)
SENSITIVE_MODELS = ("res.partner.bank", "res.bank")
# Actions that put something into the database.
CHANGING = ("create", "edit", "close", "comment", "upload")


class Warned(NamedTuple):
    """What deserves a second look before a change is published."""

    kind: str  # field, write, everyone, wider, filter, action or export
    profile_id: int
    code: str
    names: tuple  # of fields or actions


class CustomerPortalEffect(models.AbstractModel):
    """What of a change deserves a second look."""

    _inherit = "customer.portal.effect"

    @api.model
    def _get_warnings(self, effect):
        """Return what deserves a second look, the modules in their order.

        :rtype: list[Warned]
        """
        return [
            Warned(kind, one.profile_id, one.code, names)
            for one in effect.modules
            for kind, names in self._warn(effect, one).items()
            if names
        ]

    @api.model
    def _warn(self, effect, one):
        """Return the names that each kind of warning is about, none for none.

        To be extended.

        :param one: ``ModuleEffect``
        :rtype: dict[str, tuple]
        """
        old, new = self._get_both(effect, one)
        if not new:
            return {}
        gained = [change.action for change in one.actions if change.gained]
        model = self.env[new.model_name]
        return {
            "everyone": self._is_opened(old, new) and (new.records_visibility,),
            "wider": self._is_wider(old, new) and (new.records_visibility,),
            "filter": self._is_filter_gone(old, new) and ("domain",),
            "field": tuple(
                change.name
                for change in one.fields
                if "read" in change.gained
                and self._is_sensitive(model._fields[change.name])
            ),
            "write": tuple(
                change.name for change in one.fields if "write" in change.gained
            ),
            "action": tuple(action for action in gained if action in CHANGING),
            "export": tuple(action for action in gained if action == "export"),
        }

    @api.model
    def _get_both(self, effect, one):
        """Return the rights that are compared, before and after."""
        rights = (
            state.access.get(one.profile_id, {}).get(one.code)
            for state in (effect.before, effect.after)
        )
        return tuple(
            right if right and right.model_name == one.model_name else None
            for right in rights
        )

    @api.model
    def _is_sensitive(self, field):
        """Say whether a field is rarely meant for customers. To be extended."""
        return (
            bool(SENSITIVE.search(field.name))
            or field.type in SENSITIVE_TYPES
            or field.comodel_name in SENSITIVE_MODELS
        )

    @api.model
    def _is_opened(self, old, new):
        """Say whether everyone sees a module who did not before."""
        was_open = old and old.records_visibility == "everyone"
        return new.records_visibility == "everyone" and not was_open

    @api.model
    def _is_wider(self, old, new):
        """Say whether the level reaches further; that of everyone is said apart."""
        if not old or new.records_visibility == "everyone":
            return False
        ranks = (self._get_rank(right.records_visibility) for right in (old, new))
        before, after = ranks
        return after > before

    @api.model
    def _get_rank(self, level):
        return LEVELS.index(level) if level in LEVELS else -1

    @api.model
    def _is_filter_gone(self, old, new):
        return bool(old) and not old.domain.is_true() and new.domain.is_true()
