import ast
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ...const import VALUE_NAMES
from ...icons import ICONS
from ..base.snapshot_cache import snapshot_cache
from ..config.publishing_definition import NEVER_WRITTEN

# An action that makes no sense without another one.
ACTION_NEEDS = {"comment": "comments", "upload": "documents"}

# Commands of these could create and change records of any other model. Of many2many
# the gate takes ids of chosen records alone, where the module says of which.
NEVER_WRITTEN_TYPES = frozenset(("one2many", "many2many", "reference", "properties"))
# What fields of a module mean.
ROLES = ("title", "number", "state", "priority", "assignee")


class Labels(NamedTuple):
    """What a module is called in a language."""

    name: str
    record: str  # one of its records; empty: nothing special
    fields: dict[str, str]


class ModuleAccess(NamedTuple):
    """What one profile permits in one module, as plain values that can be cached."""

    code: str
    icon: str
    model_name: str
    native: bool
    paths: tuple
    partner_field: str
    organization_field: str
    domain: Domain
    order: str
    records_visibility: str
    actions: frozenset
    roles: dict  # title, number, state, priority, assignee -> field or None
    closed: Domain
    choices: dict  # field -> domain of the records that customers choose from
    values: dict  # new_value, open_value, ... -> of the state
    names: dict  # read, list, detail, create, edit, write, search... -> fields


