import ast
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tools import ormcache

from ..const import (
    ACTION_FIELDS,
    ACTION_NEEDS,
    LINE_MODELS,
    MODE_ACTIONS,
    PROFILE_CODES,
    SEARCH_OPERATORS,
)

# Fields that no customer ever writes, whatever a profile says (feature row 63).
NEVER_WRITTEN = frozenset(("id", *models.MAGIC_COLUMNS, "company_id", "access_token"))
# Commands of these could create and change records of any other model.
NEVER_WRITTEN_TYPES = frozenset(("one2many", "many2many", "reference", "properties"))
# The largest number that fits an id; the database fails with a larger one.
MAX_INTEGER = 2**31 - 1


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
    sortable: tuple


def _is_integer(value):
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and abs(value) <= MAX_INTEGER


def _is_number(value):
    return isinstance(value, int | float) and abs(value) < float("inf")


def _is_text(value):
    return isinstance(value, str) and "\0" not in value


# Type of a field -> says whether a value can stand in it; all others hold text.
CHECKS = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "many2one": _is_integer,
    "many2many": _is_integer,
    "one2many": _is_integer,
    "float": _is_number,
    "monetary": _is_number,
    "date": fields.Date.to_date,
    "datetime": fields.Datetime.to_datetime,
}


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
        partner = user.sudo().partner_id
        domain = right.domain & self._get_level_domain(partner, right, level)
        return domain & self._get_company_domain(user, right)

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
    def search_records(
        self, user, module, domain=(), scope=None, order=None, limit=None, offset=0
    ):
        """Return the ids of the records a user sees, filtered and sorted by himself.

        :param domain: conditions on searchable fields; a value that does not fit its
            field matches nothing
        :param str order: a field he may read, maybe with ``desc``; else the module's
        :rtype: list
        :raise AccessError: if he may not search by one of the fields
        """
        right = self._get_rights(user).get(module)
        if not right:
            return []
        asked = self._clean_domain(right, domain)
        records = self._get_model_sudo(user, right).search(
            asked & self.domain(user, module, scope),
            order=self._get_order(right, order),
            limit=limit and min(max(limit, 1), MAX_INTEGER),
            offset=min(max(offset, 0), MAX_INTEGER),
        )
        return records.ids

    @api.private
    def read_records(self, user, module, res_ids, fnames=None):
        """Return the values of those of some records that the user sees.

        :param res_ids: from anywhere; others are left out in silence
        :param fnames: readable fields; None for all of them
        :return: a dict a record, in the order of ``res_ids``
        :rtype: list
        """
        right = self._get_rights(user).get(module)
        if not right:
            return []
        wanted = set(right.readable if fnames is None else fnames)
        names = [name for name in right.readable if name in wanted]
        return self._browse(user, right, res_ids).read(names)

    @api.private
    def create_record(self, user, module, values):
        """Create a record for a user; he is its contact.

        :param dict values: writable fields
        :return: id of the record
        :rtype: int
        :raise AccessError: before anything is written
        """
        right = self._check(user, module, "create", values)
        model = self._get_model_sudo(user, right)
        values = {
            **self._get_new_values(user, right),
            **self._clean_values(user, right, values),
        }
        with self.env.cr.savepoint():
            record = model.create(values)
            if not self._browse(user, right, record.ids):
                raise AccessError(self.env._("Nothing can be created here."))
        return record.id

    @api.private
    def write_record(self, user, module, res_id, values):
        """Change a record that the user sees.

        :raise AccessError: before anything is written
        """
        right = self._check(user, module, "edit", values)
        record = self._browse(user, right, [res_id])
        if not record:
            raise AccessError(self.env._("This record does not exist."))
        record.write(self._clean_values(user, right, values))

    # === PAGES AND RECORDS OF ODOO ITSELF === #

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
        if model_name in LINE_MODELS:
            parent, link = LINE_MODELS[model_name]
            domain = self.native_domain(user, parent, mode)
            return None if domain is None else Domain(link, "any", domain)
        if model_name not in self._get_native_models():
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
            if permission.visible
            and permission.module_id.active
            and permission.module_id.available
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
            lambda line: line.available and access.get(line, "hidden") != "hidden"
        )
        never = NEVER_WRITTEN | {(module.partner_field or "").split(".")[0]}
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
                if access[line] == "write"
                and line.name not in never
                and known[line.name].type not in NEVER_WRITTEN_TYPES
            ),
            listed=tuple(lines.filtered("in_list").mapped("name")),
            searchable=tuple(
                line.name
                for line in lines
                if line.searchable and known[line.name]._description_searchable
            ),
            groupable=tuple(
                line.name
                for line in lines
                if line.groupable and known[line.name]._description_groupable(self.env)
            ),
            sortable=tuple(
                line.name
                for line in lines
                if known[line.name]._description_sortable(self.env)
            ),
        )

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
        """Return also the archived ones: nobody sees their records any more."""
        modules = self.env["customer.portal.module"].sudo()
        return modules.with_context(active_test=False).search([("page", "=", "native")])

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
        partner = self.env["res.partner"].sudo().browse(partner_id)
        rights = self._get_profile_rights(profile_id).values()
        return Domain.OR(
            right.domain & self._get_level_domain(partner, right, right.level)
            for right in rights
            if right.native
            and right.model_name == model_name
            and MODE_ACTIONS[mode] in right.actions
        ).optimize(self.env[model_name])

    @api.model
    def _get_level_domain(self, partner, right, level):
        """Return which records a level of records visibility reaches.

        Without a path to the contact nobody sees any record, but for a catalogue. On
        Odoo's own pages the wider levels are what Odoo shows by itself.
        """
        path = right.partner_field
        if level == "everyone" or (right.native and level == "subsidiaries"):
            return Domain.TRUE
        if not path or not partner:
            return Domain.FALSE
        organization = partner.commercial_partner_id
        if level == "own":
            return Domain(path, "in", partner.ids)
        if level == "organization":
            field = "commercial_partner_id"
            path = field if path == "id" else f"{path}.{field}"
            return Domain(path, "in", organization.ids)
        return Domain(path, "child_of", organization.ids)

    @api.model
    def _get_company_domain(self, user, right):
        """Keep a user to the companies he belongs to, as Odoo's own rules do."""
        field = self.env[right.model_name]._fields.get("company_id")
        if not field or not field.store or field.comodel_name != "res.company":
            return Domain.TRUE
        companies = user.sudo().company_ids.ids
        return Domain("company_id", "in", [*companies, False])

    @api.model
    def _get_order(self, right, order):
        words = (order or "").split()
        if (
            words
            and words[0] in right.sortable
            and words[1:] in ([], ["asc"], ["desc"])
        ):
            return f"{order}, id"
        return right.order

    @api.model
    def _get_model_sudo(self, user, right):
        """Return the model with all rights, in the name of the user.

        He is the author of what he changes, also when somebody else looks over his
        shoulder.
        """
        return self.env[right.model_name].with_user(user).sudo()

    @api.model
    def _browse(self, user, right, ids):
        """Return those of some records that the user sees; the only way to get any."""
        ids = [res_id for res_id in ids if self._is_id(res_id)]
        domain = Domain("id", "in", ids) & self.domain(user, right.code)
        found = self._get_model_sudo(user, right).search(domain)
        return found.browse([res_id for res_id in ids if res_id in found._ids])

    @api.model
    def _is_id(self, value):
        return _is_integer(value) and value > 0

    @api.model
    def _check(self, user, module, action, values):
        right = self._get_rights(user).get(module)
        if not right or action not in right.actions:
            raise AccessError(self.env._("This is not permitted."))
        if forbidden := set(values) - set(right.writable):
            raise AccessError(
                self.env._(
                    "These fields cannot be changed: %(names)s",
                    names=", ".join(sorted(map(str, forbidden))),
                )
            )
        return right

    @api.model
    def _get_new_values(self, user, right):
        """Return what makes a new record one of the module, and one of the user.

        :raise AccessError: where a record does not lead to its contact directly
        """
        field = self.env[right.model_name]._fields.get(right.partner_field)
        if not field or field.comodel_name != "res.partner":
            raise AccessError(self.env._("Nothing can be created here."))
        partner_id = user.sudo().partner_id.id
        values = {
            condition.field_expr: condition.value
            for condition in right.domain.iter_conditions()
            if condition.operator == "=" and "." not in condition.field_expr
        }
        values[field.name] = (
            [Command.link(partner_id)] if field.type == "many2many" else partner_id
        )
        return values

    # === VALUES FROM ANYWHERE === #

    @api.model
    def _clean_domain(self, right, domain):
        """Keep conditions of a customer to his fields, and to values that fit them.

        :raise AccessError: for other fields, and for operators that look into the
            records behind a field
        """
        known = self.env[right.model_name]._fields
        try:
            domain = Domain(domain)
        except (TypeError, ValueError) as error:
            raise AccessError(self.env._("This is no search.")) from error

        def clean(condition):
            searchable = condition.field_expr in right.searchable
            if not searchable or condition.operator not in SEARCH_OPERATORS:
                raise AccessError(self.env._("This field cannot be searched."))
            values = condition.value
            if not isinstance(values, list | tuple | set | frozenset):
                values = [values]
            is_text = "like" in condition.operator
            kind = "char" if is_text else known[condition.field_expr].type
            fits = all(self._is_fit(kind, value) for value in values)
            return condition if fits else Domain.FALSE

        return domain.map_conditions(clean)

    @api.model
    def _is_fit(self, kind, value):
        """Say whether a value can stand in a field of a type at all."""
        if value is False or value is None:
            return True
        try:
            return bool(CHECKS.get(kind, _is_text)(value))
        except (TypeError, ValueError, OverflowError):
            return False

    @api.model
    def _clean_values(self, user, right, values):
        """Check the values of a customer before anything is written.

        :raise AccessError: for a value that does not fit its field, and for a record
            behind it that the user does not see
        """
        known = self.env[right.model_name]._fields
        for name, value in values.items():
            field = known[name]
            fits = self._is_fit(field.type, value)
            if fits and value and field.type == "selection":
                fits = value in field.get_values(self.env)
            if fits and value and field.type == "many2one":
                record = self.env[field.comodel_name].browse(value).with_user(user)
                fits = record.sudo().exists() and record.has_access("read")
            if not fits:
                raise AccessError(
                    self.env._(
                        "“%(value)s” cannot stand in the field %(field)s.",
                        value=value,
                        field=field.string,
                    )
                )
        return values
