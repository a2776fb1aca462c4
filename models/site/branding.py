from odoo import api, models


class CustomerPortalBranding(models.AbstractModel):
    """Which company's branding a page has.

    Templates name it by its first name, and websites keep copies of templates.
    """

    _name = "customer.portal.look"
    _description = "Customer Portal Page Preview"

    @api.model
    def _get(self):
        """Return the branding of the page that is asked for, for its layout.

        :return: see ``res.company._get_portal_branding``; and ``host``: whether
            it is the portal's own host
        :rtype: dict
        """
        company = self._get_company()
        is_host = bool(self.env["customer.portal.host"]._get_company())
        return {**company._get_portal_branding(), "host": is_host}

    @api.model
    def _get_of_error(self, user, path):
        """Return the branding of an error page, None where it is no page of the portal.

        On pages of a website, its own is shown.

        :param user: the portal user of the request, or None
        """
        is_own = "website" not in self.env or f"{path}/".startswith("/my/")
        if (user and is_own) or self.env["customer.portal.host"]._get_company():
            return self._get()
        return None

    @api.model
    def _get_company(self):
        """Return whose branding it is, by the host, the website or the visitor.

        :rtype: odoo.models.Model
        """
        if company := self.env["customer.portal.host"]._get_company():
            return company
        if "website" in self.env:
            return self.env["website"].get_current_website().sudo().company_id
        return self.env.company

    @api.model
    def _get_page_title(self, branding, title, website=None):
        """Return the title of a page: its own, and that of the portal.

        A website has its name in each title already. It stays where the portal has no
        title of its own.
        """
        name = website and website.name
        if name and not (branding["is_own_title"] or branding["host"]):
            return title or name
        title = "" if title == name else title or ""
        title = title.removesuffix(f" | {name}") if name else title
        return f"{title} | {branding['title']}" if title else branding["title"]