class CustomerPortalGate(models.AbstractModel):
    """What a profile permits, read once and kept until somebody changes it."""

    _inherit = "customer.portal.gate"

    @api.model
    def _get_profile_id(self):
        """Return the user's profile, else the default one; a list asks 12 times."""
        found, key = self._get_found(), ("profile", self.env.uid)
        if key not in found:
            profile = self.env.user.sudo().partner_id.portal_profile_id
            profile = profile or self.env["customer.portal.profile"]._get_default()
            found[key] = profile.id
        return found[key]

    @api.model
    def _get_rights(self):
        """Return the rights of a user by module; nobody but a portal user has any.

        While a page is made they are found once: a list asks 29 times, which took 1.5
        of its 23 ms.
        """
        # Profile, grace and an agent's view are the user's, and do not change within.
        found, key = self._get_found(), ("rights", self.env.uid)
        if key not in found:
            found[key] = self._find_rights()
        return found[key]

    @api.model
    def _find_rights(self):
        """Find the rights of a user. To be extended by what narrows them.

        Whoever follows a record need have no user, or none any more.
        """
        if not self.env.user or not self.env.user._is_portal():
            return {}
        return self._get_profile_rights(self._get_profile_id())

    @api.model
    def _get_right(self, module):
        """Return the right of a user to a module; None if the profile shows none."""
        right = self._get_rights().get(module)
        if self._get_recorder():
            self._note_module(module, right)
        return right

    @api.model
    def _allows(self, right, action):
        """Say whether a profile permits something in a module that it shows."""
        allowed = action in right.actions
        if action != "see":  # Which showing the module says.
            self._note("action", allowed, code=right.code, action=action)
        return allowed

    @api.model
    @snapshot_cache("profile_id")
    def _get_profile_rights(self, profile_id):
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id)
        rights = [
            self._make_module_access(permission)
            for permission in profile.permission_ids
            if not permission._get_hiding()
        ]
        return {right.code: right for right in rights}

    @api.model
    @snapshot_cache("code", "lang")
    def _get_labels(self, code, lang):
        """Return what a module and its fields are called in a language.

        :rtype: Labels
        """
        modules = self.env["customer.portal.module"].sudo().with_context(lang=lang)
        module = modules.search([("code", "=", code)])
        fields = {line.name: line.display_name for line in module.field_ids}
        return Labels(module.name, module.record_name or "", fields)

    @api.model
    def _get_new_label(self, code):
        """Return what stands on buttons and forms that make a record: "New Case"."""
        name = self._get_labels(code, self.env.lang).record
        if not name:
            return self.env._("New")
        return self.env._("New %(record)s", record=name)

    @api.model
    def _make_card(self, right, url):
        """Return what menus and headings show of a module, in the user's language."""
        return {
            "code": right.code,
            "name": self._get_labels(right.code, self.env.lang).name,
            "new": self._get_new_label(right.code),
            "icon": right.icon,
            "url": url,
            "actions": right.actions,
        }

    @api.model
    def _find_cards(self, code, url):
        """Return the card of a module with pages of its own; none if it is hidden.

        :return: at most one dict, as ``_make_card`` makes it
        :rtype: list
        """
        right = self._get_rights().get(code)
        return [self._make_card(right, url)] if right else []

    @api.model
    def _make_module_access(self, permission):
        module = permission.module_id
        names = self._get_names_by_use(permission)
        return ModuleAccess(
            code=module.code,
            icon=module.icon or ICONS["other"],
            model_name=module.model_name,
            native=module.page == "native",
            paths=tuple((module.paths or "").split()),
            partner_field=module.partner_field or "",
            organization_field=module.organization_field or "",
            domain=Domain(ast.literal_eval(module.domain or "[]")),
            order=module.order or "id",
            records_visibility=permission.records_visibility,
            actions=self._get_actions(permission)
            - self._get_empty_forms(module, names),
            roles={role: module[f"{role}_field"] or None for role in ROLES},
            closed=(
                Domain(ast.literal_eval(module.closed_domain))
                if module.closed_domain
                else Domain.FALSE
            ),
            choices={
                line.name: Domain(ast.literal_eval(line.choice_domain))
                for line in module.field_ids
                if line.choice_domain and line.with_prefetch().available
            },
            values={name: module._get_state_value(name) for name in VALUE_NAMES},
            names=names,
        )

    @api.model
    def _get_actions(self, permission):
        """Return what is ticked, of what the module offers."""
        offers = {"see", *permission.module_id._get_offers()}
        columns = permission._get_action_fields()
        actions = {a for a, fname in columns.items() if permission[fname]}
        return frozenset(
            a
            for a in actions
            if a in offers
            or (ACTION_NEEDS.get(a) in offers and ACTION_NEEDS.get(a) in actions)
        )

    @api.model
    def _get_empty_forms(self, module, names):
        """Return the actions for which the portal's form would have no field.

        Odoo's own pages have forms of their own.
        """
        if module.page == "native":
            return set()
        return {action for action in ("create", "edit") if not names[action]}

    @api.model
    def _get_names_by_use(self, permission):
        """Return the fields that are not hidden, by what can be done with them.

        :rtype: dict[str, tuple[str]]
        """
        module = permission.module_id
        known = self.env[module.model_name]._fields
        env_sudo = module.sudo().env  # What is kept is the same, whoever asks.
        access = {line.field_id: line.access for line in permission.field_ids}
        # The columns of all modules at once, but whether a field is available only of
        # these: to find out takes long, and most modules are hidden.
        shown = module.field_ids.filtered(
            lambda line: line.name and access.get(line) in ("read", "write")
        )
        lines = shown.with_prefetch().filtered("available")
        owners = (module.partner_field, module.organization_field)
        never = NEVER_WRITTEN | {(path or "").split(".")[0] for path in owners}

        def is_written(line, field):
            return (
                access[line] == "write"
                and line.name not in never
                and (field.type not in NEVER_WRITTEN_TYPES or line._has_choices())
            )

        uses = {
            "read": lambda line, field: True,
            "list": lambda line, field: line.in_list,
            "detail": lambda line, field: line.in_detail,
            "write": is_written,
            "create": lambda *both: both[0].in_create and is_written(*both),
            "edit": lambda *both: both[0].in_edit and is_written(*both),
            "required": lambda line, field: line.required or field.required,
            "search": lambda line, field: (
                line.searchable and field._description_searchable
            ),
            "group": lambda line, field: (
                line.groupable and field._description_groupable(env_sudo)
            ),
            "sort": lambda line, field: field._description_sortable(env_sudo),
        }
        return {
            use: tuple(line.name for line in lines if is_so(line, known[line.name]))
            for use, is_so in uses.items()
        }

    @api.model
    def _get_page_right(self, module):
        """Return the right of a module that the portal makes the pages of."""
        right = self._get_right(module)
        return right if right and not right.native else None
