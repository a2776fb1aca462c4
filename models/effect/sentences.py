from odoo import api, models
from odoo.tools import formatLang

from ...const import PROFILE_CODES

# What Odoo shows to followers and collaborators, whoever the customer is.
FOLLOWED = ("project.milestone", "project.project", "project.task", "project.update")


class CustomerPortalEffect(models.AbstractModel):
    """What a change would do, in words."""

    _inherit = "customer.portal.effect"

    # === WHAT CHANGES FOR CONTACTS === #

    @api.model
    def _describe(self, effect):
        """Return what a change does, a few sentences a module and profile.

        :rtype: list[dict]
        """
        return [
            {
                "profile": effect.after.profiles.get(one.profile_id)
                or effect.before.profiles.get(one.profile_id),
                "module": self._get_module_name(effect, one.code),
                "texts": self._describe_module(effect, one),
            }
            for one in effect.modules
        ]

    @api.model
    def _describe_module(self, effect, one):
        old, new = self._get_both(effect, one)
        module = self._get_module_name(effect, one.code)
        texts = [self._say_shown(old, new), self._say_people(one)]
        texts += self._say_directions(one, module)
        if old and new:
            texts += [self._say_same(one), *self._say_rights(effect, one)]
        if not one.counted:
            texts.append(
                self.env._(
                    "The records of this module can't be counted. Check them with See "
                    "as Customer."
                )
            )
        elif one.narrowed:
            texts.append(self._say_narrowed(one))
        return [text for text in texts if text]

    @api.model
    def _say_narrowed(self, one):
        """Say how far the numbers hold where Odoo's own rules have the last word."""
        if one.model_name in FOLLOWED:
            return self.env._(
                "Odoo shows projects and tasks to their followers, so it can be more "
                "or fewer records than counted here."
            )
        if not one.gained.records and not one.lost.records:
            return ""
        return self.env._("Odoo's own rules may show fewer of these records.")

    @api.model
    def _say_shown(self, old, new):
        if not old:
            return self.env._("Customers will see this module.")
        if not new:
            return self.env._("Customers will no longer see this module.")
        return None

    @api.model
    def _say_people(self, one):
        if not one.contacts:
            return self.env._("No contact has this profile yet.")
        return self.env._(
            "Contacts with this profile: %(contacts)s (%(active)s can log in today).",
            contacts=self._number(one.contacts),
            active=self._number(one.contacts_now),
        )

    @api.model
    def _say_directions(self, one, module):
        texts = []
        if one.gained.records:
            texts.append(
                self.env._(
                    "%(contacts)s of %(organizations)s will see %(more)s in "
                    "%(module)s.",
                    **self._get_numbers(one.gained),
                    module=module,
                )
            )
        if one.lost.records:
            texts.append(
                self.env._(
                    "%(contacts)s of %(organizations)s will no longer see %(records)s "
                    "in %(module)s.",
                    **self._get_numbers(one.lost),
                    module=module,
                )
            )
        texts += self._say_files(one)
        return texts

    @api.model
    def _say_files(self, one):
        texts = []
        if one.gained.files:
            texts.append(
                self.env._(
                    "Attached files that become visible: %s.",
                    self._number(one.gained.files),
                )
            )
        if one.lost.files:
            texts.append(
                self.env._(
                    "Attached files that vanish: %s.", self._number(one.lost.files)
                )
            )
        return texts

    @api.model
    def _say_same(self, one):
        is_same = one.counted and not one.gained.records and not one.lost.records
        if is_same and one.contacts and one.code not in PROFILE_CODES:
            return self.env._("These contacts see the same records as before.")
        return None

    @api.model
    def _say_rights(self, effect, one):
        """Name the fields and actions that differ; their tabs say how."""
        texts = []
        if one.fields:
            names = [
                self._get_field_name(effect, one, line.name) for line in one.fields
            ]
            texts.append(self.env._("Fields that change: %s.", ", ".join(names)))
        if one.actions:
            names = [self._get_action_name(line.action) for line in one.actions]
            texts.append(self.env._("Actions that change: %s.", ", ".join(names)))
        return texts

    @api.model
    def _get_numbers(self, direction):
        """Return the numbers of a sentence, each with its noun.

        :rtype: dict[str, str]
        """
        contacts, organizations, records = (
            self._number(direction.contacts),
            self._number(direction.organizations),
            self._number(direction.records),
        )
        nouns = {
            "contacts": (self.env._("1 contact"), self.env._("%s contacts", contacts)),
            "organizations": (
                self.env._("1 organization"),
                self.env._("%s organizations", organizations),
            ),
            "records": (self.env._("1 record"), self.env._("%s records", records)),
            "more": (
                self.env._("1 more record"),
                self.env._("%s more records", records),
            ),
        }
        return {
            name: many if getattr(direction, name, direction.records) != 1 else one
            for name, (one, many) in nouns.items()
        }

    @api.model
    def _number(self, number):
        return formatLang(self.env, number, digits=0)

    # === NAMES === #

    @api.model
    def _get_module_name(self, effect, code):
        for state in (effect.after, effect.before):
            if code in state.labels:
                return state.labels[code].name
        return code

    @api.model
    def _get_field_name(self, effect, one, name):
        """Return what a field is called in its module, else in Odoo."""
        for state in (effect.after, effect.before):
            if label := one.code in state.labels and state.labels[one.code].fields.get(
                name
            ):
                return label
        field = self.env[one.model_name]._fields[name]
        return field.get_description(self.env, ["string"])["string"]

    @api.model
    def _get_action_name(self, action):
        """Return what the toggle of an action is called."""
        permissions = self.env["customer.portal.permission"]
        fname = permissions._get_action_fields().get(action, action)
        field = permissions._fields.get(fname)
        if not field:
            return action
        return field.get_description(self.env, ["string"])["string"]

    @api.model
    def _get_level_name(self, level):
        field = self.env["customer.portal.permission"]._fields["records_visibility"]
        return dict(field._description_selection(self.env)).get(level, level)

    @api.model
    def _get_use_names(self):
        return {
            "read": self.env._("Read"),
            "write": self.env._("Edit"),
            "search": self.env._("Search"),
        }

    # === WARNINGS === #

    @api.model
    def _say_warnings(self, effect):
        """Return the warnings as sentences, each with profile and module.

        :rtype: list[str]
        """
        by_place = {(one.profile_id, one.code): one for one in effect.modules}
        return [
            self.env._(
                "%(profile)s, %(module)s: %(text)s",
                profile=effect.after.profiles.get(warned.profile_id, ""),
                module=self._get_module_name(effect, warned.code),
                text=text,
            )
            for warned in self._get_warnings(effect)
            if (
                text := self._say_warning(
                    effect, by_place[warned.profile_id, warned.code], warned
                )
            )
        ]

    @api.model
    def _say_warning(self, effect, one, warned):
        """Return a warning as a sentence. To be extended with its kinds."""
        say = getattr(self, f"_say_warning_{warned.kind}", None)
        return say and say(effect, one, warned.names)

    @api.model
    def _say_warning_field(self, effect, one, names):
        return self.env._(
            "Customers will see sensitive fields: %s.",
            ", ".join(self._get_field_name(effect, one, name) for name in names),
        )

    @api.model
    def _say_warning_write(self, effect, one, names):
        return self.env._(
            "Customers will be able to edit %s.",
            ", ".join(self._get_field_name(effect, one, name) for name in names),
        )

    @api.model
    def _say_warning_everyone(self, _effect, _one, _names):
        return self.env._("All records become visible to everyone with this profile.")

    @api.model
    def _say_warning_wider(self, _effect, _one, names):
        return self.env._(
            "Records Visibility becomes wider: %s.", self._get_level_name(names[0])
        )

    @api.model
    def _say_warning_filter(self, _effect, _one, _names):
        return self.env._("The filter of the module is removed.")

    @api.model
    def _say_warning_action(self, _effect, _one, names):
        return self.env._(
            "Customers gain rights: %s.", ", ".join(map(self._get_action_name, names))
        )

    @api.model
    def _say_warning_export(self, effect, one, _names):
        _old, new = self._get_both(effect, one)
        if new.records_visibility == "everyone":
            return self.env._("Customers will be able to export the list of everyone.")
        return self.env._("Customers will be able to export the list.")
