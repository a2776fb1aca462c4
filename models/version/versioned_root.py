from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import GROUP_MANAGER
from .guard import DRAFT, as_publishing, is_publishing


class CustomerPortalVersionedRoot(models.AbstractModel):
    """A profile or a module: what has drafts and versions of its own."""

    _name = "customer.portal.versioned.root"
    _inherit = "customer.portal.versioned"
    _description = "Customer Portal Profile or Module with Drafts"

    # The field of drafts and versions that names it.
    _version_field = None

    is_unpublished = fields.Boolean(
        "Never Published",
        copy=False,
        readonly=True,
        help="It has never been published, so no customer can have it.",
    )
    is_drafting = fields.Boolean(compute="_compute_draft", groups=GROUP_MANAGER)
    is_draft_shown = fields.Boolean(compute="_compute_draft", groups=GROUP_MANAGER)
    draft_id = fields.Many2one(
        "customer.portal.draft", compute="_compute_draft", groups=GROUP_MANAGER
    )
    draft_text = fields.Char(compute="_compute_draft", groups=GROUP_MANAGER)
    draft_is_stale = fields.Boolean(compute="_compute_draft", groups=GROUP_MANAGER)
    version_count = fields.Integer(
        "Versions", compute="_compute_version_count", groups=GROUP_MANAGER
    )

    @api.depends_context(DRAFT, "lang")
    def _compute_draft(self):
        is_on = self.env["ir.config_parameter"]._has_portal_drafts()
        drafts = self.env["customer.portal.draft"].sudo()
        domain = [(self._version_field, "in", self._origin.ids)]
        found = drafts.search(domain).grouped(self._version_field)
        for record in self:
            draft = found.get(record._origin, drafts)
            record.is_drafting = is_on
            record.draft_id = draft
            record.is_draft_shown = bool(draft and self.env.context.get(DRAFT))
            record.draft_is_stale = draft.is_stale
            record.draft_text = draft._get_banner() if draft else False

    def _compute_version_count(self):
        counts = dict(
            self.env["customer.portal.version"]
            .sudo()
            ._read_group(
                [(self._version_field, "in", self.ids)],
                [self._version_field],
                ["__count"],
            )
        )
        for record in self:
            record.version_count = counts.get(record, 0)

    # === WHAT IS LIVE === #

    def _get_versioned(self):
        return self

    def _filter_live(self):
        return self.filtered(lambda record: not record.is_unpublished)

    def _check_is_live(self, error=UserError):
        """:raise error: that says what to do with what nobody has published"""
        for record in self.filtered("is_unpublished"):
            raise error(
                self.env._("“%(name)s” is a draft. Publish it first.", name=record.name)
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Begin with a draft that nobody is given, where Settings say so."""
        if is_publishing(self.env):
            return super().create(vals_list)
        guarded = self._is_guarded()
        own = {"is_unpublished": True, "active": False} if guarded else {}
        vals_list = [{**vals, "is_unpublished": False, **own} for vals in vals_list]
        records = super().create(vals_list)
        if guarded:
            self.env["customer.portal.draft"]._start(records)
        return records

    def write(self, vals):
        self._check_publishes_nothing(vals)
        return super().write(vals)

    def _check_publishes_nothing(self, vals):
        """Keep what nobody has published from becoming live by itself."""
        if is_publishing(self.env):
            return
        if "is_unpublished" in vals or vals.get("active"):
            self.sudo()._check_is_live()
        if vals.get("is_unpublished"):
            raise UserError(
                self.env._("What has been published can't become a new draft.")
            )

    # === PUBLISHING === #

    def _get_publish_blockers(self):
        """Say what speaks against publishing the record as it is now.

        It is asked once the changes are made, before they are committed. Each sentence
        stops the publication, unless an administrator gives a reason to go on. To be
        extended by other checks.

        :rtype: list[str]
        """
        return []

    def _check_publishable(self):
        """:raise ValidationError: where the record as it is now makes no sense"""

    def _make_live(self):
        """Let customers have what was never published before.

        Who publishes it answers for all that it permits: somebody else may have made it
        who may do more than they may.

        :raise ValidationError: for what they may not do themselves
        """
        new = self.filtered("is_unpublished")
        as_publishing(new).write({"is_unpublished": False, "active": True})
        new.permission_ids._check_permitter()

    # === ACTION METHODS === #

    def action_edit_draft(self):
        """Open the draft, which is begun if there is none."""
        self.ensure_one()
        drafts = self.env["customer.portal.draft"]
        drafts._check_manager()
        draft = drafts._find(self) or drafts._start(self)
        return draft.action_open()

    def _call_draft(self, name):
        self.ensure_one()
        drafts = self.env["customer.portal.draft"]
        drafts._check_manager()
        draft = drafts._find(self)
        draft._check_exists()
        return getattr(draft, name)()

    def action_review_draft(self):
        return self._call_draft("action_review")

    def action_publish_draft(self):
        return self._call_draft("action_publish")

    def action_schedule_draft(self):
        return self._call_draft("action_schedule")

    def action_take_over_draft(self):
        return self._call_draft("action_take_over")

    def action_discard_draft(self):
        return self._call_draft("action_discard")

    def action_view_versions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_version_action"
        )
        return {**action, "domain": [(self._version_field, "=", self.id)]}
