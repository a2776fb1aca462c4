from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain


class ThreadSection(NamedTuple):
    """Of what a part of a record's thread is made."""

    records: models.Model  # none yet, with the rights to find them
    domain: Domain
    order: str
    names: tuple  # fields that plain values are made of
    make: callable


class CustomerPortalGate(models.AbstractModel):
    """What comments and updates have in common: a part of a record's thread.

    A part is named after the action that shows it. What stands in it, and how it is
    told, its own mixin says.
    """

    _inherit = "customer.portal.gate"

    @api.model
    def _find_thread(self, user, module, res_id, action):
        """Return a record with a thread in which a user may do something."""
        record = self._find_for(user, module, res_id, action)
        is_thread = isinstance(record, self.env.registry["mail.thread"])
        return record if is_thread else None

    @api.model
    def _count_section(self, user, module, res_id, part):
        """Count what stands in a part of a record's thread.

        :return: None if the user does not see the part
        :rtype: int | None
        """
        record = self._find_thread(user, module, res_id, part)
        if not record:
            return None
        part = self._get_section(user, module, record, part)
        return part.records.search_count(part.domain)

    @api.model
    def _find_section(self, user, module, res_id, part, limit, offset):
        """Return what stands on a page of a part, newest first, as plain values.

        :return: None if the user does not see the part
        :rtype: list | None
        """
        record = self._find_thread(user, module, res_id, part)
        if not record:
            return None
        part = self._get_section(user, module, record, part)
        found = part.records.search_fetch(
            part.domain, part.names, order=part.order, limit=limit, offset=offset
        )
        return [part.make(user, module, record, one) for one in found]

    @api.model
    def _get_section(self, user, module, record, part):
        """Return of what a part is made.

        :rtype: ThreadSection
        """
        raise NotImplementedError
