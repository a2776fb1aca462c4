from odoo import api, models
from odoo.tools import format_date

from ...const import PROFILE_CODES
from ..gate.module_access import ACTION_NEEDS
from .explain import Explained


class CustomerPortalExplain(models.AbstractModel):
    """What each step says, in words: the door, the profile, what it permits.

    A method for each kind of step returns its sentence, and a link to what decides.
    For another module's steps, add a method of its name.
    """

    _inherit = "customer.portal.explain"

    @api.model
    def _tell(self, asked, step):
        text, link = getattr(self, f"_say_{step.kind}")(asked, step)
        return Explained(step.kind, step.passed, text, link)

    @api.model
    def _get_module_name(self, code):
        module = self._get_module(code).sudo(False)
        return module.sudo().name if module else code

    @api.model
    def _get_action_name(self, action):
        """Return what the profile calls an action."""
        permissions = self.env["customer.portal.permission"]
        fname = permissions._get_action_fields().get(action)
        return fname and permissions._fields[fname]._description_string(self.env)

    # === THE DOOR === #

    @api.model
    def _say_portal_user(self, asked, step):
        name = asked.partner.name
        text = (
            self.env._("Portal User is on for %(name)s.", name=name)
            if step.passed
            else self.env._("Portal User is off for %(name)s.", name=name)
        )
        return text, self._link_contact(asked, "portal_user")

    @api.model
    def _say_user(self, asked, step):
        user_sudo, link = asked.user_sudo, self._link_contact(asked, "portal_user")
        if step.passed:
            text = self.env._("They log in as %(login)s.", login=user_sudo.login)
        elif not user_sudo:
            text = self.env._("They have no user to log in with.")
        elif not user_sudo.active:
            text = self.env._(
                "Their user %(login)s is archived.", login=user_sudo.login
            )
        else:
            text = self.env._(
                "Their user %(login)s is not a portal user.", login=user_sudo.login
            )
        return text, link

    @api.model
    def _say_period(self, asked, step):
        partner_sudo, env = asked.partner.sudo(), self.env
        start, end = partner_sudo.support_start_date, partner_sudo.support_end_date
        fname = "support_end_date"
        if step.facts["state"] == "expired":
            text = env._(
                "Their support period ended on %(date)s.", date=format_date(env, end)
            )
        elif step.facts["state"] == "grace":
            text = self._write_grace(partner_sudo)
        elif step.facts["state"] == "scheduled":
            fname = "support_start_date"
            text = env._(
                "Their support period starts on %(date)s.",
                date=format_date(env, start),
            )
        elif end:
            text = env._(
                "Their support period runs until %(date)s.", date=format_date(env, end)
            )
        else:
            text = env._("Their support period has no end.")
        return text, self._link_contact(asked, fname)

    @api.model
    def _write_grace(self, partner_sudo):
        return self.env._(
            "Their support period ended on %(end)s. Until %(last)s they can read, but "
            "change or send nothing.",
            end=format_date(self.env, partner_sudo.support_end_date),
            last=format_date(self.env, partner_sudo._get_portal_grace_end()),
        )

    @api.model
    def _say_grace(self, asked, step):
        link = self._link_contact(asked, "support_end_date")
        return self._write_grace(asked.partner.sudo()), link

    @api.model
    def _say_door(self, asked, step):
        text = self.env._("The portal keeps them out: %s", step.facts["refusal"])
        return text, self._link_contact(asked, "portal_user")

    @api.model
    def _say_session(self, asked, step):
        text = (
            self.env._("They have chosen a password.")
            if step.passed
            else self.env._(
                "They have not chosen a password yet. The link in their login details "
                "lets them do that; you can send it again."
            )
        )
        return text, self._link_contact(asked, "portal_credentials_state")

    # === THE PROFILE === #

    @api.model
    def _say_profile(self, asked, step):
        profiles = self.env["customer.portal.profile"].with_context(active_test=False)
        profile = profiles.browse(step.facts["profile_id"])
        text = (
            self.env._("Their profile is %(profile)s.", profile=profile.name)
            if step.facts["chosen"]
            else self.env._(
                "They have no profile of their own, so the default profile "
                "%(profile)s applies.",
                profile=profile.name,
            )
        )
        return text, self._link_contact(asked, "portal_profile_id")

    @api.model
    def _say_module(self, asked, step):
        code, hiding = step.facts["code"], step.facts["hiding"]
        rows = self.env["customer.portal.permission"].sudo()
        row_sudo = rows.browse(step.facts["permission_id"] or ())
        text = self._get_hiding_text(hiding, row_sudo, code)
        if hiding in ("archived", "unavailable"):
            return text, self._link_module(code, "active")
        fname = "records_visibility" if hiding == "level" else "visible"
        return text, self._link_profile(row_sudo, fname)

    @api.model
    def _get_hiding_text(self, hiding, row_sudo, code):
        env, names = self.env, {"module": self._get_module_name(code)}
        names["profile"] = row_sudo.profile_id.name
        texts = {
            None: env._("The profile shows %(module)s.", **names),
            "hidden": env._("The profile doesn't show %(module)s.", **names),
            "level": env._(
                "The records visibility that the profile has for %(module)s is not one "
                "that the module offers.",
                **names,
            ),
            "archived": env._("The module %(module)s is archived.", **names),
            "unavailable": env._(
                "The module %(module)s is unavailable: %(problem)s",
                problem=row_sudo.module_id.problem if hiding == "unavailable" else "",
                **names,
            ),
        }
        missing = env._("There is no module %(module)s in the profile.", **names)
        return texts.get(hiding, missing)

    @api.model
    def _say_address(self, asked, step):
        if step.passed:
            return "", None
        return self.env._("No page has the address %s.", step.facts["path"]), None

    @api.model
    def _say_page(self, asked, step):
        path, block = step.facts["path"], step.facts["block"]
        gate = self.env["customer.portal.gate"].with_user(asked.user_sudo)
        profile = self.env["customer.portal.profile"].browse(gate._get_profile_id())
        link = self._link(profile, "blocked_paths", self.env._("Open Profile"))
        if step.passed:
            text = self.env._("The profile doesn't block the page %(path)s.", path=path)
        elif block in profile.sudo()._get_blocked_paths():
            text = self.env._("The profile blocks the page %(path)s.", path=block)
        else:
            text = self.env._(
                "The profile shows no module that the page %(path)s belongs to.",
                path=path,
            )
            link = self._get_path_link(asked, block or path) or link
        return text, link

    @api.model
    def _get_path_link(self, asked, path):
        """Return a link to the row whose module the page is of."""
        gate = self.env["customer.portal.gate"]
        page = path.partition("/page/")[0]
        for module in gate._get_native_modules():
            if page in (module.paths or "").split():
                row_sudo = self._get_permission_sudo(asked, module.code)
                return self._link_profile(row_sudo, "visible")
        return None

    # === WHAT IT PERMITS === #

    @api.model
    def _say_action(self, asked, step):
        code, action = step.facts["code"], step.facts["action"]
        row_sudo = self._get_permission_sudo(asked, code)
        fname = self._get_deciding_column(row_sudo, action)
        names = {
            "action": self._get_action_name(action) or action,
            "module": self._get_module_name(code),
        }
        if step.passed:
            text = self.env._("The profile allows %(action)s in %(module)s.", **names)
        elif not fname or row_sudo[fname]:
            return self._say_not_offered(row_sudo, action, names)
        else:
            names["action"] = row_sudo._fields[fname]._description_string(self.env)
            text = self.env._(
                "The profile doesn't allow %(action)s in %(module)s.", **names
            )
        return text, self._link_profile(row_sudo, fname)

    @api.model
    def _say_not_offered(self, row_sudo, action, names):
        """Say why there is no action that the profile allows."""
        if self._is_form_emptied(row_sudo, action):
            text = self.env._(
                "The profile lets them fill in no field of %(module)s, so %(action)s "
                "has no form.",
                **names,
            )
            return text, self._link_profile(row_sudo, "field_ids")
        text = self.env._("%(module)s doesn't offer %(action)s.", **names)
        return text, self._link_module(row_sudo.module_id.code, "field_ids")

    @api.model
    def _is_form_emptied(self, row_sudo, action):
        """Say whether a form has no field left because the profile permits none."""
        gate = self.env["customer.portal.gate"]
        names = gate._get_names_by_use(row_sudo)
        if action not in gate._get_empty_forms(row_sudo.module_id, names):
            return False
        lines_sudo = row_sudo.field_ids.filtered(f"field_id.in_{action}")
        return any(line.access != "write" for line in lines_sudo)

    @api.model
    def _get_deciding_column(self, row_sudo, action):
        """Return the column of a profile that decides: maybe of what it needs."""
        columns = row_sudo._get_action_fields()
        needed = columns.get(ACTION_NEEDS.get(action))
        fname = columns.get(action)
        is_needed = fname and row_sudo[fname] and needed and not row_sudo[needed]
        return needed if is_needed else fname

    @api.model
    def _say_field(self, asked, step):
        code, name, use = (step.facts[key] for key in ("code", "name", "use"))
        row_sudo = self._get_permission_sudo(asked, code)
        line_sudo = row_sudo.field_ids.filtered(lambda one: one.field_id.name == name)
        names = {
            "field": line_sudo.field_id.display_name or name,
            "module": self._get_module_name(code),
        }
        if not line_sudo:
            text = self.env._("%(module)s doesn't publish %(field)s.", **names)
            return text, self._link_module(code, "field_ids")
        if self._is_decided_by_profile(line_sudo, use) or step.passed:
            text = self._get_field_text(step.passed, line_sudo, use, names)
            return text, self._link_profile_field(line_sudo)
        text = self._get_module_field_text(line_sudo, use, names)
        return text, self._link_module(code, f"in_{use}")

    @api.model
    def _is_decided_by_profile(self, line_sudo, use):
        enough = ("write",) if use == "edit" else ("read", "write")
        return line_sudo.access not in enough

    @api.model
    def _get_field_text(self, passed, line_sudo, use, names):
        if passed and use == "edit":
            return self.env._("The profile lets them edit %(field)s.", **names)
        if passed:
            return self.env._("The profile shows %(field)s.", **names)
        if line_sudo.access == "read":
            return self.env._("The profile lets them read %(field)s only.", **names)
        return self.env._("The profile hides %(field)s.", **names)

    @api.model
    def _get_module_field_text(self, line_sudo, use, names):
        if line_sudo.field_id.problem:
            return self.env._(
                "The field is unavailable: %s", line_sudo.field_id.problem
            )
        if use == "edit":
            return self.env._(
                "%(field)s is not in the form that edits %(module)s.", **names
            )
        return self.env._("%(field)s is not on the pages of %(module)s.", **names)

    @api.model
    def _link_profile_field(self, line_sudo):
        label = self.env._("Open Profile")
        if not self._link(line_sudo.permission_id.profile_id, "access", label):
            return None
        return self._link(line_sudo, "access", label)

    @api.model
    def _say_hidden_field(self, asked, step):
        name, model = step.facts["name"], self.env[step.facts["model"]]
        label = model._fields[name]._description_string(self.env)
        field = self.env["ir.model.fields"].sudo()._get(model._name, name)
        link = self._link(field, "groups", self.env._("Open Field"))
        if step.passed:
            if asked.question.way == "rpc":
                return self.env._("Programs may use the field %s.", label), link
            return self.env._("Odoo's pages may show the field %s.", label), link
        partner = asked.records[model._name].with_user(asked.user_sudo)
        is_contact = model._name == "res.partner"
        if is_contact and partner._is_portal_hidden(name):
            code = asked.question.code or PROFILE_CODES[0]
            row_sudo = self._get_permission_sudo(asked, code)
            text = self.env._("The profile hides %s of contacts.", label)
            return text, self._link_profile(row_sudo, "field_ids")
        return self.env._("Odoo keeps the field %s from portal users.", label), link

    @api.model
    def _say_form(self, asked, step):
        code, mode = step.facts["code"], step.facts["mode"]
        names = {"module": self._get_module_name(code)}
        if step.passed:
            text = self.env._("The form of %(module)s opens.", **names)
            return text, self._link_module(code, "field_ids")
        if mode == "create":
            text = self.env._(
                "%(module)s has no form for new records: its customer field must lead "
                "to the contact directly.",
                **names,
            )
            return text, self._link_module(code, "partner_field")
        text = self.env._("%(module)s has no form to edit this.", **names)
        return text, self._link_module(code, "field_ids")

    @api.model
    def _say_open(self, asked, step):
        state = self._get_module(step.facts["code"]).sudo().state_field
        text = (
            self.env._("It is open.")
            if step.passed
            else self.env._("It is closed. Reopen it to add to it.")
        )
        return text, self._link_record(asked, asked.question.model, state or "id")

    @api.model
    def _say_customer(self, asked, step):
        text = (
            self.env._("It is the contact of a customer.")
            if step.passed
            else self.env._(
                "It is the contact of an employee, which nobody edits here."
            )
        )
        return text, self._link_record(asked, "res.partner", "user_ids")

    @api.model
    def _say_file(self, asked, step):
        text = (
            self.env._("The page of the record links to the file.")
            if step.passed
            else self.env._(
                "The page of the record doesn't link to this file. It may belong to a "
                "message or a text they can't see, or be hidden as a document."
            )
        )
        return text, self._link_record(asked, "ir.attachment", "res_id")

    @api.model
    def _say_other(self, asked, step):
        return self.env._("Something else in Odoo refuses this."), None
