from odoo import fields


class KnownOne2many(fields.One2many):
    """What only contacts can have who have portal access, or had it.

    It is not looked up for others, who are most of the contacts that employees open.
    """

    def read(self, records):
        # pylint: disable=missing-return
        known = records._filter_portal_known()
        if known:
            super().read(known)
        self._insert_cache(records, [()] * len(records))
