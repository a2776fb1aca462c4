from odoo import api, models
from odoo.http import request

from ..base.snapshot_cache import snapshot_cache


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_default_lang(cls):
        """Look the language of new contacts up once, not by two queries a page.

        A website has one of its own, which it keeps itself.
        """
        if getattr(request, "website", None):
            return super()._get_default_lang()
        code = request.env["ir.http"]._get_default_code(super()._get_default_lang)
        return request.env["res.lang"]._get_data(code=code)

    @api.model
    @snapshot_cache()
    def _get_default_code(self, find):
        """Keep which language that is until somebody changes the settings.

        :param find: returns it
        """
        return find().code

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """Have the texts of our scripts translated for customers, too."""
        return [*super()._get_translation_frontend_modules_name(), "customer_portal"]
