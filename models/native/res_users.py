from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..access.res_users_login import PASSWORD_LENGTH
from ..base.cache import NOBODY, SEES_ALL
from ..base.next_method import forget_next, keep_next

# Name of the method that stands for that of core.
HAS = "_has_field_access_of_odoo"


class ResUsers(models.Model):
    _inherit = "res.users"

    # === WHAT IS READ === #

    def _self_accessible_fields(self):
        """Leave out what the profile hides: core reads all these with all rights."""
        readable, writeable = super()._self_accessible_fields()
        if not self.env.user._is_portal():
            return readable, writeable
        partner = self.env.user.partner_id.sudo(False)
        hidden = {fname for fname in readable if partner._is_portal_hidden(fname)}
        return readable - hidden, writeable

    def _has_field_access(self, field, operation):
        access, env = self._has_field_access_of_odoo(field, operation), self.env
        if env.su or not access or env.uid in env.cr.cache.get(SEES_ALL, NOBODY):
            return access  # Nothing is hidden from who has all rights.
        if not (field.inherited or field.name == "login"):
            return access
        return not self._is_hidden_of_contact(field)

    def _has_field_access_of_odoo(self, field, operation):
        # pylint: disable=super-method-mismatch
        return super()._has_field_access(field, operation)

    def _register_hook(self):
        super()._register_hook()
        keep_next(self, ResUsers, "_has_field_access", HAS)
        self._check_no_portal_copies()  # Odoo's own hook does not call super().

    def _unregister_hook(self):
        forget_next(self, HAS)
        forget_next(self, "_check_field_access")
        return super()._unregister_hook()

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Find nobody by a login that is a hidden email.

        Refused it would be elsewhere, but here core looks for names by it too.
        """
        if self._hides_portal_logins():
            domain = Domain(domain).map_conditions(
                lambda asked: Domain.FALSE if asked.field_expr == "login" else asked
            )
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _order_to_sql(self, order, query, alias=None, reverse=False):
        """Leave a hidden login out of Odoo's own order."""
        if order in (None, self._order) and self._hides_portal_logins():
            order = "name, id"
        return super()._order_to_sql(order, query, alias=alias, reverse=reverse)

    @api.model
    def _hides_portal_logins(self):
        if not self._portal_hides():
            return False
        gate = self.env["customer.portal.gate"]
        return "login" in gate.hidden_fields(self._name)

    def _is_hidden_of_contact(self, field):
        """Say whether a field of the contact, which the user has too, is hidden.

        So is the login of others, which is their email.
        """
        if field.name == "login":
            return self._origin != self.env.user and self._hides_portal_logins()
        if not field.inherited or not self._portal_hides():
            return False
        return self.sudo().partner_id.sudo(False)._is_portal_hidden(field.name)

    # === PASSWORDS === #

    def _change_password(self, new_passwd):
        """Refuse a password that is too long to be compared.

        :raise UserError: with its length
        """
        if len(new_passwd) > PASSWORD_LENGTH:
            field = self._fields["password"]
            threads = self.env["mail.thread"]
            raise UserError(threads._get_length_problem(field, PASSWORD_LENGTH))
        return super()._change_password(new_passwd)
