import logging

import psycopg2
from PIL import Image

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

from ...const import PROFILE_CODES
from ...utils import to_binary
from ..record.upload import MEGABYTE

_logger = logging.getLogger(__name__)

# What customers may choose on their own user, as Odoo lets everybody.
PREFERENCES = ("lang", "tz")
# Those that Odoo draws anew.
PICTURE_TYPES = frozenset(("image/jpeg", "image/png", "image/gif"))
JPEG_QUALITY = 90


class CustomerPortalGate(models.AbstractModel):
    """My Profile beside the details: the access, language, time zone, picture."""

    _inherit = "customer.portal.gate"

    @api.private
    def profile_summary(self, user):
        """Return what stands beside the cards.

        :return: dict with ``start`` and ``end`` of the support, the last two
            ``logins``, ``lang``, ``tz``, ``picture`` and ``new_email``
        :rtype: dict
        """
        user_sudo = user.sudo()
        partner_sudo = user_sudo.partner_id
        return {
            "start": partner_sudo.support_start_date,
            "end": partner_sudo.support_end_date,
            "logins": self._get_profile_logins(user),
            "lang": dict(self.env["res.lang"].get_installed()).get(user_sudo.lang),
            "tz": user_sudo.tz,
            "has_picture": bool(partner_sudo.image_256),  # what the page draws
            "may_set_picture": self.may_set_picture(user),
            "login": user_sudo.login,
            "new_email": self.env["customer.portal.email.change"]._get_waiting(user),
        }

    @api.private
    def may_set_picture(self, user):
        """Say whether a customer may change their own picture."""
        return self.may(user, PROFILE_CODES[0], "edit")

    @api.private
    def set_preferences(self, user, texts):
        """Set language and time zone; what is none of those offered is not written."""
        partner_sudo = self._get_profile_partner(user)
        values = {
            name: texts[name]
            for name in PREFERENCES
            if texts.get(name) in dict(self.get_preferences(user)[name])
        }
        partner_sudo.write(values)

    @api.private
    def set_language_in_new_transaction(self, user, code):
        """Set the language in a transaction of its own, so that a page that reads can.

        It may be lost, but keeps nobody from coming in.
        """
        if self.env.cr.readonly:
            self.env.cr.rollback()  # as core does before it opens another one
        try:
            with self.env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '1s'")
                gate = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
                gate.set_preferences(user.with_env(gate.env), {"lang": code})
        except psycopg2.Error:
            _logger.exception("Language lost: %s", user.id)

    @api.private
    def get_preferences(self, user):
        """Return the languages and time zones to choose from.

        :return: pairs of value and label by field
        :rtype: dict
        """
        partners = self.env["res.partner"]
        return {
            "lang": self.env["res.lang"].get_installed(),
            "tz": partners._fields["tz"]._description_selection(self.env),
        }

    @api.private
    def set_picture(self, user, file=None, remove=False):
        """Set the customer's picture, or remove it.

        :param werkzeug.datastructures.FileStorage file: None if none was chosen
        :raise UserError: that says why it cannot be taken
        """
        if not self.may_set_picture(user):
            raise AccessError(self.env._("This is not permitted."))
        if not remove and not file:
            raise UserError(self.env._("Choose a file first."))
        raw = False if remove else self._read_picture(file)
        partner_sudo = self._get_profile_partner(user)
        with self.env.cr.savepoint():
            partner_sudo.image_1920 = raw
            self.env.flush_all()
            partner_sudo._message_log(
                body=self.env._("Changed the picture in the portal.")
            )

    # === INTERNALS === #

    @api.model
    def _get_profile_partner(self, user):
        """Return the customer's contact, with them as the author of what changes."""
        partners = self.env["res.partner"].with_user(user).sudo()
        return partners.browse(user.sudo().partner_id.id)

    @api.model
    def _get_profile_logins(self, user):
        """Return when the customer came in last, and when before that."""
        pages = self.env["customer.portal.record"]
        touchpoints = self.env["customer.portal.touchpoint"].sudo()
        logins = touchpoints.search_fetch(
            [("partner_id", "=", user.sudo().partner_id.id), ("kind", "=", "login")],
            ["date"],
            limit=2,
        )
        dates = logins.mapped("date") or [user.sudo().login_date]
        return [pages._format_time(user, date) for date in dates if date]

    @api.model
    def _read_picture(self, file):
        """Return a picture that Odoo can draw; SVG is none, as it can hold scripts."""
        file.stream.seek(0)  # Odoo may try a request again.
        limit = self.env["customer.portal.file"].get_upload_limits().max_mb * MEGABYTE
        raw = file.stream.read(limit + 1 if limit else -1)
        if limit and len(raw) > limit:
            raise UserError(
                self.env._(
                    "The picture is too large. It can have up to %(size)s MB.",
                    size=limit // MEGABYTE,
                )
            )
        picture = self._draw_picture(raw)
        if not picture:
            raise UserError(self.env._("Choose a picture: a JPEG, PNG or GIF file."))
        return to_binary(picture)

    @api.model
    def _draw_picture(self, raw):
        """Return a picture as it is kept; None if it is none that can be drawn."""
        mime = guess_mimetype(raw)
        if mime not in PICTURE_TYPES:
            return None
        try:
            image_process(raw, size=(128, 128), verify_resolution=True)
            # Written anew, a photo says no longer where it was taken.
            quality = JPEG_QUALITY if mime == "image/jpeg" else 0
            return image_process(raw, size=(1920, 1920), quality=quality)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            return None
