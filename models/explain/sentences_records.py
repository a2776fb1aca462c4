from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import unique

from ..base import odoo_rights
from .decisions import OWN_PAGES

# So many of the contacts of a record are named.
PLACES = 5


class CustomerPortalExplain(models.AbstractModel):
    """What each step says of a record, with the way from its contact to the customer's.

    Contacts that somebody may not read are not named to them.
    """

    _inherit = "customer.portal.explain"

    # === WHOSE IT IS === #

    @api.model
    def _say_level(self, asked, step):
        code, level = step.facts["code"], step.facts["level"]
        if step.passed and self._is_left_out(asked, code):
            return "", None  # To say that it is theirs would contradict the reason.
        module_sudo = self._get_module(code).sudo()
        say = getattr(self, f"_say_level_{level}", self._say_level_other)
        text = say(asked, step, module_sudo, {"module": module_sudo.name})
        row_sudo = self._get_permission_sudo(asked, code)
        link = self._link_profile(row_sudo, "records_visibility")
        if step.passed:
            return text, link
        return self._say_wider_level(asked, row_sudo, text, link)

    @api.model
    def _say_wider_level(self, asked, row_sudo, text, link):
        """Say which level would show a record; where none does, lead to the record."""
        module_sudo, level = row_sudo.module_id, self._get_wider_level(asked, row_sudo)
        if not level:
            fname = (module_sudo.partner_field or "id").split(".")[0]
            return text, self._link_record(asked, module_sudo.model_name, fname) or link
        if self._is_left_out(asked, module_sudo.code):
            return text, link
        labels = dict(
            row_sudo._fields["records_visibility"]._description_selection(self.env)
        )
        more = self.env._("The level “%(level)s” would show it.", level=labels[level])
        return f"{text} {more}", link

    @api.model
    def _is_left_out(self, asked, code):
        """Say whether a module leaves a record out whoever it belongs to."""
        return any(
            not one.passed
            and one.kind in ("filter", "archived", "company")
            and one.facts.get("code", code) == code
            for one in asked.steps
        )

    @api.model
    def _get_wider_level(self, asked, row_sudo):
        """Return the next level that would show the record, None if none does."""
        module_sudo = row_sudo.module_id
        levels = module_sudo._get_possible_levels()
        record_sudo = asked.records[module_sudo.model_name].sudo()
        record_sudo = record_sudo.with_context(active_test=False)
        gate = self.env["customer.portal.gate"].with_user(asked.user_sudo)
        right = gate._get_rights().get(module_sudo.code)
        ids = [("id", "in", record_sudo.ids)]
        for level in levels:
            domain = right and gate._get_visibility_domain(
                asked.user_sudo.partner_id, right, level
            )
            if right and record_sudo.search_count(domain & Domain(ids)):
                return level
        return None

    @api.model
    def _say_level_own(self, asked, step, module_sudo, names):
        owners = self._get_owners_sudo(asked, module_sudo)
        names["owner"] = self._get_names(owners)
        if not owners:
            return self._say_nobody(names)
        if step.passed:
            return self.env._(
                "%(module)s shows their own records, and this is theirs.", **names
            )
        if asked.partner in owners:
            return self.env._(
                "%(module)s shows their own records, but this one belongs to an "
                "organization they are no longer in.",
                **names,
            )
        return self.env._(
            "%(module)s shows their own records only, and the contact of this one is "
            "%(owner)s.",
            **names,
        )

    @api.model
    def _say_level_organization(self, asked, step, module_sudo, names):
        organization = asked.partner.sudo().commercial_partner_id
        names["organization"] = self._get_names(organization)
        text = self.env._("%(module)s shows the records of %(organization)s.", **names)
        return f"{text} {self._say_path(asked, step, module_sudo, names)}"

    @api.model
    def _say_level_subsidiaries(self, asked, step, module_sudo, names):
        if module_sudo.page == "native":
            return self.env._("%(module)s shows all that Odoo shows.", **names)
        organization = asked.partner.sudo().commercial_partner_id
        names["organization"] = self._get_names(organization)
        text = self.env._(
            "%(module)s shows the records of %(organization)s and its subsidiaries.",
            **names,
        )
        return f"{text} {self._say_path(asked, step, module_sudo, names)}"

    @api.model
    def _say_level_bought(self, asked, step, module_sudo, names):
        organization = asked.partner.sudo().commercial_partner_id
        names["organization"] = self._get_names(organization)
        if step.passed:
            return self.env._("%(organization)s has bought this.", **names)
        return self.env._(
            "%(module)s shows what %(organization)s has bought, and this is in none of "
            "its confirmed orders.",
            **names,
        )

    @api.model
    def _say_level_everyone(self, asked, step, module_sudo, names):
        if module_sudo.model_name in OWN_PAGES:
            return ""  # Each of them says for whom it is.
        return self.env._("%(module)s shows all records to everyone.", **names)

    @api.model
    def _say_level_other(self, asked, step, module_sudo, names):
        return self.env._("%(module)s shows no records on this level.", **names)

    # === THE WAY FROM CONTACT TO CONTACT === #

    @api.model
    def _get_owners_sudo(self, asked, module_sudo):
        """Return the contacts that a record leads to, however many."""
        record_sudo = asked.records[module_sudo.model_name].sudo()
        path = module_sudo.partner_field
        if not path:
            return self.env["res.partner"].sudo()
        return record_sudo if path == "id" else record_sudo.mapped(path)

    @api.model
    def _get_names(self, partners):
        """Name contacts to whom may read them."""
        readable = partners.sudo(False)._filtered_access("read")
        names = readable.mapped("name")
        if partners - readable.sudo():
            names.append(self.env._("a contact you don't have access to"))
        return ", ".join(name or "" for name in names)

    @api.model
    def _say_nobody(self, names):
        return self.env._(
            "%(module)s shows the records of contacts, and this one has none.", **names
        )

    @api.model
    def _say_path(self, asked, step, module_sudo, names):
        """Say how a record belongs to the customer's organization: each way it does.

        By what it says of its organization itself, else by its contacts.
        """
        owners = self._get_owners_sudo(asked, module_sudo)
        record_sudo = asked.records[module_sudo.model_name].sudo()
        kept = module_sudo.organization_field
        places = (record_sudo.mapped(kept) if kept else owners) or owners
        if not places:
            return self.env._("This one has no contact.")
        mine = asked.partner.sudo().commercial_partner_id
        lines = {place: self._get_line(place) for place in places}
        within = [place for place in places if mine in lines[place]]
        nearest = [place for place in within if mine == lines[place][0]]
        if step.facts["level"] == "organization" and nearest:
            within = nearest
        texts = [
            self._say_place(place, lines[place], owners, mine)
            for place in (within or places)[:PLACES]
        ]
        return " ".join(unique(texts if within else texts[:1]))

    @api.model
    def _say_place(self, place, line, owners, mine):
        theirs = owners.filtered(lambda one: one.commercial_partner_id == line[0])
        owner = (place if place in theirs else theirs[:1]) - line[0]
        names = {
            "owner": self._get_names(owner),
            "near": self._get_names(line[0]),
            "mine": self._get_names(mine),
        }
        say = self._get_contact_text if owner else self._get_path_text
        return say(line, mine, names)

    @api.model
    def _get_line(self, partner_sudo):
        """Return the organization of a contact and those above it, the nearest first.

        :rtype: list
        """
        line, one = [], partner_sudo.commercial_partner_id
        while one and one not in line:
            line.append(one)
            one = one.parent_id.commercial_partner_id
        return line

    @api.model
    def _get_contact_text(self, line, mine, names):
        if mine == line[0]:
            return self.env._("Its contact %(owner)s belongs to %(near)s.", **names)
        if mine in line:
            return self.env._(
                "Its contact %(owner)s is below %(near)s, a subsidiary of %(mine)s.",
                **names,
            )
        return self.env._(
            "Its contact %(owner)s belongs to %(near)s, which is not below %(mine)s.",
            **names,
        )

    @api.model
    def _get_path_text(self, line, mine, names):
        if mine == line[0]:
            return self.env._("It belongs to %(near)s.", **names)
        if mine in line:
            return self.env._(
                "It belongs to %(near)s, a subsidiary of %(mine)s.", **names
            )
        return self.env._(
            "It belongs to %(near)s, which is not below %(mine)s.", **names
        )

    # === WHAT ELSE A RECORD MUST BE === #

    @api.model
    def _say_filter(self, asked, step):
        names = {"module": self._get_module_name(step.facts["code"])}
        text = (
            self.env._("It matches the filter of %(module)s.", **names)
            if step.passed
            else self.env._("It doesn't match the filter of %(module)s.", **names)
        )
        return text, self._link_module(step.facts["code"], "domain")

    @api.model
    def _say_archived(self, asked, step):
        model_name = step.facts["model"]
        name = self.env[model_name]._active_name
        text = self.env._("It is archived.")
        return text, self._link_record(asked, model_name, name)

    @api.model
    def _say_company(self, asked, step):
        model_name = self._get_module(step.facts["code"]).sudo().model_name
        company_sudo = asked.records[model_name].sudo().company_id
        names = {"company": company_sudo.name}
        if not company_sudo:
            return "", None
        if step.passed:
            text = self.env._("It is of their company %(company)s.", **names)
        else:
            text = self.env._(
                "It is of %(company)s, which is not their company.", **names
            )
        return text, self._link_record(asked, model_name, "company_id")

    # === ODOO'S OWN RULES === #

    @api.model
    def _say_acl(self, asked, step):
        names = {"records": self.env[step.facts["model"]]._description}
        texts = {
            "read": self.env._("Odoo lets portal users read “%(records)s”.", **names),
            "write": self.env._(
                "Odoo lets portal users change “%(records)s”.", **names
            ),
            "create": self.env._(
                "Odoo lets portal users create “%(records)s”.", **names
            ),
        }
        text = texts[step.facts["mode"]]
        if not step.passed:
            text = self.env._(
                "Odoo gives portal users no access to “%(records)s”.", **names
            )
        model = self.env["ir.model"].sudo()._get(step.facts["model"])
        return text, self._link(
            model, odoo_rights.RIGHTS_FIELD, self.env._("Open Access Rights")
        )

    @api.model
    def _say_odoo_rule(self, asked, step):
        if step.passed:
            return self._say_permitting_rules(asked, step)
        record_sudo = asked.records[step.facts["model"]].sudo()
        mode = step.facts["mode"]
        failing = odoo_rights.find_failing_rules(asked.user_sudo, record_sudo, mode)
        names = ", ".join(f"“{rule.name}”" for rule in failing)
        text = (
            self.env._("Odoo's own rules refuse it: %(rules)s.", rules=names)
            if names
            else self.env._("Odoo's own rules refuse it.")
        )
        return text, self._link_rule(failing)

    @api.model
    def _link_rule(self, rules):
        rule = rules[:1].with_user(self.env.user)
        return self._link(rule, odoo_rights.RULE_FIELD, self.env._("Open Rule"))

    @api.model
    def _say_permitting_rules(self, asked, step):
        """Name the rules that let customers have a record, if there are several."""
        permitting = self._find_permitting_rules(asked, step)
        text = self.env._("Odoo's own rules let them have it.")
        if len(permitting) > 1:
            names = ", ".join(f"“{rule.name}”" for rule in permitting)
            text = self.env._(
                "Each of these rules of Odoo lets them have it: %s.", names
            )
        return text, self._link_rule(permitting)

    @api.model
    def _find_permitting_rules(self, asked, step):
        """Return the rules for groups that a record matches, with all rights."""
        record_sudo = asked.records[step.facts["model"]].sudo()
        mode = step.facts["mode"]
        return odoo_rights.find_permitting_rules(asked.user_sudo, record_sudo, mode)
