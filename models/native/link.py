import ast

from odoo import api, models
from odoo.exceptions import MissingError
from odoo.fields import Domain

from ...const import OWN_CODES, PARAM_SHARE_BY_LINK, PROFILE_CODES, TICKETS
from ..base.snapshot_cache import snapshot_cache

# What visitors may do on a case by its link with a token, by the setting; what it does
# not say, nobody may. A customer who is logged in does what their profile permits.
LINK_SHARES = {
    "nothing": {"name": "Nothing", "actions": ()},
    "read": {"name": "Read", "actions": ("see", "comments", "documents")},
    "reply": {
        "name": "Read and Reply",
        "actions": ("see", "comments", "documents", "comment", "upload"),
    },
}

# What nobody does on a closed record before reopening it.
ENDED_BY_CLOSING = ("comment", "upload")


class CustomerPortalGate(models.AbstractModel):
    """What the link of a record, with its token, gives whoever has it.

    To customers never more than their profile does. To visitors of cases what the
    settings say; to those of any other record what Odoo does.
    """

    _inherit = "customer.portal.gate"

    @api.private
    def takes_token(self, model_name, res_id):
        """Say whether a token may open a record for a user who does not see it.

        :param int res_id: of a record that need not be there
        :rtype: bool
        """
        if self.env.user._is_internal():
            return True
        if self.env.user._is_portal():
            return not self._is_published(model_name)
        record_sudo = self.env[model_name].sudo().browse(res_id).exists()
        return not self._get_kept_from_visitors(record_sudo, "see")

    @api.private
    def may_by_link(self, record, action):
        """Say whether a user may do something on a record that a token has opened.

        :param record: with any rights
        :rtype: bool
        """
        if self.env.user._is_portal() and self._is_published(record._name):
            return self._permits(record, action)
        return not self.kept_from(record, action)

    @api.private
    def kept_from(self, records, action):
        """Filter records on which a user does not do something, link or not.

        :param records: of any model and with any rights
        :return: some of them, with the same rights
        """
        if self.env.user._is_internal():
            return records.browse()
        if not self.env.user._is_portal():
            return self._get_kept_from_visitors(records, action)
        refused = self.refused_on(records, action)
        return refused | self._get_kept_by_pages(records, action)

    @api.private
    def may_open_file(self, attachment):
        """Say whether the token of a file may open it for a user.

        Files of records with links only: what else has a file, may lend it to them.
        """
        if not self.env.user._is_portal():
            return True
        file_sudo = attachment.sudo()
        model_name, res_id = file_sudo.res_model, file_sudo.res_id
        if not res_id or not self._has_links(model_name):
            return True
        domain = [("attachment_ids", "in", file_sudo.ids)]
        is_said = self.env["mail.message"].sudo().search_count(domain, limit=1)
        action = "comments" if is_said else "documents"
        return self._permits(self.env[model_name].browse(res_id), action)

    # === INTERNALS === #

    @api.model
    @snapshot_cache("model_name")
    def _is_published(self, model_name):
        """Say whether a module, archived or not, is about the records of a model."""
        modules = self.env["customer.portal.module"].sudo()
        domain = [
            ("model_name", "=", model_name),
            ("code", "not in", [*PROFILE_CODES, *OWN_CODES]),
        ]
        return bool(modules.with_context(active_test=False).search_count(domain))

    @api.model
    def _has_links(self, model_name):
        """Say whether records of a model are published, and have links with tokens."""
        model = self.env.registry.get(model_name)
        has_tokens = model and issubclass(model, self.env.registry["portal.mixin"])
        return bool(has_tokens) and self._is_published(model_name)

    @api.model
    def _permits(self, record, action):
        """Say whether a profile shows a record and permits something on it.

        :param record: of a model that is published, with any rights
        """
        record_sudo = record.sudo().exists()
        if not record_sudo:
            return False
        if record_sudo.with_user(self.env.user).has_access("read"):
            return not self.refused_on(record_sudo, action)
        return any(
            right.model_name == record._name
            and not right.native
            and action in right.actions
            and self._get_visible_records(right, record.ids)
            and not (action in ENDED_BY_CLOSING and self._is_closed(code, record_sudo))
            for code, right in self._get_rights().items()
        )

    @api.model
    def _get_kept_by_pages(self, records, action):
        """Filter records of the portal's own pages, which say what is done on them."""
        made_here = self._filter_there(records, self._get_pages_domain(records._name))
        return made_here.filtered(lambda one: not self._permits(one, action))

    @api.model
    @snapshot_cache("model_name")
    def _get_pages_domain(self, model_name):
        modules = self.env["customer.portal.module"].sudo()
        domain = [("page", "=", "generated"), ("model_name", "=", model_name)]
        found = modules.with_context(active_test=False).search(domain)
        return Domain.OR(
            Domain(ast.literal_eval(module.domain or "[]")) for module in found
        )

    @api.model
    def _get_kept_from_visitors(self, records, action):
        """Filter cases on which visitors do not do something."""
        cases = self._filter_there(records, self._get_link_domain(records._name))
        # The link of the project would show the cases of all customers.
        if not cases or records._name == "project.project":
            return cases
        params = self.env["ir.config_parameter"]
        share = LINK_SHARES.get(params._get_portal_text(PARAM_SHARE_BY_LINK), {})
        return records.browse() if action in share.get("actions", ()) else cases

    @api.model
    @snapshot_cache("model_name")
    def _get_link_domain(self, model_name):
        """Return on which records the setting decides what visitors do."""
        if model_name == TICKETS:
            return Domain.TRUE
        project = self.env.ref("customer_portal.project_cases", False)
        domain = {
            "project.task": Domain("project_id", "in", project.ids if project else []),
            "project.project": Domain("id", "in", project.ids if project else []),
        }.get(model_name, Domain.FALSE)
        cases = self.env["customer.portal.module"]._get_cases()
        if cases.model_name == model_name:
            domain |= Domain(ast.literal_eval(cases.domain or "[]"))
        return domain

    @api.model
    def _filter_there(self, records, domain):
        """Filter records by a domain; what is not there any more is not filtered."""
        if not records or domain.is_false():
            return records.browse()
        try:
            found = records.sudo().filtered_domain(domain)
        except MissingError:
            found = records.sudo().exists().filtered_domain(domain)
        return records.browse(found.ids)
