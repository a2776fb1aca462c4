import base64
import hashlib
import io
import re
import warnings

from PIL import Image

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import GROUP_MANAGER, PREFETCH_PAGES
from ...utils import from_binary
from ..base.snapshot_cache import snapshot_cache

# The branding of a company's portal. Of pictures: the largest file, and what it may be.
BRANDING_PICTURES = {
    "portal_logo": (1024 * 1024, ("PNG", "JPEG", "GIF", "WEBP")),
    "portal_favicon": (100 * 1024, ("PNG", "ICO", "GIF", "WEBP")),
}
BRANDING_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "ICO": "image/x-icon",
}
BRANDING_COLORS = ("portal_primary_color", "portal_link_color")
BRANDING_FIELDS = (*BRANDING_PICTURES, *BRANDING_COLORS, "portal_title", "portal_css")
BRANDING_CSS_MAX = 100 * 1024
BRANDING_URL = "/customer_portal/look"

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# Scripts do not run in the preview: nothing would end what waits for them.
PREVIEW_STYLE = ".o_portal_doc_spinner { display: none; }"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ResCompany(models.Model):
    """The branding of a company's portal: title, logo, colors, and a style sheet by its
    address ("CSS URL for custom theme") or typed here, so that no file need be hosted.

    Whoever may change it, changes the page where customers type their password. So it
    is for those who configure the portal, and nobody else.
    """

    _inherit = "res.company"

    portal_logo = fields.Binary(groups=GROUP_MANAGER)
    portal_favicon = fields.Binary(groups=GROUP_MANAGER)
    portal_title = fields.Char(
        "Page Title", groups=GROUP_MANAGER, prefetch=PREFETCH_PAGES
    )
    portal_primary_color = fields.Char(
        "Button Color", groups=GROUP_MANAGER, prefetch=PREFETCH_PAGES
    )
    portal_link_color = fields.Char(
        "Link Color", groups=GROUP_MANAGER, prefetch=PREFETCH_PAGES
    )
    portal_css = fields.Text(
        "Custom CSS", groups=GROUP_MANAGER, prefetch=PREFETCH_PAGES
    )

    # === CONSTRAINT METHODS === #

    @api.constrains(*BRANDING_FIELDS)
    def _check_portal_branding(self):
        for company in self:
            for name in BRANDING_COLORS:
                company._check_portal_color(company[name])
            for name in BRANDING_PICTURES:
                company._check_portal_picture(name)
            company._check_portal_texts()

    @api.model
    def _check_portal_color(self, color):
        if color and not COLOR.fullmatch(color):
            raise ValidationError(
                self.env._(
                    "Colors must look like #1f6f8b. This is not valid: %(color)s",
                    color=color,
                )
            )

    def _check_portal_picture(self, name):
        """Take pictures only: in an SVG there can be scripts."""
        content = self._get_portal_picture(name)
        largest, kinds = BRANDING_PICTURES[name]
        if len(content) > largest:
            raise ValidationError(
                self.env._(
                    "%(field)s is too large. The limit is %(size)s kB.",
                    field=self._fields[name]._description_string(self.env),
                    size=largest // 1024,
                )
            )
        if content and self._get_picture_kind(content) not in kinds:
            raise ValidationError(
                self.env._(
                    "%(field)s must be an image: %(kinds)s.",
                    field=self._fields[name]._description_string(self.env),
                    kinds=", ".join(kinds),
                )
            )

    def _check_portal_texts(self):
        if CONTROL.search(self.portal_title or "") or len(self.portal_title or "") > 80:
            raise ValidationError(
                self.env._(
                    "The page title must be a single line of up to 80 characters."
                )
            )
        if len((self.portal_css or "").encode()) > BRANDING_CSS_MAX:
            raise ValidationError(
                self.env._(
                    "The custom CSS is too large. The limit is %(size)s kB.",
                    size=BRANDING_CSS_MAX // 1024,
                )
            )
        if "\0" in (self.portal_css or ""):
            raise ValidationError(self.env._("The custom CSS must be text."))

    # === CRUD METHODS === #

    def write(self, vals):
        """Refuse pictures that are small files and would fill the memory.

        Odoo opens them on saving, before they can be checked.
        """
        try:
            result = super().write(vals)
        except Image.DecompressionBombError as error:
            message = self.env._(
                "The picture has too many pixels. Choose a smaller one."
            )
            raise ValidationError(message) from error
        if not {*BRANDING_FIELDS, "portal_css_url", "portal_url"}.isdisjoint(vals):
            # _get_portal_branding_set, hosts
            self.env["customer.portal.cache.mixin"]._clear_gate_cache()
        return result

    # === BUSINESS METHODS === #

    def _get_portal_branding(self):
        """Return how the pages of this company's portal look, for their layout.

        :return: ``title``; ``is_own_title``: whether it was set; and the addresses of
            ``theme``, ``style``, ``logo`` and ``favicon``, empty where Odoo's stay
        :rtype: dict
        """
        branding = self.sudo()._get_portal_branding_set()
        title = branding["title"]
        return {
            **branding,
            "title": title or self.sudo().name,
            "is_own_title": bool(title),
        }

    @snapshot_cache("self.id")
    def _get_portal_branding_set(self):
        """Cached because each page asks: pictures are files, and read to name them."""
        parts = {
            "style": self._get_portal_style().encode(),
            "logo": self._get_portal_picture("portal_logo"),
            "favicon": self._get_portal_picture("portal_favicon"),
        }
        urls = {
            name: content
            and f"{BRANDING_URL}/{self._get_branding_version(content)}/{name}"
            for name, content in parts.items()
        }
        return {
            "title": self.portal_title or "",
            "theme": self.portal_css_url or "",
            "style": urls["style"] or "",
            "logo": urls["logo"] or "",
            "favicon": urls["favicon"] or f"{BRANDING_URL}/logo/favicon",
        }

    def _get_portal_branding_preview(self):
        """Return the same of what is not saved, with all it needs within.

        :return: ``_get_portal_branding``; the addresses have the content itself
        :rtype: dict
        """
        branding = {
            "title": self.portal_title or self.name,
            "is_own_title": True,
            "theme": self.portal_css_url or "",
        }
        style = f"{self._get_portal_style()}\n{PREVIEW_STYLE}".encode()
        branding["style"] = self._make_data_url("text/css", style)
        for name in ("logo", "favicon"):
            content = self._get_portal_picture(f"portal_{name}")
            kind = content and BRANDING_TYPES[self._get_picture_kind(content)]
            branding[name] = content and self._make_data_url(kind, content)
        return branding

    @api.model
    def _make_data_url(self, kind, content):
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"

    def _get_portal_branding_file(self, name):
        """Return a part of the branding as it is served, and its kind.

        :param str name: ``style``, ``logo`` or ``favicon``
        :return: nothing where there is none
        :rtype: tuple[bytes, str]
        """
        company_sudo = self.sudo()
        if name == "style":
            content = company_sudo._get_portal_style().encode()
            return content, "text/css; charset=utf-8"
        content = company_sudo._get_portal_picture(f"portal_{name}")
        kind = content and BRANDING_TYPES.get(self._get_picture_kind(content))
        return (content, kind) if kind else (b"", "")

    def _get_portal_logo_icon(self):
        """Return the company's logo as a favicon, nothing if it has none of its own."""
        company_sudo = self.sudo()
        content = company_sudo._get_portal_picture("portal_logo")
        if not content and not company_sudo.uses_default_logo:
            content = from_binary(company_sudo.logo)
        try:
            picture = Image.open(io.BytesIO(content)).convert("RGBA")
        except (OSError, ValueError, Image.DecompressionBombError):
            return b""
        picture.thumbnail((64, 64))
        icon = Image.new("RGBA", (64, 64))
        icon.paste(picture, ((64 - picture.width) // 2, (64 - picture.height) // 2))
        output = io.BytesIO()
        icon.save(output, "PNG")
        return output.getvalue()

    def _get_portal_picture(self, name):
        try:
            return from_binary(self.with_context(bin_size=False)[name])
        except ValueError:
            return b"no picture"

    @api.model
    def _get_picture_kind(self, content):
        """Return what a picture is by its content, as ``BRANDING_TYPES`` names it."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                picture = Image.open(io.BytesIO(content))
                picture.load()
                return picture.format
        except (
            *(OSError, SyntaxError, ValueError),
            *(Image.DecompressionBombError, Image.DecompressionBombWarning),
        ):
            return None

    @api.model
    def _get_branding_version(self, content):
        return hashlib.sha256(content).hexdigest()[:16]
