import re

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...const import PAGE_MODELS, PROFILE_CODES, VALUE_NAMES
from ...utils import read_number
from ..base.odoo_rights import find_modes
from .module import DOMAIN_NAMES, FITTING_NAMES
from .publishing_definition import NEVER_WRITTEN, OWN_MODELS

CODE = re.compile(r"[a-z][a-z0-9_-]*")
ICON = re.compile(r"fa-[a-z0-9-]+")


class CustomerPortalModule(models.Model):
    """Whether a module fits its model, and may be shown."""

    _inherit = "customer.portal.module"

    # === CONSTRAINT METHODS === #

    @api.constrains("code")
    def _check_code(self):
        for module in self:
            if not CODE.fullmatch(module.code):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” is not a valid code. Use lowercase letters, "
                        "digits, - and _.",
                        code=module.code,
                    )
                )

    @api.constrains("icon")
    def _check_icon(self):
        for module in self:
            if module.icon and not ICON.fullmatch(module.icon):
                raise ValidationError(
                    self.env._(
                        "%(module)s: “%(icon)s” is not a valid icon. Use a Font "
                        "Awesome name, such as fa-truck.",
                        module=module.name,
                        icon=module.icon,
                    )
                )

    @api.constrains("paths")
    def _check_paths(self):
        for module in self:
            for path in (module.paths or "").split():
                if not path.startswith("/my/"):
                    raise ValidationError(
                        self.env._(
                            "%(module)s: “%(path)s” is not a valid portal page. "
                            "Addresses start with /my/.",
                            module=module.name,
                            path=path,
                        )
                    )

    @api.constrains("code", "page", *FITTING_NAMES)
    def _check_fits(self):
        """Refuse what does not fit the model, as soon as there is one."""
        for module in self:
            problem = module._get_page_problem()
            if module.model_name in self.env:
                problem = (
                    module._get_problem()
                    or module._get_lines_problem()
                    or module._get_search_problem()
                )
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(module)s: %(problem)s", module=module.name, problem=problem
                    )
                )

    def _get_search_problem(self):
        model = self.env[self.model_name]
        problems = (
            self._try_search(model, self[name], self.order) for name in DOMAIN_NAMES
        )
        return next(filter(None, problems), None)

    def _get_lines_problem(self):
        """Say why the publisher may not let customers write what the forms hold."""
        modes = {line._get_needed_modes() for line in self.field_ids}
        model = self._get_publisher_model()
        return self._get_access_problem(model, sorted(set().union(*modes)))

    # === WHAT IS MISSING === #

    def web_save(self, vals, specification, next_id=None):
        """Refuse to save a form that would show nothing; code may build it in steps."""
        result = super().web_save(vals, specification, next_id=next_id)
        saved = self or self.browse(line["id"] for line in result)
        saved._check_shows_something()
        return result

    def _check_shows_something(self):
        """:raise ValidationError: that says all that is missing"""
        for module in self:
            if missing := module._get_missing():
                raise ValidationError(
                    self.env._(
                        "%(module)s would show nothing. %(missing)s",
                        module=module.name,
                        missing=" ".join(missing),
                    )
                )

    def _get_missing(self):
        """Say what a page of the portal needs before it shows any record.

        :rtype: list[str]
        """
        if not self.active or self.page == "native" or self.model_name not in self.env:
            return []
        lines = self.field_ids.filtered("available")
        needed = {
            self.env._(
                "Choose the Customer Field, which links a record to its customer. If "
                "the records are for everyone, turn on Visible to Everyone instead."
            ): self._reaches_somebody(),
            self.env._("Add a field to the list."): any(lines.mapped("in_list")),
            self.env._("Add a field to the record."): any(lines.mapped("in_detail")),
        }
        return [text for text, is_there in needed.items() if not is_there]

    def _reaches_somebody(self):
        return bool(self.partner_field or self.allow_everyone or self._is_bought())

    # === WHAT IS WRONG === #

    def _get_problem(self):
        """Return why the module cannot be shown, and nothing if it can.

        :rtype: str | None
        """
        self.ensure_one()
        if problem := self._get_page_problem():
            return problem
        if self.model_name not in self.env:
            return self.env._(
                "The app that provides %(model)s is not installed.",
                model=self._get_document_words(self.model_name),
            )
        model = self._get_publisher_model()
        if model is None:
            return self._get_nobody_problem()
        if model._abstract or model._transient:
            return self.env._("%(model)s doesn't store records.", model=self.model_name)
        problems = (
            self._get_access_problem(model, self._get_needed_modes()),
            self._get_partner_problem(model, self.partner_field),
            self._get_partner_problem(model, self.organization_field),
            *(self._get_domain_problem(model, self[name]) for name in DOMAIN_NAMES),
            self._get_order_problem(model, self.order),
            *(self._get_path_problem(model, name) for name in self._get_field_names()),
            *(self._get_state_problem(model, self[name]) for name in VALUE_NAMES),
        )
        return next(filter(None, problems), None)

    def _get_page_problem(self):
        """Say why the portal has no page for the model, whoever publishes it.

        Of what the portal itself is made of, its own pages are published alone.
        """
        if self.page not in self._fields["page"].get_values(self.env):
            return self.env._("“%(page)s” is not a valid page type.", page=self.page)
        model_name = PAGE_MODELS.get(self.code, self.model_name)
        is_own_page = self.code in PAGE_MODELS
        if is_own_page and (self.page, self.model_name) != ("native", model_name):
            return self.env._(
                "“%(code)s” is reserved for the portal's own %(model)s page. Use "
                "another code.",
                code=self.code,
                model=model_name,
            )
        if self.page == "native" and self.model_name in OWN_MODELS:
            return None
        return self._get_forbidden_problem(self.model_name)

    def _get_publisher_model(self):
        """Return the model with the rights of whoever publishes it.

        With all rights where Odoo itself shows the records to customers: they are
        narrowed here, and nobody gains anything.

        :return: None if there is nobody any more
        """
        model = self.env[self.model_name]
        return model.sudo() if self._is_shown_by_odoo() else self._as_publisher(model)

    def _is_shown_by_odoo(self):
        """Say whether portal users read the model by Odoo's own rights, on its pages.

        My Profile is made by the portal.
        """
        is_odoos = self.page == "native" and self.code not in PROFILE_CODES
        return is_odoos and "read" in self._get_portal_modes(self.model_name)

    @api.model
    def _get_portal_modes(self, model_name):
        """Return what Odoo's own rights let portal users do with a model."""
        return self._get_portal_modes_by_model().get(model_name, [])

    @api.model
    @ormcache()
    def _get_portal_modes_by_model(self):
        return find_modes(self.env, self.env.ref("base.group_portal").id)

    def _get_needed_modes(self):
        """Return what the publisher must be able to do with the records."""
        changes = any(self[name] for name in VALUE_NAMES)
        return ("read", "write") if changes else ("read",)

    def _is_writable(self, model, field):
        """Say whether customers may ever write a field, whatever a form could ask for.

        Not what belongs to another record that the publisher cannot change, nor which
        company something is of.
        """
        lines = self.env["customer.portal.module.field"]
        never = {(self.partner_field or "").split(".")[0], self.assignee_field}
        never.add((self.organization_field or "").split(".")[0])
        never |= lines._get_structure_fields(field.model_name)
        holders = self._walk_fields(field.model_name, field.related or "")[1:]
        return (
            not field.readonly
            and field.comodel_name != "res.company"
            and field.name not in NEVER_WRITTEN | never
            and all(model.env[one.model_name].has_access("write") for one in holders)
        )

    def _get_permit_problem(self, modes):
        """Say why the current user may not permit customers what the module offers.

        :param modes: what customers would be permitted to do with the records
        """
        if self.env.su or self._is_shown_by_odoo():
            return None
        if self.model_name not in self.env:  # Odoo's own pages come with their rights.
            return None if self.page == "native" else self._get_problem()
        return self._get_access_problem(self.env[self.model_name], modes)

    def _get_replaced_problem(self):
        if not self._is_replaced():
            return None
        return self.env._(
            "Cases are tickets in this database, so tickets are listed under Cases."
        )

    def _get_state_problem(self, model, value):
        """Say why a value cannot stand in the field of the state."""
        if not value:
            return None
        field = model._fields.get(self.state_field or "")
        if field and field.name in NEVER_WRITTEN:
            return self.env._("“%s” can't be used as a status field.", field.name)
        if field and field.type == "selection" and value in field.get_values(self.env):
            return None
        number = field and field.type == "many2one" and read_number(value)
        if number:
            states = model.env[field.comodel_name]
            state = states.browse(number).exists()._filtered_access("read")
            return None if state else self.env._("There is no status %s.", value)
        return self.env._("“%s” is not a valid value for the status field.", value)
