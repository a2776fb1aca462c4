from odoo import api, fields, models

from ..site.res_company_branding import COLOR
from ..site.res_company_style import READABLE, WHITE, get_contrast


class ResConfigSettings(models.TransientModel):
    """Colors that customers cannot read well are said so before they are saved."""

    _inherit = "res.config.settings"

    portal_primary_color_warning = fields.Char(compute="_compute_portal_color_warnings")
    portal_link_color_warning = fields.Char(compute="_compute_portal_color_warnings")

    @api.depends("portal_primary_color", "portal_link_color")
    def _compute_portal_color_warnings(self):
        for settings in self:
            settings.portal_link_color_warning = self._warn_portal_contrast(
                settings.portal_link_color,
                self.env._(
                    "Links in this color are hard to read: on white their contrast is "
                    "%(contrast)s, and text needs at least %(least)s. Choose a darker "
                    "color."
                ),
            )
            settings.portal_primary_color_warning = self._warn_portal_contrast(
                settings.portal_primary_color,
                self.env._(
                    "This color is hard to read on white: its contrast is "
                    "%(contrast)s, and text needs at least %(least)s. Buttons are "
                    "filled with it, but outlined buttons and icons are dark gray "
                    "instead."
                ),
            )

    @api.model
    def _warn_portal_contrast(self, color, text):
        """Return a text with the contrast of a color, where that is too low."""
        contrast = self._get_portal_contrast(color)
        values = {
            "contrast": self._format_portal_contrast(contrast),
            "least": READABLE,
        }
        return contrast < READABLE and text % values

    @api.model
    def _get_portal_contrast(self, color):
        """Return the contrast of a color on white; of no color the best."""
        is_color = color and COLOR.fullmatch(color)
        return (
            get_contrast(color, WHITE) if is_color else get_contrast("#000000", WHITE)
        )

    @api.model
    def _format_portal_contrast(self, contrast):
        """Return a contrast that is never rounded up to what would do."""
        return f"{int(contrast * 10) / 10:.1f}"
