from odoo import api, models
from odoo.fields import Domain

from ...const import PROFILE_CODES
from ..base.snapshot_cache import snapshot_cache
from ..config.publishing_definition import OWN_MODELS
from ..gate.gate import MINE

# What ir.rule asks about -> the action that permits it on Odoo's own pages.
MODE_ACTIONS = {"read": "see", "write": "edit", "create": "create", "unlink": "edit"}
# Models without a page of their own -> the model, and the field that leads to it. What
# a profile says of an order holds for its lines.
LINE_MODELS = {
    "sale.order.line": ("sale.order", "order_id"),
    "account.move.line": ("account.move", "move_id"),
    "purchase.order.line": ("purchase.order", "order_id"),
}

# Fields by which a document names its customer, and to whom they have it sent.
PARTNER_FIELDS = ("partner_id", "partner_invoice_id", "partner_shipping_id")


class CustomerPortalGate(models.AbstractModel):
    """Pages of Odoo itself: kept, and narrowed to what the profile shows."""

    _inherit = "customer.portal.gate"

    @api.private
    def may_visit(self, path):
        """Say whether a page is not hidden or blocked by the user's profile.

        Only portal users have one; everybody else visits what Odoo lets them visit.

        :param str path: of the address, without language and query, or of a route
        :rtype: bool
        """
        if not self.env.user._is_portal():
            return True
        lists, blocked = self._get_profile_paths(self._get_profile_id())
        path = path.rstrip("/")
        is_list = path in lists or path.partition("/page/")[0] in lists
        block = next(
            (one for one in blocked if path == one or path.startswith(f"{one}/")), None
        )
        return self._note(
            "page", not is_list and not block, path=path, block=block, is_list=is_list
        )

    @api.private
    def native_domain(self, model_name, mode="read"):
        """Narrow what Odoo's own rules let a user do with the records of a model.

        A list that shows but the customer's own has its module in the context: it can
        only narrow.

        :param str mode: of ``ir.rule``
        :return: None where no module says anything about the model
        :rtype: odoo.fields.Domain | None
        """
        parent, _link = LINE_MODELS.get(model_name, (model_name, None))
        if parent not in self._get_native_models():
            return None
        if not self.env.user._is_portal():
            return Domain.FALSE
        partner = self.env.user.sudo().partner_id
        return self._get_native_domain(
            self._get_profile_id(),
            partner.id,
            partner.commercial_partner_id.id,
            model_name,
            mode,
            self._get_mine_code(),
        )

    @api.private
    def shown(self, records):
        """Filter records that a user sees on pages of Odoo, or of the portal.

        Odoo's own rules count, too, where Odoo has the page.

        :param records: of any model and with any rights
        :return: those that the user's profile shows, with the same rights; all of them
            if no module is about them
        """
        if not records or not self.env.user._is_portal():
            return records
        if self.native_domain(records._name) is not None:
            seen = records.with_user(self.env.user)._filtered_access("read")
            return records.filtered(lambda record: record.id in seen._ids)
        made_here = self._get_made_here(records._name)
        return records.filtered_domain(Domain.OR(made_here)) if made_here else records

    @api.private
    def related(self, document, records):
        """Filter records that a page of Odoo shows beside its own.

        An order's page reads its invoices and deliveries past all rules, and links to
        them with their tokens. What no module is about, and what visitors see, must be
        of the document's customer: it can have been given to another one.

        :param document: record of the page, that the user may see
        :param records: of any model and with any rights
        :return: those that the user may see, with the same rights
        """
        if not records or self.env.user._is_internal():
            return records
        is_ruled = self.native_domain(records._name) is not None
        if self.env.user._is_portal() and (
            is_ruled or self._get_made_here(records._name)
        ):
            return self.shown(records)
        return self._filter_same_customer(document, records)

    @api.private
    def may_see_related(self, model_name, res_id, link):
        """Say whether a user sees a record that only another one's page links to.

        :param int res_id: from the address
        :param str link: field that leads to the other one, whose token opens both
        :rtype: bool
        """
        user = self.env.user
        if user._is_internal() or model_name not in self.env:
            return True
        record_sudo = self.env[model_name].sudo().browse(res_id).exists()
        if record_sudo.with_user(user).has_access("read"):
            return bool(record_sudo)
        document = record_sudo[link]
        if not document or not self.related(document, record_sudo):
            return False
        return not user._is_portal() or self._permits(document, "see")

    # === INTERNALS === #

    @api.model
    def _get_made_here(self, model_name):
        """Return what the portal's own pages show a user of a model, by module."""
        return [
            self.domain(code)
            for code, right in self._get_rights().items()
            if right.model_name == model_name and not right.native
        ]

    @api.model
    def _filter_same_customer(self, document, records):
        """Filter records of the customer of another one, or of nobody's."""
        if "partner_id" not in records._fields:
            return records
        document_sudo = document.sudo()
        names = [name for name in PARTNER_FIELDS if name in document._fields]
        partners = self.env["res.partner"].union(*map(document_sudo.__getitem__, names))
        organizations = partners.sudo().commercial_partner_id
        return records.filtered(
            lambda one: (
                not one.sudo().partner_id
                or one.sudo().partner_id.commercial_partner_id in organizations
            )
        )

    @api.model
    def _owns_created(self, model_name):
        """Say whether a portal user sees what they add by a page of Odoo only as its
        customer.
        """
        if not self.env.user._is_portal():
            return False
        adding = [
            right
            for right in self._get_rights().values()
            if right.native
            and right.model_name == model_name
            and "create" in right.actions
        ]
        return bool(adding) and all(
            right.records_visibility in ("own", "organization") for right in adding
        )

    @api.model
    def _get_mine_code(self):
        """Return the module of whose records a list shows the customer's own alone."""
        code = self.env.context.get(MINE)
        is_known = isinstance(code, str) and code in self._get_rights()
        return code if is_known else ""

    @api.model
    @snapshot_cache("profile_id")
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
    @snapshot_cache()
    def _get_native_models(self):
        modules = self._get_native_modules()
        return frozenset(
            module.model_name for module in modules if module.code not in PROFILE_CODES
        )

    @api.model
    @snapshot_cache(
        "profile_id", "partner_id", "organization_id", "model_name", "mode", "mine"
    )
    def _get_native_domain(
        self, profile_id, partner_id, organization_id, model_name, mode, mine=""
    ):
        """Keep what is asked many times a page, as core keeps its rules.

        The key holds all that decides about it beside the profile.
        """
        model = self.env[model_name]
        if model_name in LINE_MODELS:
            parent, link = LINE_MODELS[model_name]
            domain = self._get_native_domain(
                profile_id, partner_id, organization_id, parent, mode, mine
            )
            return Domain(link, "any", domain).optimize(model)
        partner = self.env["res.partner"].sudo().browse(partner_id)
        rights = self._get_profile_rights(profile_id).values()
        return Domain.OR(
            Domain.AND(self._get_native_parts(partner, right, mine).values())
            for right in rights
            if right.native
            and right.model_name == model_name
            and MODE_ACTIONS.get(mode) in right.actions
        ).optimize(model)

    @api.model
    def _get_native_parts(self, partner, right, mine=""):
        """Return what a record of one of Odoo's pages must match, by what decides it.

        :rtype: dict[str, odoo.fields.Domain]
        """
        level = "own" if right.code == mine else right.records_visibility
        visible = self._get_visibility_domain(partner, right, level)
        return {
            "filter": right.domain,
            "level": visible | self._get_collaborator_domain(partner, right),
        }

    @api.model
    def _get_collaborator_domain(self, partner, right):
        """Return what is a customer's own because somebody has shared it with them.

        A project whose tasks they may change need not be theirs; without it they could
        add no task.
        """
        if right.model_name != "project.project":
            return Domain.FALSE
        return Domain("collaborator_ids.partner_id", "in", partner.ids)
