from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ..const import LINE_MODELS, MODE_ACTIONS, PROFILE_CODES
from .customer_portal_definition import OWN_MODELS


class CustomerPortalGateNative(models.AbstractModel):
    """Pages of Odoo itself: kept, and narrowed to what the profile shows."""

    _name = "customer.portal.gate.native"
    _description = "Customer Portal Gate: Odoo's Own Pages"

    @api.private
    def may_visit(self, user, path):
        """Say whether a page is not hidden or blocked by the user's profile.

        Only portal users have one; everybody else visits what Odoo lets him visit.

        :param str path: of the address, without language and query, or of a route
        :rtype: bool
        """
        if not user._is_portal():
            return True
        lists, blocked = self._get_profile_paths(self._get_profile_id(user))
        path = path.rstrip("/")
        is_list = path in lists or path.partition("/page/")[0] in lists
        return not is_list and not any(
            path == block or path.startswith(f"{block}/") for block in blocked
        )

    @api.private
    def native_domain(self, user, model_name, mode="read"):
        """Narrow what Odoo's own rules let a user do with the records of a model.

        :param str mode: of ``ir.rule``
        :return: None where no module says anything about the model
        :rtype: odoo.fields.Domain | None
        """
        parent, _link = LINE_MODELS.get(model_name, (model_name, None))
        if parent not in self._get_native_models():
            return None
        if not user._is_portal():
            return Domain.FALSE
        partner = user.sudo().partner_id
        return self._get_native_domain(
            self._get_profile_id(user),
            partner.id,
            partner.commercial_partner_id.id,
            model_name,
            mode,
        )

    @api.private
    def shown(self, user, records):
        """Filter records that a page of Odoo shows beside its own.

        An order's page reads its invoices and deliveries past all rules.

        :param records: of any model and with any rights
        :return: those that the user's profile shows, with the same rights
        """
        if not records or not user._is_portal():
            return records
        rights = self._get_rights(user)
        made_here = [
            self.domain(user, code)
            for code, right in rights.items()
            if right.model_name == records._name and not right.native
        ]
        domain = self.native_domain(user, records._name)
        if domain is None:
            domain = Domain.OR(made_here) if made_here else Domain.TRUE
        return records.filtered_domain(domain)

    # === INTERNALS === #

    @api.model
    @ormcache("profile_id")
    def _get_profile_paths(self, profile_id):
        """Return the lists that a profile hides, and the pages it blocks.

        A record's address lies below the list of one module, but may belong to another
        one of the same model: quotes are shown below orders.
        """
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id)
        rights = self._get_profile_rights(profile_id)
        shown = {right.model_name for right in rights.values() if right.native}
        lists, blocked = set(), set(profile._get_blocked_paths())
        for module in self._get_native_modules():
            if module.code in rights:
                continue
            paths = (module.paths or "").split()
            lists.update(paths)
            if module.model_name not in shown and module.code not in PROFILE_CODES:
                blocked.update(paths)
        return frozenset(lists), tuple(blocked)

    @api.model
    def _get_native_modules(self):
        """Return also the archived ones: nobody sees their records any more.

        Not those of models that are never published: of them Odoo alone decides.
        """
        modules = self.env["customer.portal.module"].sudo()
        modules = modules.with_context(active_test=False)
        # Whatever page is not the portal's own: an unknown one must not free records.
        native = modules.search([("page", "!=", "generated")])
        return native.filtered(
            lambda module: (
                not module._get_forbidden_problem(module.model_name)
                or module.model_name in OWN_MODELS
            )
        )

    @api.model
    @ormcache()
    def _get_native_models(self):
        modules = self._get_native_modules()
        return frozenset(
            module.model_name for module in modules if module.code not in PROFILE_CODES
        )

    @api.model
    @ormcache("profile_id", "partner_id", "organization_id", "model_name", "mode")
    def _get_native_domain(
        self, profile_id, partner_id, organization_id, model_name, mode
    ):
        """Keep what is asked many times a page, as core keeps its rules.

        The key holds all that decides about it beside the profile.
        """
        model = self.env[model_name]
        if model_name in LINE_MODELS:
            parent, link = LINE_MODELS[model_name]
            domain = self._get_native_domain(
                profile_id, partner_id, organization_id, parent, mode
            )
            return Domain(link, "any", domain).optimize(model)
        partner = self.env["res.partner"].sudo().browse(partner_id)
        rights = self._get_profile_rights(profile_id).values()
        return Domain.OR(
            right.domain & self._get_level_domain(partner, right, right.level)
            for right in rights
            if right.native
            and right.model_name == model_name
            and MODE_ACTIONS.get(mode) in right.actions
        ).optimize(model)
