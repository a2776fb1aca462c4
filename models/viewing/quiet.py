"""What pages note when they are read, and do not while an agent sees as customer.

The database refuses it anyway; this lets the page be shown.
"""

from contextlib import contextmanager

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import api, models
from odoo.http import request

from .session import ViewingSession

# What templates are given that lets whoever has it act as the customer.
TOKENS = frozenset(("access_token", "token"))


class PortalMixin(models.AbstractModel):
    _inherit = "portal.mixin"

    def _portal_ensure_token(self):
        """Give and make no token: links do without."""
        if self.env["customer.portal.viewing"]._get_current():
            return ""
        return super()._portal_ensure_token()

    def _fetch_query(self, query, fields):
        """Read no tokens: who has copied one acts as the customer after they have left.

        Pages put them into links, forms and conversations, whatever rights the agent
        has to the document itself.
        """
        found = super()._fetch_query(query, fields)
        token = self._fields["access_token"]
        is_read = token in fields
        if found and is_read and self.env["customer.portal.viewing"]._get_current():
            token._update_cache(found, None)
        return found


class CustomerPortalThread(models.AbstractModel):
    _inherit = "customer.portal.thread"

    @api.model
    def _is_own_visit(self):
        is_seen = self.env["customer.portal.viewing"]._get_current()
        return not is_seen and super()._is_own_visit()


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    @api.model
    def _render_template(self, template, values=None):
        """Give pages no tokens that are made for them, as the form of payment's is."""
        if self.env["customer.portal.viewing"]._get_current():
            given = values or {}
            values = {**given, **dict.fromkeys(TOKENS & given.keys())}
        return super()._render_template(template, values)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _file_write(self, bin_value, checksum):
        """Write no file: the database refuses its record, and the file would stay.

        :raise ReadOnlySqlTransaction: as the database does
        """
        if self.env["customer.portal.viewing"]._get_current():
            raise ReadOnlySqlTransaction("No file is written for who only looks.")
        return super()._file_write(bin_value, checksum)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Let what makes PDFs load pictures as nobody.

        It gets a session of its own, and opens whatever addresses a text holds: with
        the customer's, it would act as them.
        """
        with self._without_portal_user():
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )

    @api.model
    @contextmanager
    def _without_portal_user(self):
        view = self.env["customer.portal.viewing"]._get_current()
        if not view:
            yield
            return
        session, empty = request.session, ViewingSession.make_empty(view)
        empty["db"] = session["db"]
        request.session = empty
        try:
            yield
        finally:
            request.session = session
