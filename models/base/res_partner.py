from odoo import api, models


class ResPartner(models.Model):
    """Whose words the mails to a contact are."""

    _inherit = "res.partner"

    def _get_portal_company(self):
        """Return the company that speaks to a contact.

        Its own, else that of its portal user, also of one whose access has ended: most
        contacts belong to no company, and whoever sends the mail, such as a scheduled
        action, may belong to another one.

        :rtype: res.company
        """
        partner_sudo = self.sudo().with_context(active_test=False)
        users = partner_sudo.user_ids.filtered("share").sorted(lambda u: not u.active)
        company = partner_sudo.company_id[:1] or users.company_id[:1]
        return (company or self.env.company).with_env(self.env)

    def _is_opening_portal(self):
        """Say whether a contact is about to choose the first password."""
        users_sudo = self._get_portal_users_sudo()
        return bool(users_sudo) and not any(users_sudo.mapped("login_date"))

    def _get_portal_users_sudo(self):
        """Return the external users of these contacts, archived ones too."""
        Users = self.env["res.users"].sudo().with_context(active_test=False)
        return Users.search([("partner_id", "in", self.ids), ("share", "=", True)])

    def _filter_portal_known(self):
        """Return those of these contacts who may have anything to do with the portal.

        Of all others nothing is looked up: most contacts are nobody's customer. To be
        narrowed by what knows who has access.
        """
        return self._origin

    @api.model
    def _check_portal_search(self, fname):
        """Let nobody search by what they may not read.

        Odoo checks that for fields which are columns only.

        :raise AccessError: for those who may not read the field
        """
        self._check_field_access(self._fields[fname], "read")
