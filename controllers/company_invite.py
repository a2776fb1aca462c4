from hashlib import sha256

from odoo.exceptions import UserError
from odoo.http import request, route

from ..const import COMPANY_URL
from ..models.record.ir_http import SESSION_HINT
from ..utils import ADDRESS_LENGTH, read_number
from ..utils_people import (
    HEADINGS,
    MOST_PEOPLE,
    NAME_LENGTH,
    TEXT_LENGTH,
    Reading,
    TooMuch,
    read_people,
)
from .company import CustomerPortalCompany

URL = f"{COMPANY_URL}/invite"
SEVERAL_URL = f"{URL}/several"
FIELDS = ("name", "email", "profile_id", "organization_id")


class CustomerPortalCompanyInvite(CustomerPortalCompany):
    """Colleagues are invited: one by a form, or several who are pasted.

    Several are shown first, as they were read; only what was shown is sent.
    """

    # === ONE === #

    @route(URL, type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def portal_invite(self, **_query):
        return self._render_invite({})

    @route(URL, type="http", auth="user", website=True, methods=["POST"])
    def portal_invite_one(self, **post):
        colleagues = self._get_inviting()
        given = {name: self._clean(post.get(name)) for name in FIELDS}
        errors = self._get_missing(given)
        if not errors:
            row = {**given, **self._read_choices(given)}
            (result,) = colleagues._invite([row])
            errors = {} if result["ok"] else {"": result["text"]}
        if errors:
            return self._render_invite(given, errors)
        request.session[SESSION_HINT] = result["text"]
        return request.redirect(COMPANY_URL, code=303)

    def _clean(self, text):
        """Return a value of a form: text of anybody, never too long to show again."""
        return str(text or "").replace("\0", "").strip()[: ADDRESS_LENGTH + 1]

    def _get_missing(self, given):
        empty = request.env._("This field is required.")
        labels = {field["name"]: field["label"] for field in self._get_invite_fields()}
        labels["profile_id"] = request.env._("Profile")
        return {
            name: f"{label}: {empty}"
            for name, label in labels.items()
            if not given.get(name)
        }

    def _get_invite_fields(self):
        env = request.env
        name, email = env._("Name"), env._("Email")
        return [
            {"name": "name", "label": name, "type": "text", "size": NAME_LENGTH},
            {"name": "email", "label": email, "type": "email", "size": ADDRESS_LENGTH},
        ]

    def _read_choices(self, given):
        """Return the ids that were chosen; whether they fit is for the service to say.

        Whoever manages one organization is not asked which.
        """
        organization = given.get("organization_id")
        return {
            "profile_id": read_number(given.get("profile_id")),
            "organization_id": read_number(organization) if organization else None,
        }

    def _render_invite(self, given, errors=None):
        values = {
            **self._prepare_invite_values(request.env._("Invite a Colleague")),
            "given": given,
            "errors": errors or {},
            "invite_fields": self._get_invite_fields(),
        }
        status = 422 if errors else 200
        return request.render("customer_portal.company_invite", values, status=status)

    def _get_inviting(self):
        """Return the service for those who may change something, else 404."""
        colleagues = self._get_colleagues()
        return colleagues
