from odoo import api, models


class CustomerPortalGateThreads(models.AbstractModel):
    """What comments and updates have in common: a part of a record's thread.

    A part is named after the action that shows it. What stands in it, and how it is
    told, its own mixin says.
    """

    _name = "customer.portal.gate.threads"
    _description = "Customer Portal Gate: Threads"

    @api.model
    def _find_thread(self, user, module, res_id, action):
        """Return a record with a thread in which a user may do something."""
        record = self._find_for(user, module, res_id, action)
        is_thread = isinstance(record, self.env.registry["mail.thread"])
        return record if is_thread else None

    @api.model
    def _count_part(self, user, module, res_id, part):
        """Count what stands in a part of a record's thread.

        :return: None if the user does not see the part
        :rtype: int | None
        """
        record = self._find_thread(user, module, res_id, part)
        if not record:
            return None
        found, domain, _order, _make = self._get_part(user, module, record, part)
        return found.search_count(domain)

    @api.model
    def _find_part(self, user, module, res_id, part, limit, offset):
        """Return what stands on a page of a part, newest first, as plain values.

        :rtype: list
        """
        record = self._find_thread(user, module, res_id, part)
        if not record:
            return []
        found, domain, order, make = self._get_part(user, module, record, part)
        found = found.search(domain, order=order, limit=limit, offset=offset)
        return [make(user, module, record, one) for one in found]

    @api.model
    def _get_part(self, user, module, record, part):
        """Return of what a part is made.

        :return: its model, a domain, an order, and the method that makes plain values
        :rtype: tuple
        """
        raise NotImplementedError
