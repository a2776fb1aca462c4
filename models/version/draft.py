from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...const import GROUP_MANAGER
from ..base.undone import undone
from .guard import DRAFT, as_publishing
from .rows import is_changed, merge

# Where a transaction keeps what is live while it shows a draft.
LIVE = "customer_portal_live"
# How many ids of lines that nobody has published a draft knows.
ALIASES = 1000


class CustomerPortalDraft(models.Model):
    """Changes to a profile or a module that nobody has published yet.

    Kept as values: what it was made of, and what it is now. There is no second profile
    or module, so no customer, menu or list can ever meet one. Whoever looks at it sees
    the real record with the changes applied, within a savepoint that is undone.
    """

    _name = "customer.portal.draft"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Customer Portal Draft"
    _order = "id DESC"
    _rec_names_search = ("profile_id.name", "module_id.name")

    profile_id = fields.Many2one(
        "customer.portal.profile", readonly=True, ondelete="cascade"
    )
    module_id = fields.Many2one(
        "customer.portal.module", readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        "Made By",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="cascade",
    )
    base = fields.Json(readonly=True)
    rows = fields.Json(readonly=True)
    aliases = fields.Json(readonly=True)
    publish_at = fields.Datetime(readonly=True)
    reason = fields.Char("Why", readonly=True)
    kind = fields.Selection(
        [("profile", "Profile"), ("module", "Module")], compute="_compute_kind"
    )
    state = fields.Char("Status", compute="_compute_state")
    change_count = fields.Integer("Changes", compute="_compute_state")
    is_stale = fields.Boolean(
        "Outdated",
        compute="_compute_state",
        help="What is live has changed since the draft was begun.",
    )

    _profile_uniq = models.UniqueIndex(
        "(profile_id) WHERE profile_id IS NOT NULL", "The profile already has a draft."
    )
    _module_uniq = models.UniqueIndex(
        "(module_id) WHERE module_id IS NOT NULL", "The module already has a draft."
    )
    _one_given = models.Constraint(
        "CHECK (num_nonnulls(profile_id, module_id) = 1)",
        "A draft is of a profile or of a module.",
    )

    @api.depends("profile_id.name", "module_id.name")
    def _compute_display_name(self):
        for draft in self:
            draft.display_name = draft._get_record().name

    @api.depends("profile_id")
    def _compute_kind(self):
        for draft in self:
            draft.kind = "profile" if draft.profile_id else "module"

    @api.depends("base", "rows", "publish_at")
    def _compute_state(self):
        for draft in self:
            live = draft._get_live()
            draft.is_stale = is_changed(draft._get_watched(), live)
            draft.change_count = len(draft._find_changes())
            draft.state = draft._get_state()

    def _get_state(self):
        if self.is_stale:
            return self.env._("Outdated: what is live has changed")
        if self.publish_at:
            day = format_datetime(self.env, self.publish_at, dt_format="short")
            return self.env._("To be published on %(day)s", day=day)
        return self.env._("Never published") if self._is_new() else ""

    def _get_banner(self):
        """Say in the form of a profile or module what is not published yet."""
        if self._is_new():
            return self.env._("This is new. No customer can have it until you publish.")
        if not self.change_count:
            text = self.env._("Draft: nothing is changed yet.")
        elif self.change_count == 1:
            text = self.env._("Draft: one change is not published yet.")
        else:
            text = self.env._(
                "Draft: %(count)s changes are not published yet.",
                count=self.change_count,
            )
        return f"{text} {self.state}".strip() + ("." if self.state else "")

    # === WHAT IT IS OF === #

    def _get_record(self):
        """Return the profile or module.

        :rtype: customer.portal.profile | customer.portal.module
        """
        return self.profile_id or self.module_id

    def _is_new(self):
        return self._get_record().sudo().is_unpublished

    @api.model
    def _find(self, record):
        return self.search([(record._version_field, "=", record.id)])

    @api.model
    def _start(self, records):
        """Begin a draft of each, with what is live."""
        snapshots, name = self.env["customer.portal.snapshot"], records._version_field
        values = []
        for record in records:
            rows = {} if record.is_unpublished else snapshots._take(record)
            values.append({name: record.id, "base": rows, "rows": rows})
        return self.sudo().create(values).sudo(self.env.su)

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group(GROUP_MANAGER):
            self.env["customer.portal.profile"].check_access("write")

    def _check_exists(self):
        if not self.exists():
            raise UserError(
                self.env._(
                    "There is no longer a draft here. It was published or discarded."
                )
            )

    # === WHAT IT SAYS === #

    def _get_live(self):
        """Return what is live, also while the draft is shown in its place."""
        kept = self.env.cr.cache.get(LIVE, {})
        if self.id in kept:
            return kept[self.id]
        return self.env["customer.portal.snapshot"]._take(self._get_record())

    def _get_watched(self):
        """Return the part of what it began with that nobody else may have changed.

        What profiles permit in a module is their own business, unless the draft of the
        module changes it.
        """
        return {
            path: values
            for path, values in (self.base or {}).items()
            if not (self.module_id and path.startswith("/permission_ids/"))
            or self.rows.get(path) != values
        }

    def _get_rows(self):
        """Return what there will be: the changes of the draft to what is live."""
        live = self._get_live()
        return live if self._is_new() else merge(self.base, self.rows, live)

    def _apply(self):
        """Change the record as the draft says.

        :return: ids of lines that were added, by their key in the draft
        """
        record = as_publishing(self._get_record())
        if record.is_unpublished:
            record._make_live()
            return {}
        return self.env["customer.portal.snapshot"]._apply(record, self._get_rows())

    def _find_changes(self):
        """Return what the draft has changed since it was begun, as it is counted.

        :rtype: list[tuple]
        """
        find = self.env["customer.portal.differences"]._find
        return find(self._get_record(), self.base or {}, self._get_rows())

    def _describe(self):
        """Say what publishing the draft would change, a sentence each.

        :rtype: list[str]
        """
        record, live = self._get_record(), {} if self._is_new() else self._get_live()
        with self._overlay():
            rows = self.env["customer.portal.snapshot"]._take(record)
            return self.env["customer.portal.differences"]._describe(record, live, rows)

    def _find_blockers(self):
        """Say what speaks against publishing the draft, a sentence each.

        :rtype: list[str]
        """
        with self._overlay():
            return as_publishing(self._get_record())._get_publish_blockers()

    @contextmanager
    def _overlay(self):
        """Show the record as the draft says, then undo it."""
        self.ensure_one()
        live, kept = self._get_live(), self.env.cr.cache.setdefault(LIVE, {})
        with undone(self.env):
            made = self._apply()
            kept[self.id] = live
            try:
                yield made
            finally:
                del kept[self.id]

    def _edit(self, change):
        """Keep in the draft what somebody changes while it is shown.

        :param change: does it; takes the ids of lines that were added
        """
        self.ensure_one()
        shown = self._get_rows()
        with self._overlay() as made:
            result = change(made)
            rows = self.env["customer.portal.snapshot"]._take(self._get_record())
        keys = {f"/field_ids/{id_}": f"/field_ids/{key}" for key, id_ in made.items()}
        rows = {keys.get(path, path): values for path, values in rows.items()}
        self.sudo().rows = merge(shown, rows, self.rows)
        self._answer_for_date()
        return result

    def _answer_for_date(self):
        """Publish what waits for its date in the name of who has changed it last.

        Nobody answers for what others have made of it since.
        """
        others = self.sudo().filtered(
            lambda one: one.publish_at and one.user_id != self.env.user
        )
        others.user_id = self.env.user

    def _remember(self, made):
        """Know lines again that have another id whenever the draft is shown."""
        if made:
            fresh = {str(id_): key for key, id_ in made.items()}
            kept = [*{**(self.aliases or {}), **fresh}.items()]
            self.sudo().aliases = dict(kept[-ALIASES:])

    def _rename(self, vals, made):
        """Return values with the ids that the lines have while it is shown now."""
        if not self.module_id or not self.aliases or "field_ids" not in vals:
            return vals
        known = {int(id_): made.get(key) for id_, key in self.aliases.items()}
        commands = [
            (command[0], known.get(command[1]) or command[1], *command[2:])
            for command in vals["field_ids"]
        ]
        return {**vals, "field_ids": commands}

    # === ACTION METHODS === #

    def action_open(self):
        """Open the form of the record as the draft says."""
        self.ensure_one()
        record = self._get_record()
        kind = record._version_field.removesuffix("_id")
        view = self.env.ref(f"customer_portal.customer_portal_{kind}_view_form_draft")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Draft of %(name)s", name=record.name),
            "res_model": record._name,
            "res_id": record.id,
            "views": [(view.id, "form")],
            "context": {DRAFT: True},
        }

    def action_take_over(self):
        """Go on from what is live now, with the changes of the draft on top."""
        self.ensure_one()
        self._check_manager()
        live = self._get_live()
        self.sudo().write({"base": live, "rows": self._get_rows()})
        return self.action_open()

    def action_discard(self):
        """Forget the changes; what was never published goes with them."""
        self.ensure_one()
        self._check_manager()
        record = self._get_record()
        if self._is_new():
            record.unlink()
            return self._open_list(record._name)
        self.sudo().unlink()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "target": "main",
        }

    @api.model
    def _open_list(self, model_name):
        name = model_name.replace(".", "_")
        actions = self.env["ir.actions.act_window"]
        return actions._for_xml_id(f"customer_portal.{name}_action")
