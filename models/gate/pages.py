import ast
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..base.snapshot_cache import snapshot_cache

# Where the pages begin that the portal makes of records.
PAGES_URL = "/my/p"


class Page(NamedTuple):
    """What the portal knows of the records that it makes pages of."""

    code: str
    domain: Domain
    partner_field: str
    assignee_field: str | None
    number_field: str | None
    closed: Domain
    state_field: str | None
    open_value: object  # what the state becomes when a record is taken up again


class CustomerPortalGate(models.AbstractModel):
    """Where the records are that the portal makes pages of."""

    _inherit = "customer.portal.gate"

    @api.private
    def get_page_url(self, model_name, res_id):
        """Return the address of the page on which a user finds a record.

        :return: None if no generated module of the profile shows it
        :rtype: str | None
        """
        codes = self._get_generated_codes(model_name)
        rights = self._get_rights() if codes else {}
        for code, right in rights.items():
            if code in codes and self._get_visible_records(right, [res_id]):
                return self._make_page_url(code, res_id)
        return None

    @api.model
    def _get_generated_codes(self, model_name):
        """Return the modules that the portal makes pages of for a model.

        :param model_name: from anywhere, such as an address
        :rtype: tuple[str]
        """
        is_name = isinstance(model_name, str)
        return self._get_all_generated_codes().get(model_name, ()) if is_name else ()

    @api.model
    @snapshot_cache()
    def _get_all_generated_codes(self):
        """Cached as a whole: made-up names of models shall not fill the cache."""
        modules = self.env["customer.portal.module"].sudo()
        generated = modules.search([("page", "=", "generated")])
        return {
            model_name: tuple(same.mapped("code"))
            for model_name, same in generated.grouped("model_name").items()
        }

    @api.model
    def _make_page_url(self, code, *parts):
        """Return the address of a page that the portal makes.

        :param str code: of the module
        :param parts: what follows the list's address, such as the id of a record
        :rtype: str
        """
        return "/".join((PAGES_URL, code, *map(str, parts)))

    @api.model
    def _find_for(self, module, res_id, action):
        """Return a record with whose page a user may do something, else None."""
        right = self._get_page_right(module)
        if not right or not self._allows(right, action):
            return None
        return self._get_visible_records(right, [res_id]) or None

    @api.model
    def _is_closed(self, module, record):
        closed = bool(record.filtered_domain(self._get_rights()[module].closed))
        self._note("open", not closed, code=module)
        return closed

    # === WITHOUT A CUSTOMER === #

    @api.model
    def _get_page(self, record):
        """Return what the portal knows of a record; None if it makes no page of it.

        :rtype: Page | None
        """
        for page in self._get_pages(record._name):
            if len(record) == 1 and record.sudo().filtered_domain(page.domain):
                return page
        return None

    @api.model
    def _filter_pages(self, records):
        """Return those of some records that the portal makes pages of.

        :param records: of one model, with any rights, which stay
        """
        domain = Domain.OR(page.domain for page in self._get_pages(records._name))
        return records.sudo().filtered_domain(domain).with_env(records.env)

    @api.model
    @snapshot_cache("model_name")
    def _get_pages(self, model_name):
        modules = self.env["customer.portal.module"].sudo()
        found = modules.search(
            [("page", "=", "generated"), ("model_name", "=", model_name)]
        )
        return tuple(
            Page(
                module.code,
                Domain(ast.literal_eval(module.domain or "[]")),
                module.partner_field,
                module.assignee_field or None,
                module.number_field or None,
                Domain(ast.literal_eval(module.closed_domain or "[(0, '=', 1)]")),
                module.state_field or None,
                module.open_value and module._get_state_value("open_value"),
            )
            for module in found
            if module.available
        )
