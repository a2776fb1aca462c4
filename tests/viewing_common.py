from unittest.mock import patch

from .common import CustomerPortalHttpCommon


class ViewingCommon(CustomerPortalHttpCommon):
    """An agent, and a customer as whom they see the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emma = cls._make_portal_contact(name="Emma Stone")
        cls.user = cls._user_of(cls.emma)
        cls.other = cls._make_portal_contact("other@example.com", name="Otto Other")

    def setUp(self):
        super().setUp()
        viewings = self.registry["customer.portal.viewing"]
        # Cursors of tests share one connection, and have a way of their own to do this.
        self.patch(viewings, "_make_read_only", self._make_test_cursor_read_only)
        self.authenticate("agent", "agent")

    @staticmethod
    def _make_test_cursor_read_only(_model, cr):
        cr.rollback()
        cr.readonly = True

    def _call(self, model, method, ids, **kwargs):
        """Call a method as the backend does, in the agent's session."""
        params = {"model": model, "method": method, "args": [ids], "kwargs": kwargs}
        url = f"/web/dataset/call_kw/{model}/{method}"
        return self.make_jsonrpc_request(url, params)

    def _see_as(self, partner):
        return self._call("res.partner", "action_see_as_customer", partner.ids)

    def _get_viewing(self):
        self.env.invalidate_all()
        return self.env["customer.portal.viewing"].sudo().search([], limit=1)

    def _get_touchpoint(self, partner):
        self.env.invalidate_all()
        known = [("partner_id", "=", partner.id), ("kind", "=", "viewed")]
        touchpoints = self.env["customer.portal.touchpoint"]
        return touchpoints.search(known, order="id DESC", limit=1)

    def _count_changes(self):
        """Return how many rows this transaction has changed so far, of all tables."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
                 FROM pg_stat_xact_user_tables
                WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"""
        )
        return dict(self.env.cr.fetchall())

    def _open_part(self, url, page="/my", **kwargs):
        """Open what a page of the portal loads."""
        return self.url_open(url, headers={"Referer": self.base_url() + page}, **kwargs)

    @staticmethod
    def _spy(kind, name):
        return patch.object(kind, name, autospec=True, side_effect=getattr(kind, name))
