"""On a websocket customers in grace listen on, and write nothing."""

from unittest.mock import Mock, patch

from psycopg2.errors import ReadOnlySqlTransaction

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.bus.websocket import _wsrequest_stack

from .test_grace_ways import GraceWaysCommon


@tagged("post_install", "-at_install")
class TestGraceWebsocket(GraceWaysCommon):
    def _receive(self, event, data):
        """Serve a message as the websocket does, with a cursor of its own."""
        self.env.flush_all()
        check = patch("odoo.service.security.check_session", return_value=True)
        with self.registry.cursor() as cr, check:
            env = self.env(cr=cr, user=self.user.id, su=False)
            session = Mock(uid=self.user.id)
            _wsrequest_stack.push(Mock(session=session, env=env, cookies={}))
            try:
                self._serve(env["ir.websocket"], event, data)
                cr.flush()
            finally:
                _wsrequest_stack.pop()
                self.env.invalidate_all()

    @staticmethod
    def _serve(websocket, event, data):
        websocket._authenticate()
        if event == "subscribe":
            found = websocket._prepare_subscribe_data(data["channels"], 0)
            websocket._after_subscribe_data(found)
        websocket._serve_ir_websocket(event, data)

    def _is_online(self):
        presences = self.env["mail.presence"].sudo()
        return bool(presences.search([("user_id", "=", self.user.id)]))

    def test_nobody_who_only_reads_is_noted_as_online(self):
        before = self._count_changes()
        self._receive("update_presence", {"inactivity_period": 0})
        self.assertEqual(self._count_changes(), before)
        self.assertFalse(self._is_online())

    def test_with_support_they_are(self):
        self._end_grace()
        self._receive("update_presence", {"inactivity_period": 0})
        self.assertTrue(self._is_online())

    def test_they_listen_on_and_nothing_is_written_for_it(self):
        presences = self.env["mail.presence"].sudo()
        presences._update_presence(self.user)
        self.env.flush_all()
        self.env.cr.precommit.run()
        before = self._count_changes()
        channel = f"odoo-presence-res.partner_{self.emma.id}"
        self._receive("subscribe", {"channels": [channel]})
        self.assertEqual(self._count_changes(), before)

    def test_what_another_addon_writes_is_refused_by_the_database(self):
        """An event that nobody has thought of, served with all rights."""
        websockets = self.registry["ir.websocket"]

        def serve(model, event, data):
            model.env.user.partner_id.sudo().comment = "Written"
            model.env.flush_all()

        with (
            patch.object(websockets, "_serve_ir_websocket", serve),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ReadOnlySqlTransaction),
        ):
            self._receive("unheard_of", {})
