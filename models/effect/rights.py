from typing import NamedTuple

from odoo import api, models

from ...const import PAGE_MODELS

# What customers can do with a field.
USES = ("read", "write", "search")
# Where the pages that the portal makes show a field that may be read: in which lists
# and forms, and as what of its record.
PLACES = ("list", "detail", "create", "edit", "group")
ROLES = ("title", "number", "state")


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
                self._subtract(after.get(name), before.get(name)),
                self._subtract(before.get(name), after.get(name)),
            )
            for name in {**before, **after}
        )
        return tuple(one for one in changes if one.gained or one.lost)

    @api.model
    def _subtract(self, some, others):
        """Return the uses that a field has in one right and not in another.

        What may be read from then on is named even if no list or form shows it: updates
        tell of its changes, charts and sorting of its values.
        """
        more = (some or set()) - (others or set())
        if some is not None and others is None:
            more.add("read")
        return tuple(use for use in USES if use in more)

    @api.model
    def _get_uses(self, right):
        """Return what can be done with each field of a right.

        Reading means at a place that there is, and writing in a form.

        :return: sets of uses by name: maybe empty ones, of fields that may be read
        """
        asked = {
            "read": self._is_read,
            "write": self._is_written,
            "search": lambda right, name: self._has(right, "search", name),
        }
        names = right.names.get("read", ()) if right else ()
        return {
            name: {use for use, is_so in asked.items() if is_so(right, name)}
            for name in names
        }

    @api.model
    def _has(self, right, use, name):
        return name in right.names.get(use, ())

    @api.model
    def _is_read(self, right, name):
        """Say whether any page shows a field that may be read.

        Odoo's own pages and the customer's details ask nothing else; exports hold all.
        """
        shows_all = right.native or right.code in PAGE_MODELS
        return (
            shows_all
            or "export" in right.actions
            or name in {right.roles[role] for role in ROLES}
            or any(self._has(right, place, name) for place in PLACES)
        )

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
