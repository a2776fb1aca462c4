from odoo import api, fields, models
from odoo.fields import Command

# How many organizations are listed of each module; the others are summed up.
ORGANIZATIONS = 1000


class CustomerPortalReview(models.TransientModel):
    """What a change would do, to be read before it is made.

    The dialog is made by ``_open_review`` and shows what was found then. Nobody changes
    it, and each administrator reads their own alone.
    """

    _name = "customer.portal.review"
    _description = "Review of a Change"

    name = fields.Char("Change", readonly=True)
    has_effect = fields.Boolean(readonly=True)
    differences_html = fields.Html("What Changes", readonly=True)
    effect_html = fields.Html("What It Does", readonly=True)
    warnings_html = fields.Html("Warnings", readonly=True)
    gained_ids = fields.One2many(
        "customer.portal.review.example",
        "review_id",
        "Becomes Visible",
        domain=[("direction", "=", "gained")],
        readonly=True,
    )
    lost_ids = fields.One2many(
        "customer.portal.review.example",
        "review_id",
        "Vanishes",
        domain=[("direction", "=", "lost")],
        readonly=True,
    )
    field_ids = fields.One2many(
        "customer.portal.review.right",
        "review_id",
        "Fields",
        domain=[("kind", "=", "field")],
        readonly=True,
    )
    action_ids = fields.One2many(
        "customer.portal.review.right",
        "review_id",
        "Actions",
        domain=[("kind", "=", "action")],
        readonly=True,
    )
    organization_ids = fields.One2many(
        "customer.portal.review.organization", "review_id", readonly=True
    )

    def action_view_organizations(self):
        """Show by organization how much becomes visible and vanishes."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_review_organization_action"
        )
        return {**action, "domain": [("review_id", "=", self.id)]}

    def action_open(self):
        """Show the review in its dialog."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class CustomerPortalEffect(models.AbstractModel):
    """What a change would do, put into the dialog that people read."""

    _inherit = "customer.portal.effect"

    @api.model
    def _open_review(self, change, title, differences=()):
        """Return the dialog that shows what a change does; nothing of it is left.

        :param change: a callable without arguments, as of ``_try``
        :param str title: of the dialog
        :param differences: what changes in words: texts, or dicts with ``text``
        :return: an action
        :rtype: dict
        :raise AccessError: for all but administrators of the portal
        """
        return self._make_review(self._try(change), title, differences).action_open()

    @api.model
    def _make_review(self, effect, title, differences=()):
        texts = [one if isinstance(one, str) else one["text"] for one in differences]
        review = self.env["customer.portal.review"].sudo()
        review = review.create(
            {
                "name": title,
                "has_effect": self._has_effect(effect),
                "differences_html": self._render_texts(texts),
                "warnings_html": self._render_texts(self._say_warnings(effect)),
                "effect_html": self._render_effect(effect),
                "gained_ids": self._prepare_examples(effect, "gained"),
                "lost_ids": self._prepare_examples(effect, "lost"),
                "field_ids": self._prepare_fields(effect),
                "action_ids": self._prepare_actions(effect),
                "organization_ids": self._prepare_organizations(effect),
            }
        )
        return review.sudo(self.env.su)

    @api.model
    def _has_effect(self, effect):
        """Say whether anything changes for customers."""
        management = effect.before.management, effect.after.management
        return bool(effect.modules) or management[0] != management[1]

    @api.model
    def _render_texts(self, texts):
        if not texts:
            return False
        return self.env["ir.qweb"]._render(
            "customer_portal.review_texts", {"texts": texts}
        )

    @api.model
    def _render_effect(self, effect):
        return self.env["ir.qweb"]._render(
            "customer_portal.review_effect", {"parts": self._describe(effect)}
        )

    # === LINES === #

    @api.model
    def _prepare_line(self, effect, one):
        """Return what all lines say: of which profile and module they are."""
        names = {**effect.before.profiles, **effect.after.profiles}
        return {
            "profile": names.get(one.profile_id),
            "module": self._get_module_name(effect, one.code),
        }

    @api.model
    def _prepare_examples(self, effect, direction):
        return [
            Command.create(
                {
                    **self._prepare_line(effect, one),
                    "direction": direction,
                    "record": records.get(example.res_id, self._get_hidden_name()),
                    "contact": partners.get(
                        example.partner_id, self._get_hidden_name()
                    ),
                }
            )
            for one in effect.modules
            for examples in (getattr(one, direction).examples,)
            for records in (
                self._get_names(one.model_name, [line.res_id for line in examples]),
            )
            for partners in (
                self._get_names("res.partner", [line.partner_id for line in examples]),
            )
            for example in examples
        ]

    @api.model
    def _get_names(self, model_name, ids):
        """Return the names of those records that the administrator may read.

        :rtype: dict[int, str]
        """
        model = self.env[model_name].sudo(False).with_context(active_test=False)
        found = model.browse(ids).exists()._filtered_access("read")
        return {record.id: record.display_name for record in found}

    @api.model
    def _get_hidden_name(self):
        return self.env._("Not visible to you")

    @api.model
    def _prepare_fields(self, effect):
        uses = self._get_use_names()
        return [
            Command.create(
                {
                    **self._prepare_line(effect, one),
                    "kind": "field",
                    "name": self._get_field_name(effect, one, change.name),
                    "gained": ", ".join(uses[use] for use in change.gained),
                    "lost": ", ".join(uses[use] for use in change.lost),
                }
            )
            for one in effect.modules
            for change in one.fields
        ]

    @api.model
    def _prepare_actions(self, effect):
        allowed, refused = self.env._("Allowed"), self.env._("Not allowed")
        return [
            Command.create(
                {
                    **self._prepare_line(effect, one),
                    "kind": "action",
                    "name": self._get_action_name(change.action),
                    "gained": allowed if change.gained else False,
                    "lost": False if change.gained else refused,
                }
            )
            for one in effect.modules
            for change in one.actions
        ]

    @api.model
    def _prepare_organizations(self, effect):
        """Return a line for each organization and module, most first."""
        shown = {
            line.organization_id for one in effect.modules for line in self._top(one)
        }
        names = self._get_names("res.partner", sorted(shown))
        others = self.env._("Other organizations")
        lines = {}
        for one in effect.modules:
            named = {line.organization_id for line in self._top(one)} & names.keys()
            for line in one.organizations:
                is_named = line.organization_id in named
                key = one, line.organization_id if is_named else None
                known = lines.get(key, (0, 0, 0))
                lines[key] = tuple(map(sum, zip(known, line[1:], strict=True)))
        return [
            Command.create(
                {
                    **self._prepare_line(effect, one),
                    "organization": names.get(organization_id, others),
                    "contacts": contacts,
                    "gained": gained,
                    "lost": lost,
                }
            )
            for (one, organization_id), (contacts, gained, lost) in lines.items()
        ]

    @api.model
    def _top(self, one):
        return one.organizations[:ORGANIZATIONS]
