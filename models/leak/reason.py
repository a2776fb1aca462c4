from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

# Why a customer sees something -> what is said of it.
REASONS = {
    "theirs": "It belongs to them or their organization.",
    "follows": "They or a colleague follow it.",
    "shared": "The project is shared with them or a colleague.",
    "made": "They created it, and it names no other customer.",
    "account": "It is part of their own account.",
    "record": "It is part of a record that they may see.",
    "bought": "Their organization has ordered it.",
    "faq": "The FAQ is published for everyone with this profile.",
    "document": "The document is shared with everyone with this profile.",
    "their_document": "The document is shared with their organization.",
    "published": "It is published on the website.",
    "everyone": "The module is visible to everyone, and the record names no customer.",
    "open_file": "Anyone with its address can open it. Its record names no customer.",
    "channel": "The channel is open to all users, or they are in it.",
    "company": "It is your own company.",
    "odoo": "Odoo shows it to every portal user.",
}
# What is no reason to see something, but may be meant so.
DOUBTS = {
    "other_field": "It belongs to another customer, and only another field names them.",
    "nobodys": "It belongs to nobody, in a module that is visible to everyone.",
    "unknown": "An app shows it to every portal user. It names no customer.",
    "named": "It belongs to another organization, and a field or comment names it.",
    "unchecked": "This could not be checked.",
}
# What must not be.
LEAKS = {
    "foreign": "It belongs to another customer.",
    "unlinked": "Nothing links it to them, and nothing makes it visible to everyone.",
    "field": "A field shows records of another customer.",
    "public_file": "Anyone with its address can open the file of another customer.",
    "number": "The number counts records that they may not see.",
}
# Of which Odoo shows all, or what is in use, to portal users: measured as a new portal
# user of Odoo without this app, who has no records.
OPEN_MODELS = frozenset(
    (
        *("account.fiscal.position", "account.payment.term", "account.tax"),
        *("barcode.nomenclature", "crm.stage", "helpdesk.ticket.category"),
        *("helpdesk.ticket.stage", "helpdesk.ticket.team", "mail.message.subtype"),
        *("payment.method", "payment.provider", "product.attribute"),
        *("product.attribute.value", "product.category", "product.pricelist"),
        *("product.pricelist.item", "product.public.category", "product.ribbon"),
        *("product.tag", "product.template.attribute.line"),
        *("product.template.attribute.value", "project.tags", "project.task.type"),
        *("res.city", "res.country", "res.country.group", "res.country.state"),
        *("res.currency", "res.currency.rate", "res.lang", "res.partner.grade"),
        *("res.partner.industry", "res.partner.tag", "stock.picking.type"),
        *("uom.uom", "website", "website.base.unit", "website.menu"),
    )
)
# How the customer of a record is called, the surest name first.
USUAL_NAMES = ("partner_id", "customer_id", "contact_id", "partner_ids")
# Who made something, and who hears of it, is not whose it is.
NEVER_CUSTOMERS = frozenset(("author_id", "message_partner_ids"))


class Viewer(NamedTuple):
    """A customer who is asked what they see, and all that is theirs."""

    user: object  # res.users with all rights
    partner_ids: frozenset  # of the organization and those below it
    user_ids: frozenset  # of all these contacts
    profile_id: int
    levels: dict  # code of a module -> records visibility
    own_ids: frozenset  # the contacts of your own companies


