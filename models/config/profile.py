from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...const import DEFAULT_SCOPES, PARAM_ADOPTED_PROFILE, PARAM_DEFAULT_PROFILE


class CustomerPortalProfile(models.Model):
    """What a portal user sees and may do, chosen on the contact."""

    _name = "customer.portal.profile"
    _inherit = "customer.portal.cache.mixin"
    _description = "Customer Portal Profile"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    partner_ids = fields.One2many(
        "res.partner", "portal_profile_id", string="Contacts", readonly=True
    )
    partner_count = fields.Integer("Portal Users", compute="_compute_partner_count")

    permission_ids = fields.One2many(
        "customer.portal.permission", "profile_id", "All Modules", copy=True
    )
    available_permission_ids = fields.One2many(
        "customer.portal.permission",
        "profile_id",
        "Modules",
        domain=[("available", "=", True), ("module_id.active", "=", True)],
        help="The modules of installed apps.",
    )
    visible_names = fields.Char("Visible Modules", compute="_compute_visible_names")
    start_from_id = fields.Many2one(
        "customer.portal.profile",
        store=False,
        copy=False,
        default=lambda self: self._get_default(),
        help="The new profile starts with the permissions of this one. You can change "
        "them later.",
    )
    preset = fields.Char(
        copy=False,
        readonly=True,
        help="Which of the app's own profiles this is. It determines what the profile "
        "permits in modules that are added later.",
    )
    default_scope = fields.Selection(
        DEFAULT_SCOPES,
        "Lists Start With",
        help="Mine: the customer's own records. All: everything they can see. Leave "
        "empty to use the Default Scope in Settings.",
    )
    blocked_paths = fields.Text(
        "Blocked Pages",
        help="Pages of other apps that these customers cannot open, one address per "
        "line, such as /my/knowledge. Pages below an address are blocked too.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "A profile with this name already exists."
    )

    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("portal_user", "=", True), ("portal_profile_id", "in", self.ids)],
                ["portal_profile_id"],
                ["__count"],
            )
        )
        for profile in self:
            profile.partner_count = counts.get(profile, 0)

    @api.depends("permission_ids.visible", "permission_ids.sequence")
    def _compute_visible_names(self):
        for profile in self:
            rows = profile.permission_ids.filtered(
                lambda row: row.visible and row.available and row.module_id.active
            )
            profile.visible_names = ", ".join(rows.module_id.mapped("name"))

    @api.constrains("blocked_paths")
    def _check_blocked_paths(self):
        for path in self._get_blocked_paths():
            if not path.startswith("/my/"):
                raise ValidationError(
                    self.env._(
                        "“%(path)s” is not a valid portal page. Addresses start with "
                        "/my/.",
                        path=path,
                    )
                )

    @api.onchange("start_from_id")
    def _onchange_start_from_id(self):
        self.blocked_paths = self.start_from_id.blocked_paths
        self.default_scope = self.start_from_id.default_scope

    @api.model_create_multi
    def create(self, vals_list):
        """Show all modules as rows; what is not permitted explicitly is not."""
        profiles = super().create([self._start_from(vals) for vals in vals_list])
        modules = self.env["customer.portal.module"].with_context(active_test=False)
        profiles._add_permissions(modules.search(Domain.TRUE))
        return profiles

    @api.model
    def name_create(self, name):
        """Start from the default profile where nobody is asked."""
        start = self._get_default().id
        profile = self.create({"name": name, "start_from_id": start})
        return profile.id, profile.display_name

    @api.model
    def _start_from(self, vals):
        """Add what a profile to start from says, where values say nothing else."""
        vals = dict(vals)
        source = self.browse(vals.pop("start_from_id", None)).exists()
        own = {name: value for name, value in vals.items() if value}
        return {**vals, **source._get_start(), **own} if source else vals

    def _get_start(self):
        """Return what a profile that starts from this one permits, as values.

        Not yet what waits for its app: nobody can answer for that.
        """
        [copied] = self.copy_data()
        for _command, _id, row in copied["permission_ids"]:
            module = self.env["customer.portal.module"].browse(row["module_id"])
            is_there = module.page == "native" or module.model_name in self.env
            row["visible"] = row["visible"] and is_there
        own = ("name", "sequence", "active")
        return {name: copied[name] for name in copied.keys() - {*own}}

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for profile, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%(name)s (copy)", name=profile.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        if self._get_default() in self:
            raise UserError(
                self.env._(
                    "“%(profile)s” is the default profile for new portal users, so it "
                    "can't be deleted.",
                    profile=self._get_default().name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        partners = self.env["res.partner"].with_context(active_test=False)
        domain = [("portal_profile_id", "in", self.ids)]
        if count := partners.sudo().search_count(domain):
            raise UserError(
                self.env._(
                    "%(count)s contacts, including archived ones, have this profile. "
                    "Choose another profile for them first.",
                    count=count,
                )
            )

    def action_view_partners(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.res_partner_action_portal"
        )
        action["domain"] = [("portal_profile_id", "=", self.id)]
        return action

    @api.model
    def _get_default(self):
        """Return the profile of a contact for whom none was chosen.

        :return: the profile of Settings, else the first one there is
        :rtype: customer.portal.profile
        """
        params = self.env["ir.config_parameter"]
        chosen = self.browse(params._get_portal_number(PARAM_DEFAULT_PROFILE)).exists()
        return chosen or self.search([], limit=1)

    @api.model
    def _get_first_shown(self):
        """Return the profiles in which a new module is proposed to be shown."""
        return self._get_default()

    @api.model
    def _get_adopted(self):
        """Return the profile of portal users whom Odoo makes without the tick.

        They see what Odoo shows. Databases from before know no such profile, so there
        it is the default one.
        """
        params = self.env["ir.config_parameter"]
        found = self.browse(params._get_portal_number(PARAM_ADOPTED_PROFILE)).exists()
        return found or self._get_default()

    def _add_permissions(self, modules):
        """Add the rows that are missing; without a preset they permit nothing."""
        presets = (
            self.env["customer.portal.preset.permission"].sudo().search(Domain.TRUE)
        )
        by_place = presets.grouped(lambda one: (one.profile, one.module))
        self.env["customer.portal.permission"].create(
            [
                {
                    "profile_id": profile.id,
                    "module_id": module.id,
                    "sequence": module.sequence,
                    "records_visibility": module._get_possible_levels()[0],
                    **by_place.get(
                        (profile.preset, module.code), presets[:0]
                    )._prepare_permission(),
                }
                for profile in self
                for module in modules - profile.permission_ids.module_id
            ]
        )

    def _get_blocked_paths(self):
        return [
            path.rstrip("/")
            for line in (self.mapped("blocked_paths"))
            for path in (line or "").split()
        ]
