"""Colors of a style sheet, and text that can be read on them."""

# Of Bootstrap's buttons as Odoo compiles them: without a prefix. Secondary ones are
# grey: Odoo's peach goes with no color but its own.
RULES = """\
:root, [data-bs-theme="light"] {{
    --primary: {color};
    --primary-rgb: {rgb};
}}
body .btn-primary, #wrapwrap .btn-primary {{
    --btn-color: {text};
    --btn-bg: {color};
    --btn-border-color: {color};
    --btn-hover-color: {text};
    --btn-hover-bg: {strong};
    --btn-hover-border-color: {strong};
    --btn-focus-shadow-rgb: {rgb};
    --btn-active-color: {text};
    --btn-active-bg: {strong};
    --btn-active-border-color: {strong};
    --btn-disabled-color: {text};
    --btn-disabled-bg: {color};
    --btn-disabled-border-color: {color};
}}
body .btn-outline-primary, #wrapwrap .btn-outline-primary {{
    --btn-color: {ink};
    --btn-border-color: {ink};
    --btn-hover-color: {text};
    --btn-hover-bg: {color};
    --btn-hover-border-color: {color};
    --btn-focus-shadow-rgb: {rgb};
    --btn-active-color: {text};
    --btn-active-bg: {color};
    --btn-active-border-color: {color};
}}
body .btn-secondary, #wrapwrap .btn-secondary {{
    --btn-color: #212529;
    --btn-bg: #dee2e6;
    --btn-border-color: #dee2e6;
    --btn-hover-color: #212529;
    --btn-hover-bg: #c4c9cf;
    --btn-hover-border-color: #c4c9cf;
    --btn-focus-shadow-rgb: {rgb};
    --btn-active-color: #212529;
    --btn-active-bg: #c4c9cf;
    --btn-active-border-color: #c4c9cf;
    --btn-disabled-color: #212529;
    --btn-disabled-bg: #dee2e6;
    --btn-disabled-border-color: #dee2e6;
}}
.pagination {{
    --pagination-active-color: {text};
    --pagination-active-bg: {color};
    --pagination-active-border-color: {color};
}}
.dropdown-menu {{
    --dropdown-link-active-color: {text};
    --dropdown-link-active-bg: {color};
}}
.nav-pills {{
    --nav-pills-link-active-color: {text};
    --nav-pills-link-active-bg: {color};
}}
.progress, .progress-stacked {{
    --progress-bar-bg: {color};
}}
#wrapwrap .btn-light {{
    --btn-active-border-color: {color};
}}
#wrapwrap .dropdown-item.active {{
    background-color: {color};
    color: {text};
}}
.form-control:focus, .form-select:focus, .form-check-input:focus {{
    border-color: {color};
    box-shadow: 0 0 0 0.25rem rgba({rgb}, 0.25);
}}
.form-check-input:checked {{
    background-color: {color};
    border-color: {color};
}}
#wrapwrap .text-primary {{
    color: {ink} !important;
}}
#wrapwrap .text-bg-primary {{
    color: {text} !important;
}}
"""
LINK_RULES = """\
:root, [data-bs-theme="light"] {{
    --link-color: {color};
    --link-color-rgb: {rgb};
    --link-hover-color: {strong};
    --link-hover-color-rgb: {strong_rgb};
}}
#wrapwrap .btn-link {{
    --btn-color: {color};
    --btn-hover-color: {strong};
    --btn-active-color: {strong};
}}
"""
# WCAG 2.2, 1.4.11 (AA): what is needed to tell a line from the page.
VISIBLE = 3


def make_color_rules(primary, link):
    """Return the style rules of the colors that are set.

    :param str primary: of buttons, as ``#rrggbb``; empty leaves Odoo's
    :param str link: of links
    """
    rules = []
    if primary:
        rules.append(
            RULES.format(
                color=primary,
                rgb=_list(primary),
                text=get_text_color(primary),
                strong=_shade(primary),
                ink=primary if contrast(primary, "#ffffff") >= VISIBLE else "#212529",
            )
        )
    if link:
        strong = _shade(link)
        rules.append(
            LINK_RULES.format(
                color=link, rgb=_list(link), strong=strong, strong_rgb=_list(strong)
            )
        )
    return "\n".join(rules)


def get_text_color(color):
    """Return black or white, what is read better on a color."""
    return max("#ffffff", "#000000", key=lambda text: contrast(color, text))


def contrast(one, other):
    """Return the contrast ratio of two colors, from 1 to 21, as WCAG defines it."""
    dark, light = sorted([_luminance(one), _luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def _luminance(color):
    red, green, blue = (_linear(part / 255) for part in _parts(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _shade(color):
    """Return the color under the pointer: further from that of the text on it."""
    goal = 0 if get_text_color(color) == "#ffffff" else 255
    parts = (round(part + (goal - part) * 0.18) for part in _parts(color))
    return "#{:02x}{:02x}{:02x}".format(*parts)


def _list(color):
    return ", ".join(str(part) for part in _parts(color))


def _parts(color):
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]
