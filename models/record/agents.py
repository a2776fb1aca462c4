from odoo import api, models
from odoo.fields import Command, Domain

from ...const import GROUP_AGENT
from ..mail.letter import AUTOMATIC_MAIL


class CustomerPortalAgents(models.AbstractModel):
    """Who among the employees works on what customers do, and hears of it.

    Whatever a customer does must reach somebody, also where nobody was chosen for it,
    or whoever was chosen has left.
    """

    _name = "customer.portal.agents"
    _description = "Customer Portal Agents"

    @api.model
    def _find(self, partner, record=None):
        """Return who is told of what a customer does.

        Whoever works on the record, else the Default Assignee of Settings, else the
        Account Representative, else all agents of the customer's company, or of all
        companies. For a module to tell somebody else, it must override this.

        :param partner: the contact
        :param record: what it is about, if it is about something
        :return: internal users
        """
        partner_sudo = partner.sudo()
        company_sudo = partner_sudo._get_portal_company().sudo()
        for users in (
            self._get_workers(record),
            company_sudo._get_portal_assignees(),
            self._get_representative(partner_sudo),
        ):
            if working := self._filter_working(users):
                return working
        return self._get_all(company_sudo)

    @api.model
    def _choose(self, partner, model_name):
        """Return who works on a new record of a customer: one user, or nobody.

        Of a team, whoever has the fewest open ones.
        """
        partner_sudo = partner.sudo()
        company_sudo = partner_sudo._get_portal_company().sudo()
        team = self._filter_working(company_sudo._get_portal_assignees())
        if len(team) > 1:
            return self._get_least_busy(team, model_name)
        return team or self._filter_working(self._get_representative(partner_sudo))

    @api.model
    def _find_unheard(self, record, partner):
        """Return who has to be told, as no employee follows a record."""
        if self._filter_working(record.sudo().message_partner_ids.user_ids):
            return self.env["res.users"]
        return self._find(partner, record)

    @api.model
    def _tell(self, record, partner, kind, **details):
        """Notify agents of what a customer has done.

        :param partner: the contact who did it
        :param str kind: of ``_get_texts``
        :param details: what stands in its text
        """
        is_thread = isinstance(record, self.env.registry["mail.thread"])
        users = is_thread and self._find(partner, record)
        if not users:
            return
        lang = self.env.company.sudo().partner_id.lang or self.env.lang
        texts = self.with_context(lang=lang)._get_texts()
        details = {"name": partner.display_name, **details}
        record.with_context(**{AUTOMATIC_MAIL: True}).message_notify(
            partner_ids=users.partner_id.ids,
            author_id=partner.id,
            subject=record._get_portal_subject(),
            body=texts[kind] % details,
        )

    # === INTERNALS === #

    @api.model
    def _get_texts(self):
        """Return what agents read, by what a customer has done.

        :rtype: dict[str, str]
        """
        return {
            "created": self.env._("%(name)s created this. No one is assigned yet."),
            "closed": self.env._("%(name)s closed this."),
            "reopened": self.env._("%(name)s reopened this."),
            "priority": self.env._("%(name)s changed the priority to %(value)s."),
            "uploaded": self.env._("%(name)s uploaded: %(files)s"),
            "rated": self.env._("%(name)s rated this %(stars)s out of 5. %(feedback)s"),
        }

    @api.model
    def _filter_working(self, users):
        return users.filtered(lambda user: user.active and not user.share)

    @api.model
    def _get_workers(self, record):
        """Return the users who are assigned to a record."""
        page = record and self.env["customer.portal.gate"]._get_page(record)
        name = page and page.assignee_field
        users = record.sudo()[name] if name else self.env["res.users"]
        return users if users._name == "res.users" else self.env["res.users"]

    @api.model
    def _get_representative(self, partner_sudo):
        """Return the Account Representative of a contact, else of its organization."""
        return partner_sudo._get_portal_representative()

    @api.model
    def _get_all(self, company_sudo):
        """Return the agents of a company; of all companies, if it has none."""
        agents = self._filter_working(self.env.ref(GROUP_AGENT).sudo().all_user_ids)
        agents -= self.env.ref("base.user_root")
        return agents.filtered(lambda user: company_sudo in user.company_ids) or agents

    @api.model
    def _get_least_busy(self, users, model_name):
        """Return who of some users has the fewest open records of a model."""
        pages = self.env["customer.portal.gate"]._get_pages(model_name)
        page = next((page for page in pages if page.assignee_field), None)
        if not page:
            return users[:1]
        name = page.assignee_field
        open_domain = page.domain & ~page.closed & Domain(name, "in", users.ids)
        counts = (
            self.env[model_name].sudo()._read_group(open_domain, [name], ["__count"])
        )
        numbers = {user.id: count for user, count in counts}
        return min(users, key=lambda user: (numbers.get(user.id, 0), user.id))

    # === CUSTOMERS === #

    @api.model
    def _get_customer(self, record):
        """Return the contact of a record that the portal makes a page of."""
        page = self.env["customer.portal.gate"]._get_page(record)
        if not page or not page.partner_field:
            return self.env["res.partner"]
        partners = record.sudo().mapped(page.partner_field)
        return partners[:1]

    @api.model
    def _assign_mailed(self, model_name, values, author):
        """Choose who works on what a mail creates, as on what the page creates.

        :param dict values: of the new record, so far
        :return: the values
        :rtype: dict
        """
        page = self._get_mailed_page(model_name, values)
        name = page and page.assignee_field
        if not name or values.get(name):
            return values
        partner = self.env["res.partner"].browse(values.get(page.partner_field))
        chosen = self._choose(partner or author, model_name)
        if not chosen and not self.env.user.share:
            return values  # what Odoo chooses for employees who write
        return {**values, name: self._make_assignee_value(model_name, name, chosen)}

    @api.model
    def _get_mailed_page(self, model_name, values):
        """Return the page on which a record with some values would be."""
        for page in self.env["customer.portal.gate"]._get_pages(model_name):
            conditions = page.domain.iter_conditions()
            if all(self._holds(one, values.get(one.field_expr)) for one in conditions):
                return page
        return None

    @api.model
    def _holds(self, condition, value):
        """Compare a value that will be written; what is not simple does not hold."""
        wanted = condition.value
        if condition.operator == "in":
            return value in wanted
        return condition.operator == "=" and value == wanted

    @api.model
    def _make_assignee_value(self, model_name, name, users):
        """Return what a field for assignees is written with; no other field is."""
        is_many = self.env[model_name]._fields[name].type == "many2many"
        return [Command.set(users.ids)] if is_many else users[:1].id
