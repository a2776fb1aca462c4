from odoo import api, models
from odoo.tools.image import hex_to_rgb, rgb_to_hex

BLACK, WHITE, INK = "#000000", "#ffffff", "#212529"
# WCAG 2.2, 1.4.3 (AA): what is needed to read a text.
READABLE = 4.5
# The lightest ground of dark pages that text stands on, as in dark.scss.
DARK = "#2a323b"
# How far a color moves under the pointer, 0 to 1.
SHADE = 0.18


class ResCompany(models.Model):
    """The style sheet of a company's portal, on whose colors text can be read."""

    _inherit = "res.company"

    def _get_portal_style(self):
        """Return the style sheet of colors and custom CSS.

        It is served as a file, never put into a page: nothing in it ends a tag.
        """
        return "\n".join(
            filter(None, [self._get_portal_color_rules(), self.portal_css])
        )

    def _get_portal_color_rules(self):
        """Return the style rules of the colors that are set; of others Odoo's stay.

        :rtype: str
        """
        primary, link = self.portal_primary_color, self.portal_link_color
        if not primary and not link:
            return ""
        values = {
            "primary": primary and self._get_portal_color(primary),
            "link": link and self._get_portal_color(link),
        }
        templates = ("customer_portal.look_colors", "customer_portal.look_colors_dark")
        rules = [self.env["ir.qweb"]._render(name, values) for name in templates]
        return "\n".join(str(rule).strip() for rule in rules)

    @api.model
    def _get_portal_color(self, color):
        """Return a color and those that go with it.

        :param str color: as ``#rrggbb``
        :return: ``color``, ``strong`` under the pointer, both as ``…_rgb``, too;
            ``text`` on it, ``ink`` for text and lines on white, and ``light`` for
            those on dark pages
        :rtype: dict[str, str]
        """
        strong = shade(color)
        return {
            "color": color,
            "rgb": ", ".join(map(str, hex_to_rgb(color))),
            "strong": strong,
            "strong_rgb": ", ".join(map(str, hex_to_rgb(strong))),
            "text": get_text_color(color),
            "ink": color if get_contrast(color, WHITE) >= READABLE else INK,
            "light": lighten(color),
            "light_rgb": ", ".join(map(str, hex_to_rgb(lighten(color)))),
        }


def get_text_color(color):
    """Return black or white, what is read better on a color."""
    return max(WHITE, BLACK, key=lambda text: get_contrast(color, text))


def get_contrast(one, other):
    """Return the contrast ratio of two colors, from 1 to 21, as WCAG defines it."""
    dark, light = sorted([_get_luminance(one), _get_luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def _get_luminance(color):
    red, green, blue = (_make_linear(part / 255) for part in hex_to_rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _make_linear(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def shade(color):
    """Return the color under the pointer: further from that of the text on it."""
    goal = 0 if get_text_color(color) == WHITE else 255
    parts = hex_to_rgb(color)
    return rgb_to_hex([round(part + (goal - part) * SHADE) for part in parts])


def lighten(color):
    """Return a color that can be read on dark pages: so much lighter as it needs."""
    parts = hex_to_rgb(color)
    for step in range(21):
        light = rgb_to_hex([round(part + (255 - part) * step / 20) for part in parts])
        if get_contrast(light, DARK) >= READABLE:
            break
    return light
