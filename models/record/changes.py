from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command


class CustomerPortalGate(models.AbstractModel):
    """What customers create and change: only what their profile lets them write."""

    _inherit = "customer.portal.gate"

    @api.private
    def create_record(self, user, module, values, token=None):
        """Create a record for a user, who becomes its contact.

        :param dict values: writable fields; a list of ids for many2many
        :param str token: of the form that is sent, so that it makes one record
        :return: id of the record
        :rtype: int
        :raise AccessError: before anything is written
        """
        right = self._check(user, module, "create", values)
        model = self._get_model_sudo(user, right)
        values = {
            **self._get_new_values(user, right),
            **self._clean_values(user, right, values),
        }
        with self.env.cr.savepoint():
            with self._making(user, right):
                record = model.create(values)
            if not self._get_visible_records(user, right, record.ids):
                raise AccessError(self.env._("Nothing can be created here."))
            self._follow_created(user, record)
            self._mark_created(user, right, record, token)
            if not self.env["customer.portal.agents"]._get_workers(record):
                self._tell_agents(user, record, "created")
        return record.id

    @api.private
    def write_record(self, user, module, res_id, values):
        """Change a record that the user sees.

        :raise AccessError: before anything is written
        """
        right = self._check(user, module, "edit", values)
        record = self._get_changeable_record(user, right, res_id)
        if not record:
            raise AccessError(self.env._("This record does not exist."))
        values = self._clean_values(user, right, values, record)
        if not values:
            return
        urgency = right.roles["priority"]
        before = urgency in values and record[urgency]
        with self.env.cr.savepoint():
            record.write(values)
            self._mark_updated(user, right, record, tuple(values))
            if urgency in values and record[urgency] != before:
                label = record._fields[urgency].convert_to_export(
                    record[urgency], record
                )
                self._tell_agents(user, record, "priority", value=label)

    # === INTERNALS === #

    @api.model
    def _get_changeable_record(self, user, right, res_id):
        """Return a record that a user sees, unless it is the contact of an employee.

        Core lets nobody change these who may not change users; the gate has all rights.
        """
        record = self._get_visible_records(user, right, [res_id])
        if record._name != "res.partner":
            return record
        users = record.with_context(active_test=False).user_ids
        is_employee = any(one._is_internal() for one in users)
        return record.browse() if is_employee else record

    @api.model
    def _check(self, user, module, action, values):
        right = self._get_rights(user).get(module)
        if not right or action not in right.actions:
            raise AccessError(self.env._("This is not permitted."))
        if forbidden := set(values) - set(right.names.get(action, ())):
            raise AccessError(
                self.env._(
                    "These fields cannot be changed: %(names)s",
                    names=", ".join(sorted(map(str, forbidden))),
                )
            )
        return right

    @api.model
    def _get_new_values(self, user, right):
        """Return what makes a new record one of the module, and one of the user.

        :raise AccessError: where a record does not lead to its contact directly
        """
        field = self.env[right.model_name]._fields.get(right.partner_field)
        if not field or field.comodel_name != "res.partner":
            raise AccessError(self.env._("Nothing can be created here."))
        partner = user.sudo().partner_id
        values = {
            **self._get_assignee_values(partner, right),
            **self._get_state_values(right),
            **{
                condition.field_expr: condition.value
                for condition in right.domain.iter_conditions()
                if condition.operator == "=" and "." not in condition.field_expr
            },
        }
        values[field.name] = (
            [Command.link(partner.id)] if field.type == "many2many" else partner.id
        )
        return values

    @api.model
    def _get_state_values(self, right):
        """Return the state of a new record: said, so that its mail is sent."""
        name, value = right.roles["state"], right.values["new_value"]
        return {name: value} if name and value else {}

    @api.model
    def _get_assignee_values(self, partner, right):
        """Return who works on a new record; nobody where nobody is responsible.

        Said, as Odoo would take who creates it, the customer.
        """
        name = right.roles["assignee"]
        field = name and self.env[right.model_name]._fields[name]
        if not field or field.comodel_name != "res.users":
            return {}
        agents = self.env["customer.portal.agents"]
        chosen = agents._choose(partner, right.model_name)
        return {name: agents._make_assignee_value(right.model_name, name, chosen)}

    @api.model
    def _follow_created(self, user, record):
        """Let the customer follow what they have made and get the answers by email."""
        if "message_follower_ids" in record._fields:
            comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
            record.message_subscribe(user.sudo().partner_id.ids, [comment])

    @api.model
    def _tell_agents(self, user, record, kind, **details):
        """Let somebody hear of what a customer does on a page.

        :param str kind: of the texts of ``customer.portal.agents``
        """
        agents = self.env["customer.portal.agents"]
        agents._tell(record, user.sudo().partner_id, kind, **details)
