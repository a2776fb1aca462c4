from odoo import api, models


class CustomerPortalLook(models.AbstractModel):
    """Which company's look a page has."""

    _name = "customer.portal.look"
    _description = "Customer Portal Look of a Page"

    @api.model
    def _get(self):
        """Return the look of the page that is asked for, for its layout.

        :return: see ``res.company._get_portal_look``; and ``host``: whether it is the
            portal's own host
        :rtype: dict
        """
        company = self._get_company()
        is_host = bool(self.env["customer.portal.host"]._get_company())
        return {**company._get_portal_look(), "host": is_host}

    @api.model
    def _get_of_error(self, user, path):
        """Return the look of an error page, None where it is no page of the portal.

        On pages of a website, its own is shown.

        :param user: the portal user of the request, or None
        """
        is_own = "website" not in self.env or f"{path}/".startswith("/my/")
        if (user and is_own) or self.env["customer.portal.host"]._get_company():
            return self._get()
        return None

    @api.model
    def _get_company(self):
        """Return the company whose look it is, by the host, the website or the visitor.

        :rtype: odoo.models.Model
        """
        if company := self.env["customer.portal.host"]._get_company():
            return company
        if "website" in self.env:
            return self.env["website"].get_current_website().sudo().company_id
        return self.env.company

    @api.model
    def _get_page_title(self, look, title, website=None):
        """Return the title of a page: its own, and that of the portal.

        A website has its name in each title already. It stays where the portal has no
        title of its own.
        """
        name = website and website.name
        if name and not (look["is_own_title"] or look["host"]):
            return title or name
        title = "" if title == name else title or ""
        title = title.removesuffix(f" | {name}") if name else title
        return f"{title} | {look['title']}" if title else look["title"]
