from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, get_error

from ..const import PROFILE_CODES
from ..const import PROFILE_URL as URL
from ..models.account.res_partner import FORM_PARTNER
from ..models.gate.hidden_fields import ADDRESS_FIELDS

# What can be open for editing: a card, or what stands beside the cards.
PARTS = (*PROFILE_CODES, "preferences", "picture")
# As Odoo's own page has them: it is about passwords.
HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
}


class CustomerPortalProfile(CustomerPortal):
    """My Profile; see ``customer.portal.account``.

    Odoo's ``/my/account`` and ``/my/security`` stay: its own pages and those of other
    apps lead there, back from a checkout for example. They ask the same profile.
    """

    # === ROUTES === #

    @route()
    def home(self, **kw):
        """Tell that a new address waits: Odoo's form of addresses leads here."""
        response = super().home(**kw)
        user = request.env.user
        if response.is_qweb and user._is_portal():
            changes = request.env["customer.portal.email.change"]
            response.qcontext["portal_new_email"] = changes._get_waiting(user)
        return response

    @route(URL, type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def portal_profile(self, edit="", saved="", **_query):
        self._check_customer()
        return self._render_profile(edit=edit, saved=saved)

    @route(
        [
            f"{URL}/<any(contacts, organization, preferences, picture, password):part>",
            f"{URL}/email/cancel",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_profile_part(self, part="", **_query):
        """Lead back whoever loads again a form that was refused; scripts do it, too."""
        return request.redirect(f"{URL}?edit={part}" if part in PARTS else URL)

    @route(
        f"{URL}/<any(contacts, organization):code>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_profile_save(self, code, **_post):
        self._check_customer()
        account = request.env["customer.portal.account"]
        form_data = request.httprequest.form.to_dict(flat=False)
        self._get_form_fields_of(code)
        values, errors = account._parse(code, form_data)
        errors = errors or self._check_as_odoo(code, values)
        errors = errors or account._save(code, values)
        if errors:
            return self._render_profile(
                edit=code, form_data=form_data, card_errors=errors
            )
        return self._redirect(code)

    @route(
        f"{URL}/preferences", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_profile_preferences(self, **post):
        self._check_customer()
        account = request.env["customer.portal.account"]
        account._set_preferences(post)
        request.env["ir.http"]._set_portal_language(post.get("lang"))
        return self._redirect("preferences")

    @route(f"{URL}/picture", type="http", auth="user", website=True, methods=["POST"])
    def portal_profile_picture(self, remove="", **_post):
        self._check_customer()
        file = request.httprequest.files.get("picture")
        try:
            account = request.env["customer.portal.account"]
            account._set_picture(file, remove=bool(remove))
        except AccessError as error:
            raise NotFound() from error
        except UserError as error:
            errors = {"picture": str(error)}
            return self._render_profile(edit="picture", card_errors=errors)
        return self._redirect("picture")

    @route(f"{URL}/password", type="http", auth="user", website=True, methods=["POST"])
    def portal_profile_password(self, old="", new1="", new2="", **_post):
        self._check_customer()
        outcome = self._update_password(old.strip(), new1.strip(), new2.strip())
        if outcome.get("errors"):
            return self._render_profile(**outcome)
        return self._redirect("password")

    @route(
        f"{URL}/email",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_profile_email(self, token="", **_query):
        """Ask for a click: programs that look at mails follow links, too."""
        self._check_customer()
        changes = request.env["customer.portal.email.change"]
        return self._render_email(token, changes._find(request.env.user, token))

    @route(f"{URL}/email", type="http", auth="user", website=True, methods=["POST"])
    def portal_profile_email_confirm(self, token="", **_post):
        self._check_customer()
        changes, user = request.env["customer.portal.email.change"], request.env.user
        try:
            with request.env.cr.savepoint():
                address = changes._confirm(user, token)
        except UserError as error:
            return self._render_email(token, None, str(error))
        if not address:
            return self._render_email(token, None)
        # The login is part of what the session is checked by.
        request.session["login"] = address
        request.session.session_token = user._compute_session_token(request.session.sid)
        return self._redirect("email")

    @route(
        f"{URL}/email/cancel", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_profile_email_cancel(self, **_post):
        self._check_customer()
        request.env["customer.portal.email.change"]._cancel(request.env.user)
        return self._redirect("")

    # === WHAT IS ASKED === #

    def _check_customer(self):
        """:raise NotFound: for employees, who have a profile in the backend"""
        if not request.env.user._is_portal():
            raise NotFound()

    def _get_form_fields_of(self, code, form_data=None):
        """Return the fields of a card's form, marked as Odoo's own form requires them.

        :raise NotFound: if the visitor may not edit the card
        """
        account = request.env["customer.portal.account"]
        fields = account._get_form(code, form_data)
        if not fields:
            raise NotFound()
        partner_sudo = self._get_card_partner_sudo(code)
        mandatory = self._get_mandatory_billing_address_fields(partner_sudo.country_id)
        for field in fields:
            name = field["name"]
            asked = name in mandatory and bool(partner_sudo[name])
            field["required"] = field["required"] or asked
        return fields

    def _get_card_partner_sudo(self, code):
        own = request.env.user.partner_id
        return own if code == PROFILE_CODES[0] else own.commercial_partner_id

    def _check_as_odoo(self, code, values):
        """Ask Odoo, and all apps, what they would say of the form at ``/my/account``.

        :return: what is wrong by field, of those that the form has
        :rtype: dict
        """
        partner_sudo = self._get_card_partner_sudo(code)
        request.update_context(**{FORM_PARTNER: partner_sudo.id})
        model = partner_sudo.browse()
        names = model._get_frontend_writable_fields() & model._fields.keys()
        current = {
            name: model._fields[name].convert_to_cache(partner_sudo[name], model)
            for name in names
        }
        changed = {name: value for name, value in values.items() if name in names}
        invalid, missing, messages = self._validate_address_values(
            {**current, **changed}, partner_sudo, "billing", True, ""
        )
        missing = self._without_untouched(partner_sudo, missing, changed)
        fields = {field["name"] for field in self._get_form_fields_of(code)}
        empty = request.env._("This field is required.")
        wrong = "\n".join(messages)
        return {
            **dict.fromkeys(fields & invalid, wrong),
            **dict.fromkeys(fields & missing, empty),
        }

    def _without_untouched(self, partner_sudo, missing, changed):
        """Leave out what was empty and stays so: it keeps nobody from changing a phone.

        Whoever writes a part of an address has to write all that Odoo needs of it.
        """
        untouched = {n for n in missing if not partner_sudo[n] and n not in changed}
        if not ADDRESS_FIELDS.isdisjoint(changed):
            untouched -= ADDRESS_FIELDS
        return missing - untouched

    def _update_password(self, old, new1, new2):
        outcome = super()._update_password(old, new1, new2)
        user = request.env.user
        if outcome.get("success") and user._is_portal():
            detail = request.env._("Changed the password")
            touchpoints = request.env["customer.portal.touchpoint"]
            touchpoints._log("changed", {user.sudo().partner_id: detail})
        return outcome

    # === WHAT IS SHOWN === #

    def _redirect(self, saved):
        """Show the page again, so that a reload sends nothing twice."""
        place = f"?saved={saved}#o_cp_profile_{saved}" if saved else ""
        return request.redirect(f"{URL}{place}", code=303)

    def _render_profile(self, **values):
        wrong = bool(values.get("card_errors") or values.get("errors"))
        return request.render(
            "customer_portal.profile",
            self._prepare_profile_values(**values),
            headers=HEADERS,
            status=422 if wrong else 200,
        )

    def _prepare_profile_values(
        self, edit="", saved="", form_data=None, card_errors=None, **values
    ):
        account = request.env["customer.portal.account"]
        params = request.env["ir.config_parameter"]
        edit = edit if edit in PARTS else ""
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_portal_profile",
            "profile_title": request.env._("My Profile"),
            "title": request.env._("My Profile"),
            "cards": account._get_cards(),
            "summary": account._get_summary(),
            "preferences": (
                account._get_preferences() if edit == "preferences" else {}
            ),
            "edit": edit,
            "saved": saved,
            "form_fields": (
                self._get_form_fields_of(edit, form_data)
                if edit in PROFILE_CODES
                else []
            ),
            "card_errors": card_errors or {},
            # What Odoo's own page of passwords and devices asks for.
            "get_error": get_error,
            "allow_api_keys": bool(params._get_portal_text("portal.allow_api_keys")),
            "open_deactivate_modal": False,
            "success": {"password": saved == "password"},
            **values,
        }

    def _render_email(self, token, address, error=None):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_portal_profile",
            "profile_title": request.env._("Your new email address"),
            "title": request.env._("Your new email address"),
            "token": token,
            "address": address,
            "error": error,
        }
        status = 200 if address else 404
        return request.render(
            "customer_portal.profile_email", values, headers=HEADERS, status=status
        )
