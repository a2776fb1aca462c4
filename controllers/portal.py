from functools import partial
from urllib.parse import urlsplit

from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal as StockPortal

from ..models.record.ir_http import SESSION_HINT
from ..models.record.list_columns import ORGANIZATION_FIELDS

# Cookie: the end date whose announcement the customer has dismissed.
DISMISSED_COOKIE = "customer_portal_support_end"
# What pages read of the company.
COMPANY_FIELDS = ("name", "partner_id", "parent_path", "portal_title")


class CustomerPortal(StockPortal):
    def _prepare_portal_layout_values(self):
        # All that core and the documents want of them: a contact has 150 columns, and
        # a company 100.
        organization = request.env.user.sudo().partner_id.commercial_partner_id
        organization.fetch(ORGANIZATION_FIELDS)
        request.env.company.sudo().fetch(COMPANY_FIELDS)
        values = super()._prepare_portal_layout_values()
        values["portal_may_visit"] = self._may_visit
        asked = request.httprequest.args.get("scope", "")
        found = request.env["customer.portal.record"].native_list(
            request.httprequest.path, asked
        )
        values["portal_list"] = found
        values["portal_hint"] = request.session.pop(SESSION_HINT, "")
        values["portal_keep_scope"] = lambda url: self._keep_scope(found, url)
        values["portal_modules"] = [
            *request.env["customer.portal.record"].modules(),
            *request.env["customer.portal.faq"]._get_portal_cards(),
            *request.env["customer.portal.document"]._get_portal_cards(),
        ]
        return values

    def _take(self, work, *args):
        """Do what a customer has sent; nothing of it stays where it is refused.

        :param work: method of a service, callable with ``args``
        :return: why it is refused, None if it is done
        :rtype: str | None
        :raise NotFound: if it is not for this user to do
        """
        try:
            with request.env.cr.savepoint():
                work(*args)
        except (AccessError, MissingError) as error:
            raise NotFound from error
        except UserError as error:
            return str(error)
        return None

    def _tell_script(self, refusal):
        """Answer a script that has sent something: it shows why it is refused."""
        if refusal:
            return request.make_json_response({"error": refusal}, status=422)
        return request.make_json_response({})

    def _keep_scope(self, found, url):
        """Return the address of another page of a list that shows the same records.

        :param dict found: the list, as the gate has found it; None for other pages
        """
        if not found or not url:
            return url
        return f"{url}{'&' if '?' in url else '?'}scope={found['scope']}"

    def _get_announced_end(self):
        """Return the end of the visitor's support, if it is near.

        :rtype: datetime.date | bool
        """
        user_sudo = request.env.user.sudo()
        partner_sudo = user_sudo.partner_id
        end = partner_sudo.support_end_date
        if not end or not user_sudo._is_portal() or partner_sudo._is_in_portal_grace():
            return False  # In grace, each page says so.
        days = request.env["customer.portal.period"]._get_notice_days()
        if not days or request.cookies.get(DISMISSED_COOKIE) == str(end):
            return False
        today = partner_sudo.company_id._get_portal_today()
        return end <= fields.Date.add(today, days=days) and end

    def _prepare_home_portal_values(self, counters):
        """Add our own numbers to those of the cards, once the page asks for them."""
        values = super()._prepare_home_portal_values(counters)
        ours = self._get_own_counters().items()
        return values | {name: count() for name, count in ours if name in counters}

    def _get_own_counters(self):
        """Return how to count what our own cards show, by the counter's name.

        To be extended; here alone Odoo's way to ask for numbers is known.

        :rtype: dict
        """
        return {}

    def _get_home_counters(self, names):
        """Return numbers of cards on the home page, Odoo's and others'.

        :param names: of the counters
        :rtype: dict
        """
        return self._prepare_home_portal_values(names)

    def _may_visit(self, url):
        """Say whether a card of the home page leads to a page for the visitor."""
        path = urlsplit(url or "").path
        return request.env["customer.portal.gate"].may_visit(path)

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Let a token open nothing more to customers than their profile does.

        Pages lead home who may not see a record: there they read why.
        """
        gate = request.env["customer.portal.gate"]
        if access_token and not gate.takes_token(model_name, document_id):
            access_token = None
        try:
            return super()._document_check_access(model_name, document_id, access_token)
        except (AccessError, MissingError):
            request.env.registry["ir.http"]._note_refusal()
            if request.env.user._is_portal() and request.httprequest.method == "GET":
                request.session[SESSION_HINT] = request.env._(
                    "That page may have moved, or you may not have access to it."
                )
            raise

    def _get_page_view_values(
        self, document, access_token, values, session_history, no_breadcrumbs, **kwargs
    ):
        """Keep what stands beside a record to what the visitor's profile shows.

        Core leads to the records that were listed before, with their tokens.
        """
        self._forget_hidden_history(document, session_history)
        values = super()._get_page_view_values(
            document, access_token, values, session_history, no_breadcrumbs, **kwargs
        )
        values["portal_shown"] = partial(self._get_related, document)
        return values

    def _get_shown(self, records):
        """Return those of some records that the visitor's profile shows."""
        return request.env["customer.portal.gate"].shown(records)

    def _get_related(self, document, records):
        """Return those of some records that may stand beside another one on its page.

        :param records: a recordset, or a list of records as some templates make it
        """
        if isinstance(records, list):
            records = records and records[0].union(*records)
        gate = request.env["customer.portal.gate"]
        return gate.related(document, records)

    def _forget_hidden_history(self, document, session_history):
        history = request.session.get(session_history)
        if not history or document.id not in history:
            return
        shown = self._get_shown(document.browse(history).exists()).ids
        if len(shown) < len(history):
            request.session[session_history] = shown
