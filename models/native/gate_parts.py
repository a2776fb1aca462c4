from odoo import api, models
from odoo.fields import Domain

from ...const import GROUP_CUSTOMER
from ..base.snapshot_cache import snapshot_cache
from .gate import LINE_MODELS


class CustomerPortalGate(models.AbstractModel):
    """What a profile permits on the records of Odoo's own pages, beside seeing them.

    Asked for what it refuses: it refuses on records that it shows. What it does not
    show is refused already.
    """

    _inherit = "customer.portal.gate"

    @api.private
    def may_on(self, record, action):
        """Say whether a user may do something on a record that they see.

        :param record: with any rights; nothing is refused on none
        :param str action: one of those of ``customer.portal.permission``
        :rtype: bool
        """
        self._note_native_action(record, action)
        return not self.kept_from(record, action)

    @api.private
    def may_on_id(self, model_name, res_id, action):
        """Say the same of a record that an address names.

        :param model_name: from anywhere; nothing is refused on what is no model
        :param res_id: from anywhere; customers do nothing on what is no id
        :rtype: bool
        """
        if self.env.user._is_internal() or not isinstance(model_name, str):
            return True
        if model_name not in self.env:
            return True
        ids = self._parse_ids([res_id])
        return bool(ids) and self.may_on(self.env[model_name].browse(ids), action)

    @api.private
    def may_attach(self, thread, attachment_ids):
        """Say whether a user may put files into a comment.

        Those that lie on its record are there already; new ones are an upload.

        :param thread: record of the comment, with any rights
        :param attachment_ids: from anywhere
        :rtype: bool
        """
        ids = self._parse_ids(attachment_ids or [])
        if ids is None or self.env.user._is_internal():
            return self.env.user._is_internal()
        files_sudo = self.env["ir.attachment"].sudo().browse(ids).exists()
        place = (thread._name, thread.id)
        if all((file.res_model, file.res_id) == place for file in files_sudo):
            return True
        return self.may_on(thread, "upload")

    @api.private
    def may_detach(self, attachment_id):
        """Say whether a user may take a file out of the comments that it stands in.

        :param attachment_id: from anywhere
        :rtype: bool
        """
        ids = self._parse_ids([attachment_id])
        if ids is None or self.env.user._is_internal():
            return self.env.user._is_internal()
        domain = [("attachment_ids", "in", ids)]
        return all(
            self.may_on_id(message.model, message.res_id, "comment")
            for message in self.env["mail.message"].sudo().search(domain)
            if message.model and message.res_id
        )

    @api.private
    def refused_on(self, records, action):
        """Filter records that a user sees, but does not do something on.

        :param records: of any model and with any rights
        :return: some of them, with the same rights
        """
        domain = self._get_refused_domain(records._name, action)
        if not records or domain.is_false():
            return records.browse()
        refused = records.sudo().exists().filtered_domain(domain)
        shown = refused.with_user(self.env.user)._filtered_access("read")
        return records.filtered(lambda record: record.id in shown._ids)

    @api.private
    def refuses(self, action, model_name=None):
        """Say whether a user's profile refuses something on any records.

        It costs no query, and spares those that find out on which ones.

        :param str model_name: of the records, None for all models
        """
        if model_name:
            return not self._get_refused_domain(model_name, action).is_false()
        return bool(self._get_refused_domains(action))

    @api.private
    def threads_domain(self):
        """Narrow a search of messages to those of threads that a user may read.

        :return: a domain on ``mail.message``
        :rtype: odoo.fields.Domain
        """
        domain = Domain.TRUE
        for model_name, refused in self._get_refused_domains("comments").items():
            model = self.env[model_name].sudo(False).with_context(active_test=False)
            if model.has_access("read"):
                elsewhere = Domain("model", "!=", model_name)
                domain &= elsewhere | Domain("res_id", "not in", model._search(refused))
        return domain

    @api.model
    def _get_refused_domains(self, action):
        if not self.env.user._has_group(GROUP_CUSTOMER):
            return {}
        domains = {
            model_name: self._get_refused_domain(model_name, action)
            for model_name in self._get_native_models()
        }
        return {
            name: domain for name, domain in domains.items() if not domain.is_false()
        }

    @api.model
    def _get_refused_domain(self, model_name, action):
        """Return on which records an action is refused; lines follow their order."""
        parent, link = LINE_MODELS.get(model_name, (model_name, None))
        if not self.env.user._has_group(GROUP_CUSTOMER):
            return Domain.FALSE
        if parent not in self._get_native_models():
            return Domain.FALSE
        partner = self.env.user.sudo().partner_id
        domain = self._get_native_refused_domain(
            self._get_profile_id(),
            partner.id,
            partner.commercial_partner_id.id,
            parent,
            action,
        )
        return Domain(link, "any", domain) if link and not domain.is_false() else domain

    @api.model
    @snapshot_cache(
        "profile_id", "partner_id", "organization_id", "model_name", "action"
    )
    def _get_native_refused_domain(
        self, profile_id, partner_id, organization_id, model_name, action
    ):
        """Return what the modules of a model show without permitting an action.

        The module whose domain holds a record decides about it.
        """
        rights = [
            right
            for right in self._get_profile_rights(profile_id).values()
            if right.native and right.model_name == model_name
        ]
        if all(action in right.actions for right in rights):
            return Domain.FALSE
        partner = self.env["res.partner"].sudo().browse(partner_id)
        reach = {
            right.code: Domain.AND(self._get_native_parts(partner, right).values())
            for right in rights
        }
        permitting = [right.code for right in rights if action in right.actions]
        shown = Domain.OR(reach.values())
        permitted = Domain.OR(reach[code] for code in permitting)
        return (shown & ~permitted).optimize(self.env[model_name])
