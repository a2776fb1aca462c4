"""Columns of contacts and companies that customers' pages read with all others.

Employees are spared them until something asks for one.
"""

from odoo import models

from ...const import GROUP_EMPLOYEE, PREFETCH_PAGES


def add_columns_of_pages(records, fields, ignore_when_in_cache):
    """Return what a customer reads, and what their pages ask for next.

    :param list fields: as :meth:`_determine_fields_to_fetch` returns them
    """
    if not any(field.prefetch is True for field in fields):
        return fields
    return fields + [
        field
        for field in records._fields.values()
        if field.prefetch == PREFETCH_PAGES
        and field not in fields
        and records._has_field_access(field, "read")
        and not (ignore_when_in_cache and not any(field._cache_missing_ids(records)))
    ]


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        fields = super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        if not fields or not self.env.uid or self.env.user._has_group(GROUP_EMPLOYEE):
            return fields
        return add_columns_of_pages(self, fields, ignore_when_in_cache)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        fields = super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        if not fields or not self.env.uid or self.env.user._has_group(GROUP_EMPLOYEE):
            return fields
        return add_columns_of_pages(self, fields, ignore_when_in_cache)
