from typing import NamedTuple

from odoo import api, models

# What customers can do with a field.
USES = ("read", "write", "search")


class FieldChange(NamedTuple):
    """A field that customers can use otherwise than before."""

    name: str
    gained: tuple  # of USES
    lost: tuple


class ActionChange(NamedTuple):
    """Something that customers can do in a module from then on, or no longer."""

    action: str
    gained: bool


class CustomerPortalEffect(models.AbstractModel):
    """Which fields and actions differ between two rights of the gate."""

    _inherit = "customer.portal.effect"

    @api.model
    def _compare_fields(self, old, new):
        """Return the fields that can be used otherwise, in the order of the module.

        :rtype: tuple[FieldChange]
        """
        before, after = self._get_uses(old), self._get_uses(new)
        changes = (
            FieldChange(
                name,
                tuple(use for use in USES if use in after.get(name, set()) - known),
                tuple(use for use in USES if use in known - after.get(name, set())),
            )
            for name in {**before, **after}
            for known in (before.get(name, set()),)
        )
        return tuple(one for one in changes if one.gained or one.lost)

    @api.model
    def _get_uses(self, right):
        """Return what can be done with each field of a right.

        Writing means in a form that there is: a field that no form holds can be
        permitted, but not written.
        """
        uses = {}
        for name in right.names.get("read", ()) if right else ():
            uses[name] = {
                use for use in ("read", "search") if self._has(right, use, name)
            }
            if self._is_written(right, name):
                uses[name].add("write")
        return uses

    @api.model
    def _has(self, right, use, name):
        return name in right.names.get(use, ())

    @api.model
    def _is_written(self, right, name):
        return any(
            action in right.actions and self._has(right, action, name)
            for action in ("create", "edit")
        )

    @api.model
    def _compare_actions(self, old, new):
        """Return what customers can do from then on, and what no longer.

        :rtype: tuple[ActionChange]
        """
        before = old.actions if old else frozenset()
        after = new.actions if new else frozenset()
        order = list(self.env["customer.portal.permission"]._get_action_fields())
        changed = sorted(before ^ after, key=order.index)
        return tuple(ActionChange(one, one in after) for one in changed)
