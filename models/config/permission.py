from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...icons import ICONS

# How far the records of a module reach, each level holding all of those before it. Of
# products, which belong to nobody, those that the organization has bought.
RECORDS_VISIBILITY = [
    ("own", "Own"),
    ("organization", "Organization"),
    ("subsidiaries", "Organization and Subsidiaries"),
    ("bought", "Purchased by Organization"),
    ("everyone", "Everyone"),
]
# What may be done in a module -> the toggle of the profile's permission.
ACTION_FIELDS = {
    "see": "visible",
    "create": "can_create",
    "edit": "can_edit",
    "close": "can_close",
    "export": "can_export",
    "comments": "show_comments",
    "comment": "can_comment",
    "documents": "show_documents",
    "upload": "can_upload",
    "updates": "show_updates",
    "share_views": "can_share_views",
}

LEVELS = [level for level, _label in RECORDS_VISIBILITY]
# What each of these lets customers do with the records themselves.
ACTION_MODES = {"create": "create", "edit": "write", "close": "write"}
# What a module begins with that somebody switches on, and what it must offer for it.
FIRST_ACTIONS = {
    "create": "create",
    "comments": "comments",
    "comment": "comments",
    "documents": "documents",
    "upload": "documents",
}


class CustomerPortalPermission(models.Model):
    """What a profile permits in one module."""

    _name = "customer.portal.permission"
    _inherit = "customer.portal.cache.mixin"
    _description = "Customer Portal Permission"
    _order = "profile_id, sequence, id"
    _rec_name = "module_id"

    profile_id = fields.Many2one(
        "customer.portal.profile", required=True, index=True, ondelete="cascade"
    )
    module_id = fields.Many2one(
        "customer.portal.module", required=True, index=True, ondelete="cascade"
    )
    icon = fields.Char(related="module_id.icon")
    icon_html = fields.Html(compute="_compute_icon_html", sanitize=False)
    available = fields.Boolean(related="module_id.available")
    is_profile_page = fields.Boolean(related="module_id.is_profile_page")
    sequence = fields.Integer(default=10)
    visible = fields.Boolean(help="Customers see this module in their menu.")
    records_visibility = fields.Selection(
        RECORDS_VISIBILITY,
        required=True,
        default="own",
        help="Own: linked to the contact. Organization: linked to any contact of the "
        "same organization. Organization and Subsidiaries: also linked to "
        "organizations below it. Purchased by Organization: products in the "
        "organization's confirmed orders. Everyone: all records, only for "
        "modules visible to everyone. Odoo shows projects and tasks only to "
        "their followers, so the third level covers what the organization or its "
        "subsidiaries follow.",
    )
    possible_levels = fields.Char(
        compute="_compute_possible_levels",
        help="The levels that apply to the module. Only these are offered.",
    )
    offers = fields.Char(
        compute="_compute_offers",
        help="What a profile can permit in the module. Nothing else is shown.",
    )
    can_create = fields.Boolean("Create", help="Customers can create records.")
    can_edit = fields.Boolean(
        "Edit", help="Customers can edit the fields they have Read and Write access to."
    )
    can_close = fields.Boolean("Close", help="Customers can close records.")
    show_comments = fields.Boolean("Comments", help="Customers can read comments.")
    can_comment = fields.Boolean("Reply", help="Customers can write comments.")
    show_documents = fields.Boolean(
        "Documents", help="Customers can see attached files."
    )
    can_upload = fields.Boolean("Upload", help="Customers can attach files.")
    show_updates = fields.Boolean(
        "Updates",
        help="Customers can see which of their fields were changed, and when.",
    )
    can_export = fields.Boolean("Export", help="Customers can export the list.")
    can_share_views = fields.Boolean(
        "Share Views",
        help="Customers can share their saved views of the list with everyone in their "
        "organization. A shared view never shows anyone more than their own profile "
        "does.",
    )
    field_ids = fields.One2many(
        "customer.portal.permission.field", "permission_id", "Fields", copy=True
    )

    _module_uniq = models.Constraint(
        "UNIQUE (profile_id, module_id)", "The profile already has this module."
    )

    @api.depends("module_id.icon")
    def _compute_icon_html(self):
        """Show the icon in the rows of the profile, where only fields can stand."""
        for permission in self:
            icon = permission.module_id.icon or ICONS["other"]
            permission.icon_html = Markup('<i class="fa fa-fw %s"></i>') % icon

    @api.depends(
        "module_id.page",
        "module_id.closed_domain",
        "module_id.field_ids.in_create",
        "module_id.field_ids.in_edit",
    )
    def _compute_offers(self):
        for permission in self:
            permission.offers = " ".join(permission.module_id._get_offers())

    @api.depends("module_id.allow_everyone", "module_id.partner_field")
    def _compute_possible_levels(self):
        for permission in self:
            levels = permission.module_id._get_possible_levels()
            permission.possible_levels = " ".join(levels)

    @api.constrains("records_visibility", "module_id")
    def _check_everyone(self):
        for permission in self:
            everyone = permission.records_visibility == "everyone"
            if everyone and not permission.module_id.allow_everyone:
                raise ValidationError(
                    self.env._(
                        "The records of %(module)s belong to customers. Only a module "
                        "marked Visible to Everyone can be shown to everyone.",
                        module=permission.module_id.name,
                    )
                )

    @api.constrains("visible", "can_create", "field_ids")
    def _check_required_fields(self):
        """Refuse a form for new records that nobody could send.

        Where nothing is decided about the fields yet, all of them will be shown.
        """
        for permission in self:
            lines = permission.field_ids
            if any(line.access != "hidden" for line in lines):
                permission._check_required_lines(lines)

    def _check_required_lines(self, lines):
        missing = lines.filtered(
            lambda line: line.access != "write" and line.field_id._is_needed()
        )
        if self.visible and self.can_create and missing:
            raise ValidationError(
                self.env._(
                    "%(module)s: records can't be created without %(fields)s. Set "
                    "these fields to Read and Write, or turn off Create.",
                    module=self.module_id.name,
                    fields=", ".join(missing.field_id.mapped("display_name")),
                )
            )

    @api.onchange("visible")
    def _onchange_visible(self):
        """Switch a module on with what people expect of it, not to be looked at alone.

        What was permitted before it was switched off, is permitted again.
        """
        columns = self._get_action_fields()
        names = [name for action, name in columns.items() if action != "see"]
        for row in self.filtered("visible"):
            if not any(row[name] for name in names):
                row.update(
                    {columns[action]: True for action in row._get_first_actions()}
                )

    def _get_first_actions(self):
        """Return the actions that a module begins with when it is switched on.

        On Odoo's own pages and My Profile also Edit, as without this addon.
        """
        offers = self.module_id._get_offers()
        needs = dict(FIRST_ACTIONS)
        if self.module_id.page == "native":
            needs["edit"] = "edit"
        return [one for one, need in needs.items() if {one, need} & {*offers}]

    @api.model_create_multi
    def create(self, vals_list):
        permissions = super().create(vals_list)
        permissions._check_permitter()
        for permission, vals in zip(permissions, vals_list, strict=True):
            permission._add_fields(permission.module_id.field_ids)
            if "field_ids" not in vals:
                permission._permit_published_fields()
        return permissions

    def write(self, vals):
        widened = self.filtered(lambda row: row._is_widened(vals))
        result = super().write(vals)
        widened._check_permitter()
        if vals.get("visible") and "field_ids" not in vals:
            self._permit_published_fields()
        return result

    def action_open_fields(self):
        """Open the fields of one module in a dialog of their own."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fields of %(module)s", module=self.module_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _get_action_fields(self):
        """Return what may be done in a module, with the field that permits it.

        For a module to add an action, it must add the field here, and offer the action
        where it makes sense by ``_get_offers`` of ``customer.portal.module``.

        :return: by action, the name of a boolean field
        :rtype: dict[str, str]
        """
        return ACTION_FIELDS

    @api.model
    def _get_action_modes(self):
        """Return what actions change: who permits them must have the right to it.

        :return: by action, a mode of ``ir.model.access``
        :rtype: dict[str, str]
        """
        return ACTION_MODES

    def _get_hiding(self):
        """Say what keeps customers from the module, in one word; None if nothing does.

        :rtype: str | None
        """
        if not self.visible:
            return "hidden"
        if not self._is_level_possible():
            return "level"
        if not self.module_id.active:
            return "archived"
        # Of this module alone: to find out takes long, and most are hidden.
        return None if self.module_id.with_prefetch().available else "unavailable"

    def _is_level_possible(self):
        """Say whether the level is one of those there are; an unknown one is none."""
        if self.records_visibility == "everyone":
            return self.module_id.allow_everyone
        return self.records_visibility in LEVELS

    def _is_widened(self, vals):
        """Say whether values permit customers more than the row does now."""
        level = vals.get("records_visibility", self.records_visibility)
        return (
            any(
                vals.get(name) and not self[name]
                for name in self._get_action_fields().values()
            )
            or not vals.keys().isdisjoint(("module_id", "profile_id"))
            or self._get_rank(level) > self._get_rank(self.records_visibility)
        )

    @api.model
    def _get_rank(self, level):
        """Return how far a level reaches; one that is unknown reaches nowhere."""
        return LEVELS.index(level) if level in LEVELS else -1

    def _check_permitter(self):
        """Let nobody permit customers what they may not do themselves."""
        changes = self._get_action_modes()
        for row in self.filtered("visible"):
            offers = {"see", *row.module_id._get_offers()}
            modes = {
                changes[action]
                for action, name in self._get_action_fields().items()
                if action in changes and action in offers and row[name]
            }
            modes = ["read", *sorted(modes)]
            if problem := row.module_id._get_permit_problem(modes):
                raise ValidationError(
                    self.env._(
                        "%(module)s: %(problem)s",
                        module=row.module_id.name,
                        problem=problem,
                    )
                )

    def _add_fields(self, module_fields):
        """Add the fields that are missing; they are hidden."""
        self.env["customer.portal.permission.field"].create(
            [
                {"permission_id": permission.id, "field_id": field.id}
                for permission in self
                for field in module_fields - permission.field_ids.field_id
            ]
        )

    def _permit_published_fields(self):
        """Start a module that becomes visible with all fields it publishes by then.

        Nobody makes a module visible to show nothing of it. Fields that the module
        publishes later stay hidden until somebody allows them.
        """
        for permission in self.filtered("visible"):
            lines = permission.field_ids
            if any(line.access != "hidden" for line in lines):
                continue
            for line in lines:
                line.access = "write" if line.field_id._is_in_forms() else "read"

    def _permit_moved_fields(self, module_fields, twins):
        """Permit fields with which the module takes up another model.

        Where the profile has decided anything about the module's fields: as it has
        about the field that meant the same, else all that the module offers.

        :param dict twins: name of a field -> name of the one that meant the same
        """
        access = {line.field_id.name: line.access for line in self.field_ids}
        if not set(access.values()) - {"hidden"}:
            return
        for line in self.field_ids.filtered(lambda row: row.field_id in module_fields):
            most = "write" if line.field_id._is_in_forms() else "read"
            twin = access.get(twins.get(line.field_id.name), most)
            line.access = most if twin == "write" else twin

    def _leave_everyone(self):
        """Narrow what showed everything of a module that is no catalogue any more."""
        everyone = self.filtered(lambda row: row.records_visibility == "everyone")
        everyone.records_visibility = "own"
