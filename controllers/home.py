from urllib.parse import urlsplit

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..utils import read_number

# Cookie: the answer to a request for an extension that the customer has dismissed.
ANSWER_COOKIE = "customer_portal_extension"
PAGE_SIZE = 20
LAST = 10**6
# Cards that no module has stand behind all others.
LAST_PLACE = 999
# What the page shows of the contact beside its address, and what that depends on. A
# contact has 150 columns: what another addon wants of them is read when it asks.
CONTACT_FIELDS = (
    *("name", "email", "phone", "vat", "website", "type", "is_company", "parent_id"),
    *("company_name", "commercial_company_name", "create_date", "user_id"),
    "portal_extension_decided",
)
# What Odoo's block beside the page shows of the salesperson.
SALESPERSON_FIELDS = ("name", "email", "email_normalized", "phone", "city")


class CustomerPortalHome(CustomerPortal):
    """The home page as the profile shows it; see ``customer.portal.widget``."""

    # === ROUTES === #

    @route(portal_reads=True)
    def home(self, **kw):
        self._read_contact()
        response = super().home(**kw)
        if getattr(response, "is_qweb", False):
            response.qcontext.update(self._prepare_widget_values())
            self._read_salesperson(response.qcontext.get("sales_user"))
        return response

    @route(
        "/my/home/widgets",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_home_widgets(self, fragment="", **_query):
        """Show what is loaded after the home page, as a page for who has no scripts."""
        home = request.env["customer.portal.widget"]
        values = {"widgets": home._get_slow_widgets()}
        if fragment:
            return request.render("customer_portal.home_slow_widgets", values)
        values.update(self._prepare_portal_layout_values())
        return request.render("customer_portal.home_widgets_page", values)

    @route(
        "/my/home/announcement/<int:profile_id>/dismiss",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_dismiss_announcement(self, profile_id, version="", **_post):
        profiles = request.env["customer.portal.profile"]
        # One that has changed meanwhile is shown as it is now.
        profiles._dismiss_announcement(profile_id, read_number(version))
        return request.redirect("/my", code=303)

    @route(
        "/my/representative/<int:user_id>/picture",
        type="http",
        auth="user",
        readonly=True,
        methods=["GET"],
    )
    def portal_representative_picture(self, user_id, **_query):
        home = request.env["customer.portal.widget"]
        stream = home._get_representative_picture(user_id)
        if not stream:
            raise NotFound()
        return stream.get_response()

    @route(
        ["/my/chart/<int:chart_id>", "/my/chart/<int:chart_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_chart_slice(self, chart_id, page=1, **query):
        """List the records of Odoo's own pages behind a part of a chart."""
        page = min(max(page, 1), LAST) if isinstance(page, int) else 1
        key = query.get("slice", "")
        charts = request.env["customer.portal.chart"]
        found = charts._get_portal_group(
            chart_id, key, PAGE_SIZE, (page - 1) * PAGE_SIZE
        )
        if not found:
            raise NotFound()
        args = {"slice": key} if key else {}
        url = f"/my/chart/{chart_id}"
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_portal_chart",
            "portal_path": found["url"],  # its entry in the menu
            "title": found["name"],
            "found": found,
            "pager": pager(url, found["total"], page, PAGE_SIZE, url_args=args),
        }
        return request.render("customer_portal.chart_slice", values)

    # === WHAT IS SHOWN === #

    def _read_contact(self):
        """Read what Odoo's templates show of the contact, with all rights.

        They read it part by part, and ask for each part whether the user may see their
        own contact: a fourth of the time that Odoo's page takes, for the picture alone.
        Where something is hidden of contacts, they go on to ask.
        """
        partner_sudo = request.env.user.sudo().partner_id
        names = {*CONTACT_FIELDS, *partner_sudo._formatting_address_fields()}
        both_sudo = partner_sudo | partner_sudo.commercial_partner_id
        both_sudo.fetch(names)
        if "payment_token_ids" in partner_sudo:  # Odoo's card asks for each one's own.
            both_sudo.mapped("payment_token_ids")
        if not partner_sudo.sudo(False)._portal_hides():
            partner_sudo.mapped("avatar_128")

    def _read_salesperson(self, user_sudo):
        """Read what Odoo's block beside the page shows of somebody, and no more."""
        if user_sudo:
            user_sudo.fetch(["partner_id"])
            user_sudo.partner_id.fetch(SALESPERSON_FIELDS)

    def _prepare_widget_values(self):
        """Return the parts of the home page above and below the cards of modules."""
        home = request.env["customer.portal.widget"]
        partner_sudo = request.env.user.sudo().partner_id
        # First: while the end is near, it reads representative and company at once.
        support = self._prepare_support_end()
        widgets = home._get_portal_widgets()
        greets = widgets and widgets[0]["kind"] == "greeting"
        greeting = widgets.pop(0)["content"] if greets else None
        kinds = [widget["kind"] for widget in widgets]
        places = home._get_card_places()
        above, below = home._arrange(widgets, support["portal_support_end_date"])
        # Core's block beside the page would say the same again.
        more = {"sales_user": None} if "representatives" in kinds else {}
        return {
            **more,
            **support,
            "portal_extension_granted": self._get_granted_extension(partner_sudo),
            "portal_bands_above": above,
            "portal_bands_below": below,
            "portal_columns": next((b for b in above + below if b.main), None),
            "portal_for_you": "for_you" in kinds,
            "portal_greeting": greeting,
            "portal_card_places": places,
            "portal_card_style": lambda url: self._get_card_style(places, url),
            "portal_is_told": self._make_told("for_you" in kinds),
        }

    def _make_told(self, has_for_you):
        """Return whether the page tells elsewhere of what a card leads to.

        The menu has its module, or For You all that Odoo's alert counts.
        """
        listed = request.env["customer.portal.widget"]._get_menu_urls()
        waiting = request.env["customer.portal.waiting"]
        alerts = waiting._get_alert_pages() if has_for_you else ()
        return lambda url, is_alert=False: (
            urlsplit(url or "").path in (alerts if is_alert else listed)
        )

    def _prepare_support_end(self):
        """Return the end of support, if it is near, and whom to ask for more.

        It is over already on what an agent sees as a customer who can't log in.
        """
        end = self._get_announced_end()
        partner = request.env.user.partner_id
        today = end and partner.sudo().company_id._get_portal_today()
        return {
            "portal_support_end_date": end,
            "portal_support_has_ended": end and end < today,
            "portal_extension": end and partner._get_portal_extension(),
        }

    def _get_granted_extension(self, partner_sudo):
        """Return the extension that was granted lately, until it is dismissed."""
        answer = partner_sudo._get_portal_answer()
        if not answer or answer["state"] != "granted":
            return None
        is_dismissed = request.cookies.get(ANSWER_COOKIE) == str(answer["id"])
        return None if is_dismissed else answer

    def _get_card_style(self, places, url):
        """Return where a card stands; nothing where Odoo's order is kept."""
        if not places:
            return None
        place = places.get(urlsplit(url or "").path, LAST_PLACE)
        return f"order: {place} !important"
