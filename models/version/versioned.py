from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from ...const import GROUP_MANAGER
from .guard import DRAFT, as_publishing, is_publishing, reads_by_writing


class CustomerPortalVersioned(models.AbstractModel):
    """What is live is changed by publishing a draft, where Settings say so.

    A profile and a module have lines, which are part of them. A screen that shows the
    draft (context key ``DRAFT``) reads and writes within a savepoint that is undone:
    the draft is applied, so all checks are those of the real thing, then what came of
    it is kept as values. So there is no second record that a customer could be given.
    """

    _name = "customer.portal.versioned"
    _description = "Customer Portal Published by Drafts"

    # === WHAT IS LIVE === #

    def _get_versioned(self):
        """Return the profile or module that a line belongs to."""
        raise NotImplementedError

    def _filter_live(self):
        """Return those that customers may be given."""
        raise NotImplementedError

    def _get_drafted(self):
        """Return the profiles and modules whose drafts a line is part of.

        :rtype: list
        """
        return [self._get_versioned()]

    @api.model
    def _is_guarded(self):
        is_on = self.env["ir.config_parameter"]._has_portal_drafts()
        return is_on and not is_publishing(self.env)

    def _check_not_live(self):
        """Let nobody change what customers are given, but by publishing.

        :raise UserError: that says what to do
        """
        if not self._is_guarded():
            return
        if live := self.sudo()._filter_live():
            record = live[0]._get_versioned()
            raise UserError(
                self.env._(
                    "“%(name)s” is live, so it can only be changed in a draft. Choose "
                    "Edit Draft, make your changes, then publish them.",
                    name=record.name,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_not_live()
        records._answer_for_dates()
        return records

    def write(self, vals):
        if draft := self._find_shown_draft():
            return draft._edit(lambda made: as_publishing(self).write(vals))
        self._check_not_live()
        result = super().write(vals)
        self._check_not_live()  # Nothing is moved into what is live.
        self._answer_for_dates()
        return result

    def unlink(self):
        self._check_not_live()
        self._answer_for_dates()
        return super().unlink()

    def _answer_for_dates(self):
        """Do so for what was never published, which is changed itself."""
        if is_publishing(self.env):
            return
        for records in self.sudo()._get_drafted():
            if new := records.filtered("is_unpublished"):
                domain = [(new._version_field, "in", new.ids)]
                drafts = self.env["customer.portal.draft"].sudo().search(domain)
                drafts._answer_for_date()

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        """Odoo writes these past ``write``."""
        self._check_not_live()
        return super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )

    # === SCREENS === #

    def _find_shown_draft(self):
        """Return the draft that is shown in place of what is live.

        Of one record at a time, for administrators of the portal.
        """
        drafts = self.env["customer.portal.draft"]
        if not self.env.context.get(DRAFT) or is_publishing(self.env):
            return drafts
        if not any(self._ids) or not self.env.user.has_group(GROUP_MANAGER):
            return drafts
        record = self.sudo()._filter_live()._get_versioned()
        return drafts._find(record) if len(record) == 1 else drafts

    @reads_by_writing
    def web_read(self, specification):
        """Show the draft, for which it is applied and undone."""
        if draft := self._find_shown_draft():
            with draft._overlay() as made:
                result = as_publishing(self).web_read(specification)
            draft._remember(made)
            return result
        return super().web_read(specification)

    def web_save(self, vals, specification, next_id=None):
        """Save into the draft, or say in a version what the form changed."""
        if draft := self._find_shown_draft():
            draft._edit(
                lambda made: as_publishing(self).web_save(draft._rename(vals, made), {})
            )
            return self.web_read(specification)
        with self._recording_saved():
            return super().web_save(vals, specification, next_id=next_id)

    def web_save_multi(self, vals_list, specification):
        """Say so of several records that a list saves, too."""
        with self._recording_saved():
            return super().web_save_multi(vals_list, specification)

    def web_resequence(self, *args, **kwargs):
        with self._recording_saved():
            return super().web_resequence(*args, **kwargs)

    def action_archive(self):
        with self._recording_saved():
            return super().action_archive()

    def action_unarchive(self):
        with self._recording_saved():
            return super().action_unarchive()

    @contextmanager
    def _recording_saved(self):
        """Record a version of what a screen saves without a draft."""
        records = self.sudo()._get_versioned()
        if is_publishing(self.env) or self._is_guarded() or not records:
            yield
            return
        with self.env["customer.portal.version"]._recording(records, "saved"):
            yield

    def onchange(self, values, field_names, fields_spec):
        if draft := self._find_shown_draft():
            with draft._overlay() as made:
                values = draft._rename(values, made)
                return as_publishing(self).onchange(values, field_names, fields_spec)
        return super().onchange(values, field_names, fields_spec)

    # === VIEWS === #

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        is_on = self.env["ir.config_parameter"]._has_portal_drafts()
        return (*super()._get_view_cache_key(view_id, view_type, **options), is_on)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Let people read only what they could not save."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if self.env["ir.config_parameter"]._has_portal_drafts():
            self._make_view_readonly(arch, view_type)
        return arch, view

    @api.model
    def _make_view_readonly(self, arch, view_type):
        if view_type == "form" and "o_portal_draft" not in arch.get("class", ""):
            arch.set("edit", "0")
        if view_type == "list":
            for handle in arch.xpath("./field[@widget='handle']"):
                handle.set("column_invisible", "1")
