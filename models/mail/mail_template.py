from hashlib import sha1

from lxml import etree

from odoo import api, models
from odoo.tools import file_open

from ...const import PARAM_LOGIN_TEMPLATE, PARAM_RESET_TEMPLATE


class MailTemplate(models.Model):
    """Which of the portal's mails lack their template, and what becomes of them."""

    _inherit = "mail.template"

    @api.model
    def _get_portal_problems(self):
        """Return what Settings say of templates that are gone, a sentence each.

        :rtype: list[str]
        """
        problems = (
            self._get_portal_problem(*row) for row in self._get_portal_templates()
        )
        return list(filter(None, problems))

    @api.model
    def _get_portal_templates(self):
        """Return the setting that chooses a template, if any, its mail and its XML id.

        :rtype: list[tuple]
        """
        own = "customer_portal.mail_template"
        return [
            (PARAM_LOGIN_TEMPLATE, self.env._("Login details"), f"{own}_login_details"),
            (
                PARAM_RESET_TEMPLATE,
                self.env._("Forgot password"),
                f"{own}_forgot_password",
            ),
            (None, self.env._("Access not started yet"), f"{own}_not_started"),
            (None, self.env._("Support end notice"), f"{own}_support_end"),
            (None, self.env._("Case received"), f"{own}_case_received"),
            (None, self.env._("Case closed"), f"{own}_case_closed"),
            (None, self.env._("Email change: confirmation"), f"{own}_email_confirm"),
            (None, self.env._("Email change: requested"), f"{own}_email_asked"),
            (None, self.env._("Email change: completed"), f"{own}_email_changed"),
        ]

    @api.model
    def _get_portal_problem(self, param, name, xml_id):
        own = self.env.ref(xml_id, raise_if_not_found=False)
        if not param:
            return not own and self.env._(
                "%(mail)s: the template was deleted, so this email is not sent.",
                mail=name,
            )
        chosen = self._get_chosen_portal_template(param)
        is_chosen = self.env["ir.config_parameter"]._get_portal_text(param)
        if chosen or (own and not is_chosen):
            return None
        if own:
            return self.env._(
                "%(mail)s: the template was deleted. The portal's default template is "
                "used instead.",
                mail=name,
            )
        return self.env._(
            "%(mail)s: the template was deleted. Odoo's own email is sent instead.",
            mail=name,
        )

    @api.model
    def _get_chosen_portal_template(self, param):
        template_id = self.env["ir.config_parameter"]._get_portal_number(param)
        chosen = self.sudo().browse(template_id).exists()
        return chosen.filtered(lambda template: template.model == "res.partner")

    # === WHAT THE ADDON WROTE === #

    @api.model
    def _renew_portal_templates(self, former):
        """Replace what the addon wrote by what it writes now, for migrations.

        Templates are never updated by themselves. What an administrator has changed
        stays.

        :param former: of each the file in ``data/``, what its XML id ends with, the
            field, and the digest of what the addon wrote so far
        """
        for file_name, name, fname, digest in former:
            xmlid = f"mail_template_{name}"
            found = self.env.ref(f"customer_portal.{xmlid}", raise_if_not_found=False)
            if found and self._get_portal_digest(found[fname]) == digest:
                found[fname] = self._read_portal_data(file_name, xmlid, fname)

    @api.model
    def _get_portal_digest(self, text):
        """Return what tells a text from others, whatever blanks there are in it."""
        return sha1("".join((text or "").split()).encode()).hexdigest()[:12]

    @api.model
    def _read_portal_data(self, file_name, xmlid, fname):
        """Return what a file of data writes in a field of a template."""
        with file_open(f"customer_portal/data/{file_name}.xml", "rb") as file:
            data = etree.parse(file)
        [field] = data.xpath(f"//record[@id='{xmlid}']/field[@name='{fname}']")
        inner = (etree.tostring(child, encoding="unicode") for child in field)
        return (field.text or "") + "".join(inner)
