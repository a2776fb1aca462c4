import ast
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import ormcache

from ..const import ACTION_FIELDS, ACTION_NEEDS, LINE_MODELS, PROFILE_CODES

# Fields that no customer ever writes, whatever a profile says (feature row 63).
NEVER_WRITTEN = frozenset(("id", *models.MAGIC_COLUMNS, "company_id", "access_token"))


class Right(NamedTuple):
    """What one profile permits in one module, as plain values that can be cached."""

    code: str
    model_name: str
    native: bool
    paths: tuple
    partner_field: str
    domain: Domain
    order: str
    level: str
    actions: frozenset
    readable: tuple
    writable: tuple
    listed: tuple
    searchable: tuple
    groupable: tuple


class CustomerPortalGate(models.AbstractModel):
    """The only code that decides what a customer may see or do.

    Everything asks here, and is answered with domains and plain values, never with
    records that carry rights. Unknown and forbidden are the same: nothing.

    In what follows, ``user`` is a portal user (``res.users``), ``module`` the code of a
    module, and ``scope`` ``"mine"``, ``"all"`` or None for all that is permitted.
    No method can be called by RPC.
    """

    _name = "customer.portal.gate"
    _description = "Customer Portal Gate"

    # === WHAT MAY BE DONE === #

    @api.private
    def may(self, user, module, action="see"):
        """Say whether a user may do something in a module at all.

        :param str action: a key of ``const.ACTION_FIELDS``
        :rtype: bool
        """
        right = self._get_rights(user).get(module)
        return bool(right) and action in right.actions

    @api.private
    def domain(self, user, module, scope=None):
        """Return which records of a module a user sees.

        :return: a domain on the module's model; nothing where nothing is permitted
        :rtype: odoo.fields.Domain
        """
        right = self._get_rights(user).get(module)
        if not right:
            return Domain.FALSE
        level = "own" if scope == "mine" else right.level
        return right.domain & self._get_level_domain(user, right, level)

    @api.private
    def fields(self, user, module, mode="read"):
        """Return the fields of a module that a user may read, list, search, write...

        :param str mode: ``read``, ``write``, ``list``, ``search`` or ``group``
        :return: names in the order of the module
        :rtype: tuple
        """
        right = self._get_rights(user).get(module)
        if not right:
            return ()
        by_mode = {
            "read": right.readable,
            "write": right.writable,
            "list": right.listed,
            "search": right.searchable,
            "group": right.groupable,
        }
        return by_mode[mode]

    # === RECORDS AS PLAIN VALUES === #

    @api.private
    def search(self, user, module, domain=(), scope=None, order=None, **limits):
        """Return the ids of the records a user sees, filtered and sorted by himself.

        :param domain: conditions on searchable fields
        :param str order: a field he may read, maybe with ``desc``; else the module's
        :param limits: ``limit`` and ``offset``
        :rtype: list
        """
        right = self._get_rights(user).get(module)
        if not right:
            return []
        asked = Domain(domain)
        for condition in asked.iter_conditions():
            if condition.field_expr not in right.searchable:
                raise AccessError(self.env._("This field cannot be searched."))
        allowed = asked & self.domain(user, module, scope)
        order = self._get_order(right, order)
        return self._get_model_sudo(right).search(allowed, order=order, **limits).ids

    @api.private
    def read(self, user, module, ids, fnames=None):
        """Return the values of those of some records that the user sees.

        :param ids: record ids from anywhere; others are left out in silence
        :param fnames: readable fields; None for all of them
        :return: a dict a record, in the order of ``ids``
        :rtype: list
        """
        right = self._get_rights(user).get(module)
        if not right:
            return []
        wanted = set(right.readable if fnames is None else fnames)
        names = [name for name in right.readable if name in wanted]
        return self._browse(user, right, ids).read(names)

    @api.private
    def create(self, user, module, values):
        """Create a record for a user; he is its contact.

        :param dict values: writable fields
        :return: id of the record
        :rtype: int
        :raise AccessError: before anything is written
        """
        right = self._check(user, module, "create", values)
        partner_field = right.partner_field
        if "." in partner_field or not partner_field:
            raise AccessError(self.env._("Nothing can be created here."))
        record = self._get_model_sudo(right).create(
            {**values, partner_field: user.sudo().partner_id.id}
        )
        if not self._browse(user, right, record.ids):
            raise AccessError(self.env._("Nothing can be created here."))
        return record.id

    @api.private
    def write(self, user, module, res_id, values):
        """Change a record that the user sees.

        :raise AccessError: before anything is written
        """
        right = self._check(user, module, "edit", values)
        record = self._browse(user, right, [res_id])
        if not record:
            raise AccessError(self.env._("This record does not exist."))
        record.write(values)

    # === PAGES AND RECORDS OF ODOO ITSELF === #

    @api.private
    def hidden_paths(self, user):
        """Return the lists of Odoo's pages that a user's profile hides.

        :return: addresses such as ``/my/orders``
        :rtype: frozenset
        """
        return self._get_profile_paths(self._get_profile_id(user))[0]

    @api.private
    def may_visit(self, user, path):
        """Say whether a page is not hidden or blocked by the user's profile.

        :param str path: of the address, without language and query
        :rtype: bool
        """
        hidden, blocked = self._get_profile_paths(self._get_profile_id(user))
        path = path.rstrip("/")
        is_list = path in hidden or path.rpartition("/page/")[0] in hidden
        return not is_list and not any(
            path == block or path.startswith(f"{block}/") for block in blocked
        )

    @api.private
    def native_domain(self, user, model_name):
        """Narrow what Odoo's own rules show a user of a model.

        :return: None where no module says anything about the model
        :rtype: odoo.fields.Domain | None
        """
        if model_name in LINE_MODELS:
            parent, link = LINE_MODELS[model_name]
            domain = self.native_domain(user, parent)
            return None if domain is None else Domain(link, "any", domain)
        if model_name not in self._get_native_models():
            return None
        return Domain.OR(
            right.domain & self._get_level_domain(user, right, right.level)
            for right in self._get_rights(user).values()
            if right.native and right.model_name == model_name
        )

    # === INTERNALS === #

    @api.model
    def _get_profile_id(self, user):
        profile = user.sudo().partner_id.portal_profile_id
        return profile.id or self.env["customer.portal.profile"]._get_default().id

    @api.model
    def _get_rights(self, user):
        """Return the rights of a user by module; nobody but a portal user has any."""
        if not user._is_portal():
            return {}
        return self._get_profile_rights(self._get_profile_id(user))

    @api.model
    @ormcache("profile_id")
    def _get_profile_rights(self, profile_id):
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id)
        rights = [
            self._make_right(permission)
            for permission in profile.permission_ids
            if permission.visible and permission.module_id.active and permission.available
        ]
        return {right.code: right for right in rights}

    @api.model
    def _make_right(self, permission):
        module = permission.module_id
        actions = {a for a, fname in ACTION_FIELDS.items() if permission[fname]}
        actions -= {a for a, other in ACTION_NEEDS.items() if other not in actions}
        access = {line.field_id: line.access for line in permission.field_ids}
        known = self.env[module.model_name]._fields
        lines = module.field_ids.filtered(
            lambda line: line.name in known and access.get(line, "hidden") != "hidden"
        )
        return Right(
            code=module.code,
            model_name=module.model_name,
            native=module.page == "native",
            paths=tuple((module.paths or "").split()),
            partner_field=module.partner_field or "",
            domain=Domain(ast.literal_eval(module.domain or "[]")),
            order=module.order or "id",
            level=permission.records_visibility,
            actions=frozenset(actions),
            readable=tuple(lines.mapped("name")),
            writable=tuple(
                line.name
                for line in lines
                if access[line] == "write" and line.name not in NEVER_WRITTEN
            ),
            listed=tuple(lines.filtered("in_list").mapped("name")),
            searchable=tuple(lines.filtered("searchable").mapped("name")),
            groupable=tuple(lines.filtered("groupable").mapped("name")),
        )

    @api.model
    @ormcache("profile_id")
    def _get_profile_paths(self, profile_id):
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id)
        rights = self._get_profile_rights(profile_id)
        modules = self.env["customer.portal.module"].sudo().search([])
        native = modules.filtered(lambda m: m.page == "native" and m.code not in rights)
        hidden = frozenset(path for m in native for path in (m.paths or "").split())
        return hidden, tuple(profile._get_blocked_paths())

    @api.model
    @ormcache()
    def _get_native_models(self):
        modules = self.env["customer.portal.module"].sudo()
        domain = [("page", "=", "native"), ("code", "not in", PROFILE_CODES)]
        return frozenset(modules.search(domain).mapped("model_name"))

    @api.model
    def _get_level_domain(self, user, right, level):
        """Return which records a level of records visibility reaches.

        Without a path to the contact nobody sees any record, but for a catalogue. On
        Odoo's own pages the wider levels are what Odoo shows by itself.
        """
        path, partner = right.partner_field, user.sudo().partner_id
        if level == "everyone" or (right.native and level == "subsidiaries"):
            return Domain.TRUE
        if not path or not partner:
            return Domain.FALSE
        organization = partner.commercial_partner_id
        if level == "own":
            return Domain(path, "in", partner.ids)
        if level == "organization":
            field = "commercial_partner_id"
            return Domain(field if path == "id" else f"{path}.{field}", "in", organization.ids)
        return Domain(path, "child_of", organization.ids)

    @api.model
    def _get_order(self, right, order):
        words = (order or "").split()
        if words and words[0] in right.readable and words[1:] in ([], ["asc"], ["desc"]):
            return f"{order}, id"
        return right.order

    @api.model
    def _get_model_sudo(self, right):
        return self.env[right.model_name].sudo()

    @api.model
    def _browse(self, user, right, ids):
        """Return those of some records that the user sees; the only way to get any."""
        ids = [res_id for res_id in ids if isinstance(res_id, int) and 0 < res_id < 2**31]
        domain = Domain("id", "in", ids) & self.domain(user, right.code)
        found = self._get_model_sudo(right).search(domain)
        return found.browse([res_id for res_id in ids if res_id in found._ids])

    @api.model
    def _check(self, user, module, action, values):
        right = self._get_rights(user).get(module)
        if not right or action not in right.actions:
            raise AccessError(self.env._("This is not permitted."))
        if forbidden := set(values) - set(right.writable):
            raise AccessError(
                self.env._(
                    "These fields cannot be changed: %(names)s",
                    names=", ".join(sorted(forbidden)),
                )
            )
        return right
