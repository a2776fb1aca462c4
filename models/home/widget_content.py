from typing import NamedTuple

from odoo import api, models
from odoo.tools import ormcache

from ...const import PROFILE_CODES, PROFILE_URL
from ...icons import ICONS
from ..base.snapshot_cache import snapshot_cache
from ..document.document_list import URL as DOCUMENTS_URL


class Widget(NamedTuple):
    """A part of the home page of a profile, as plain values that can be cached."""

    id: int
    kind: str
    chart_id: int | bool
    slow: bool
    area: str


class CustomerPortalWidget(models.Model):
    """What a user sees in the parts of the home page that their profile switches on.

    Nothing of a module that the profile hides, and no empty part. What costs time is
    asked for after the page, by ``_get_slow_widgets``.
    """

    _inherit = "customer.portal.widget"

    # === WHAT IS SHOWN === #

    @api.model
    def _get_portal_widgets(self):
        """Return the parts of a user's home page, in the order of their profile.

        :return: dicts with ``id``, ``kind``, ``name``, ``slow``, ``area`` and
            ``content``, which slow ones have not
        :rtype: list
        """
        return [
            self._make_widget(widget, content)
            for widget in self.env["customer.portal.gate"]._get_widgets()
            if (content := self._get_content(widget))
        ]

    @api.model
    def _get_slow_widgets(self):
        """Return the parts that are loaded after the page, with their content.

        Not a chart of which nothing can be learnt.
        """
        widgets = [
            self._make_widget(widget, self._get_slow_content(widget))
            for widget in self.env["customer.portal.gate"]._get_widgets()
            if widget.slow and self._get_content(widget)
        ]
        return [one for one in widgets if one["kind"] != "chart" or self._is_told(one)]

    @api.model
    def _is_told(self, widget):
        """Say whether a chart compares anything: of one part the list tells as much."""
        return sum(1 for part in widget["content"]["slices"] if part["value"]) > 1

    @api.model
    def _get_menu(self):
        """Return the menu on all pages, in the order of the profile.

        My Profile stands beside it, below the customer's name.

        :return: dicts with ``code``, ``name`` and ``url``; none where it is off
        :rtype: list
        """
        gate = self.env["customer.portal.gate"]
        if not gate._has_widget("menu"):
            return []
        rights = gate._get_rights().values()
        urls = {right.code: self._get_list_urls(right) for right in rights}
        return [
            {
                "code": code,
                "name": self._get_menu_name(code),
                "url": addresses[0],
            }
            for code, addresses in urls.items()
            if addresses and code not in PROFILE_CODES
        ]

    @api.model
    def _get_menu_urls(self):
        """Return all addresses of the lists that the menu leads to.

        :rtype: set
        """
        gate = self.env["customer.portal.gate"]
        if not gate._has_widget("menu"):
            return set()
        rights = gate._get_rights().values()
        return {url for right in rights for url in self._get_list_urls(right)}

    @api.model
    def _get_card_places(self):
        """Return the places of the cards, by the address of the list they lead to.

        :return: none where Odoo's order is kept
        :rtype: dict
        """
        gate = self.env["customer.portal.gate"]
        if not gate._has_widget("modules"):
            return {}
        return {
            url: place
            for place, right in enumerate(gate._get_rights().values(), 1)
            for url in self._get_list_urls(right)
        }

    @api.model
    def _get_representative_picture(self, user_id):
        """Return the picture of somebody who looks after a user.

        :return: what Odoo streams a picture from; None of anybody else
        :rtype: odoo.http.Stream | None
        """
        if not self.env["customer.portal.gate"]._has_widget("representatives"):
            return None
        someone_sudo = self._get_representatives().filtered(
            lambda one: one.id == user_id
        )
        pictures = self.env["ir.binary"]
        return (
            pictures._get_image_stream_from(someone_sudo, "avatar_128")
            if someone_sudo
            else None
        )

    # === INTERNALS === #

    @api.model
    @snapshot_cache("profile_id")
    def _get_profile_widgets(self, profile_id):
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id)
        widgets = profile.widget_ids.sorted(lambda one: (one.sequence, one.id))
        kinds = widgets._get_kinds()
        return tuple(
            Widget(
                widget.id,
                widget.kind,
                widget.chart_id.id,
                kinds[widget.kind].get("slow", False),
                kinds[widget.kind].get("area", "main"),
            )
            for widget in widgets
            if widget.visible and widget.kind in kinds
        )

    @api.model
    def _make_widget(self, widget, content):
        name = (
            self.env["customer.portal.chart"]._get_name(widget.chart_id, self.env.lang)
            if widget.chart_id
            else self._get_kind_names(self.env.lang).get(widget.kind)
        )
        return {
            "id": widget.id,
            "kind": widget.kind,
            "name": name,
            "slow": widget.slow,
            "area": widget.area,
            "content": content,
        }

    @api.model
    @ormcache("lang")
    def _get_kind_names(self, lang):
        widgets = self.with_context(lang=lang)
        return dict(widgets._fields["kind"]._description_selection(widgets.env))

    @api.model
    def _get_content(self, widget):
        """Return what a widget shows, or of a slow one whether there can be anything.

        What the page itself knows, such as the cards, is only there or not.
        """
        gate = self.env["customer.portal.gate"]
        profiles = self.env["customer.portal.profile"]
        getters = {
            "menu": lambda: None,
            "greeting": profiles._get_greeting,
            "announcement": profiles._find_announcements,
            "for_you": lambda: {
                "items": self.env["customer.portal.waiting"]._get_items()
            },
            "shortcuts": self._get_shortcuts,
            "representatives": self._make_representatives,
            "chart": lambda: gate._find_chart(widget.chart_id)[1],
            "recent_cases": lambda: gate._get_page_right("cases"),
            "recent_faqs": lambda: gate.may("faqs"),
            "recent_documents": lambda: gate.may("documents"),
        }
        return getters.get(widget.kind, lambda: True)()

    @api.model
    def _get_slow_content(self, widget):
        charts = self.env["customer.portal.chart"]
        getters = {
            "chart": lambda: charts._get_portal_chart(widget.chart_id),
            "recent_cases": self._find_recent_cases,
            "recent_faqs": self._find_recent_faqs,
            "recent_documents": self._find_recent_documents,
        }
        return getters[widget.kind]()

    @api.model
    def _get_list_urls(self, right):
        """Return the addresses of a module's list, the first of which its menu has."""
        if right.code == PROFILE_CODES[0]:
            return (PROFILE_URL, *right.paths)
        if right.native:
            return right.paths
        return (self.env["customer.portal.gate"]._make_page_url(right.code),)

    @api.model
    def _get_menu_name(self, code):
        """Return the name of a module, and of the customer's own contact its page's."""
        if code == PROFILE_CODES[0]:
            return self.env._("My Profile")
        return self.env["customer.portal.gate"]._get_labels(code, self.env.lang).name

    # --- representatives and shortcuts --- #

    @api.model
    def _get_representatives(self):
        """Return the salespersons of the contact and of their organization."""
        partner_sudo = self.env.user.sudo().partner_id
        users_sudo = partner_sudo.user_id | partner_sudo.commercial_partner_id.user_id
        users_sudo.fetch(["active", "share", "partner_id"])  # Users have 200 fields.
        return users_sudo.filtered(lambda one: one.active and not one.share)

    @api.model
    def _make_representatives(self):
        users_sudo = self._get_representatives()
        users_sudo.partner_id.fetch(["name", "email_normalized", "phone"])
        return [
            {
                "id": someone_sudo.id,
                "name": someone_sudo.partner_id.name,
                "email": someone_sudo.partner_id.email_normalized,
                "phone": someone_sudo.partner_id.phone,
            }
            for someone_sudo in users_sudo
        ]

    @api.model
    def _get_shortcuts(self):
        """Return the shortcuts: what a profile lets a user do at once.

        For a module to offer more, it must override this method.

        :return: dicts with ``name``, ``icon`` and ``url``
        :rtype: list
        """
        gate = self.env["customer.portal.gate"]
        rights = gate._get_rights()
        cases = gate._get_page_right("cases")
        shortcuts = []
        if gate.may("documents", "upload"):
            name, url = self.env._("Add Document"), f"{DOCUMENTS_URL}#o_cp_upload"
            shortcuts.append(self._make_shortcut(name, ICONS["upload"], url))
        if cases and "create" in cases.actions:
            name = gate._get_new_label("cases")
            url = gate._make_page_url("cases", "new")
            shortcuts.append(self._make_shortcut(name, ICONS["add"], url))
        if cases and not cases.closed.is_false():
            url = f"{gate._make_page_url('cases')}?filterby=open"
            name = self.env._("Open Cases")
            shortcuts.append(self._make_shortcut(name, ICONS["documents"], url))
        for code, right in rights.items():
            if code == "cases" or right.native or "create" not in right.actions:
                continue
            labels = gate._get_labels(code, self.env.lang)
            add = self.env._("Add to %(module)s", module=labels.name)
            name = gate._get_new_label(code) if labels.record else add
            url = gate._make_page_url(code, "new")
            shortcuts.append(self._make_shortcut(name, right.icon, url))
        return shortcuts

    @api.model
    def _make_shortcut(self, name, icon, url):
        return {"name": name, "icon": icon, "url": url}