class CustomerPortalLeakReason(models.AbstractModel):
    """Why a customer may see a record, by what the record itself says.

    A second opinion: nothing here asks the gate, or the path by which a module finds a
    record's customer. What has no reason here is a leak.
    """

    _name = "customer.portal.leak.reason"
    _description = "Reason to See a Record"

    # === TO BE EXTENDED === #

    @api.model
    def _get_open_models(self):
        """Return the models of which all portal users may see all there is.

        For a module to name its own, it must override this.

        :rtype: frozenset
        """
        return OPEN_MODELS

    @api.model
    def _get_customer_paths(self, model_name):
        """Return the paths to a record's customers; the first one that leads to any
        decides.

        :rtype: list[str]
        """
        known = {
            "res.partner": ["id"],
            "res.users": ["partner_id"],
            "account.move.line": ["move_id.partner_id"],
            "calendar.event": ["partner_ids"],
            "discuss.channel": [],
            "discuss.channel.member": [],
            "mail.message": [],
            "mail.notification": ["res_partner_id"],
            "project.milestone": ["project_id.partner_id"],
            "project.task": ["partner_id", "project_id.partner_id"],
            "purchase.order.line": ["order_id.partner_id"],
            "sale.order.line": ["order_id.partner_id"],
            "stock.picking": ["partner_id", "sale_id.partner_id"],
        }
        if model_name in known:
            return [p for p in known[model_name] if self._leads(model_name, p)]
        names = self._get_partner_fields(model_name)
        usual = [name for name in USUAL_NAMES if name in names]
        return (usual or [name for name in names if name not in NEVER_CUSTOMERS])[:1]

    @api.model
    def _get_carriers(self):
        """Return the models of what belongs to a record of any model.

        :return: by model, the field with the name of the record's model; its id is in
            ``res_id``
        :rtype: dict[str, str]
        """
        known = {
            "ir.attachment": "res_model",
            "mail.activity": "res_model",
            "mail.mail": "model",
            "mail.message": "model",
            "mail.scheduled.message": "model",
        }
        return {model: name for model, name in known.items() if model in self.env}

    # === WHOSE A RECORD IS === #

    @api.model
    def _leads(self, model_name, path):
        names = path.split(".")
        for name in names:
            field = model_name and self.env[model_name]._fields.get(name)
            if not field or not (field.store or field.related or name == "id"):
                return False
            model_name = field.comodel_name
        return True

    @api.model
    def _get_partner_fields(self, model_name):
        """Return the stored fields of a model that name contacts."""
        return sorted(
            name
            for name, field in self.env[model_name]._fields.items()
            if field.comodel_name == "res.partner"
            and field.store
            and field.type in ("many2one", "many2many")
        )

    @api.model
    def _get_foreign_domain(self, viewer, model_name):
        """Return the records that name another customer, and not them.

        :return: None if the records of the model name nobody
        :rtype: odoo.fields.Domain | None
        """
        paths = self._get_customer_paths(model_name)
        if not paths:
            return None
        path = paths[0]
        return Domain(path, "!=", False) & Domain(path, "not in", viewer.partner_ids)

    @api.model
    def _get_customer_ids(self, viewer, record_sudo):
        """Return the ids of the customers that a record names first.

        Employees and your own companies are none.
        """
        for path in self._get_customer_paths(record_sudo._name):
            found = record_sudo if path == "id" else record_sudo.mapped(path)
            found = found.filtered("partner_share")
            if ids := frozenset(found.ids) - viewer.own_ids:
                return ids
        return frozenset()

    # === REASONS === #

    @api.model
    def _find_reasons(self, viewer, code, model_name, ids):
        """Return why a customer sees records, or that there is no reason.

        :param str code: of the module that shows them; empty where Odoo does
        :return: keys of ``REASONS``, ``DOUBTS`` or ``LEAKS`` by id
        :rtype: dict[int, str]
        """
        model = self.env[model_name].sudo().with_context(active_test=False)
        records = model.browse(ids).exists()
        reasons = {}
        for find in self._get_finders():
            left = records.filtered(lambda one: one.id not in reasons)
            if left:
                reasons.update(find(viewer, code, left))
        left = records.filtered(lambda one: one.id not in reasons)
        return reasons | {r.id: self._get_doubt(viewer, code, r) for r in left}

    @api.model
    def _get_finders(self):
        """Return what finds reasons, in their order. To be extended.

        :return: methods of a viewer, a code and records, that return reasons by id
        :rtype: list
        """
        return [
            self._find_theirs,
            self._find_followed,
            self._find_shared,
            self._find_account,
            self._find_talk,
            self._find_documents,
            self._find_carried,
            self._find_for_everyone,
            self._find_made,
            self._find_bought,
        ]

    @api.model
    def _get_doubt(self, viewer, code, record):
        """Return what is wrong with a record that nothing explains."""
        if self._get_customer_ids(viewer, record):
            return "other_field" if self._names_them(viewer, record) else "foreign"
        if record._name == "ir.attachment" and record.public:
            return "public_file"
        if code and viewer.levels.get(code) == "everyone":
            return "nobodys"
        if not code and not self._get_customer_paths(record._name):
            is_carried = {"res_id", "user_id", "channel_id"} & {*record._fields}
            return "unlinked" if is_carried else "unknown"
        return "unlinked"

    @api.model
    def _names_them(self, viewer, record):
        names = self._get_partner_fields(record._name)
        return any(viewer.partner_ids & {*record[name].ids} for name in names)

    @api.model
    def _get_organization_ids(self, partner_sudo):
        """Return the contacts of an organization and of those below it.

        By the contacts' parents alone, as far as the next company.
        """
        top = partner_sudo
        while top.parent_id and not top.is_company:
            top = top.parent_id
        partners = partner_sudo.with_context(active_test=False)
        found = partners.search([("id", "child_of", top.ids)])
        return frozenset(found.ids)

    @api.model
    def _make_viewer(self, user_sudo):
        partner_sudo = user_sudo.partner_id
        partner_ids = self._get_organization_ids(partner_sudo)
        users = self.env["res.users"].sudo().with_context(active_test=False)
        user_ids = users.search([("partner_id", "in", partner_ids)]).ids
        profiles = self.env["customer.portal.profile"].sudo()
        profile = partner_sudo.portal_profile_id or profiles._get_default()
        shown = profile.permission_ids.filtered("visible")
        levels = {row.module_id.code: row.records_visibility for row in shown}
        own = self.env["res.company"].sudo().search(Domain.TRUE).partner_id
        return Viewer(
            user_sudo,
            partner_ids,
            frozenset(user_ids),
            profile.id,
            levels,
            frozenset(own.ids),
        )

    @api.model
    def _get_today(self, viewer):
        return fields.Date.context_today(self.with_user(viewer.user))
