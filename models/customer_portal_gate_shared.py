from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, human_size

# Models whose records Odoo shows to those who follow them, whoever their customer is.
SHARED = ("project.project", "project.task")


class CustomerPortalGate(models.AbstractModel):
    """What employees share with customers on Odoo's own pages: records and files."""

    _inherit = "customer.portal.gate"

    # === RECORDS === #

    @api.model
    def _get_level_domain(self, partner, right, level):
        """Count who follows a project or a task as linked to it, as Odoo does.

        So each level holds those before it: the widest one is what Odoo shows to the
        followers of an organization and of those below it.
        """
        domain = super()._get_level_domain(partner, right, level)
        is_shared = right.native and right.model_name in SHARED
        if not is_shared or not partner or level not in ("own", "organization"):
            return domain
        followers = (
            Domain("partner_id", "in", partner.ids)
            if level == "own"
            else self._make_organization_domain(
                "partner_id", partner.commercial_partner_id.id
            )
        )
        return domain | self._make_followed_domain(right.model_name, followers)

    @api.model
    def _make_followed_domain(self, model_name, followers):
        """Return the records that some followers follow, as core's own rules do.

        Core lets nobody but employees ask so about others. The domain is cached, so
        nothing in it may hold records.
        """
        followers &= Domain("res_model", "=", model_name)

        def to_sql(model, alias, query):
            found = model.env["mail.followers"].sudo()._search(followers)
            ids = found.subselect(SQL.identifier(found.table, "res_id"))
            return SQL("%s IN %s", SQL.identifier(alias, "id"), ids)

        def is_followed(record):
            one = followers & Domain("res_id", "=", record.id)
            return bool(record.env["mail.followers"].sudo().search_count(one, limit=1))

        return Domain.custom(to_sql=to_sql, predicate=is_followed)

    # === FILES === #

    @api.private
    def native_files(self, user, record):
        """Return the files that employees have attached to a record of Odoo's page.

        :param record: that the page shows, with any rights
        :return: dicts with ``name``, ``size`` and ``url``; nothing for whoever has no
            profile that shows them
        :rtype: list
        """
        if not record or not user._is_portal() or not self.shown(user, record):
            return []
        record = record.with_user(user)
        if not record.has_access("read") or not self.may_on(user, record, "documents"):
            return []
        files = self._get_record_files(user, record.sudo())
        return [
            {
                "name": file.name,
                "size": human_size(file.file_size),
                "url": f"/web/content/{file.id}?download=true",
            }
            for file in files
        ]
