"""By the same ways, customers whose support has ended or not begun write nothing."""

import json
from datetime import timedelta
from xmlrpc.client import Fault

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PASSWORD
from .test_grace_ways import GraceWaysCommon

LOGGERS = ("odoo.addons.rpc.controllers.xmlrpc", "odoo.addons.base.models.res_users")


@tagged("post_install", "-at_install")
class TestClosedWays(GraceWaysCommon):
    """A session that was open before is closed by the next thing that it sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._end_grace()
        cls.profile.grace_days = 0
        cls.periods = {
            "expired": {"support_end_date": cls.today - timedelta(days=1)},
            "scheduled": {"support_start_date": cls.today + timedelta(days=1)},
        }

    def _move(self, state):
        """Let time have passed, or not yet come; nothing follows from it."""
        self.emma._write_without_sync(
            {
                "support_start_date": False,
                "support_end_date": False,
                **self.periods.get(state, {}),
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.emma.portal_state, state)

    def test_no_way_writes_before_support_and_after_it(self):
        self._share()
        for state in self.periods:
            for name, way in self._get_ways().items():
                self._move("active")
                self.authenticate(self.user.login, PASSWORD)
                self._move(state)
                before = self._count_changes()
                self._try(way)
                with self.subTest(name, state=state):
                    self.assertEqual(self._count_changes(), before)

    @mute_logger(*LOGGERS)
    def test_no_program_gets_in(self):
        self._move("active")
        self._share()
        headers = {
            "Authorization": f"Bearer {self._make_api_key(self.user)}",
            "Content-Type": "application/json",
        }
        self.authenticate(None, None)
        data = json.dumps({"ids": self.task.ids, "vals": {"name": "Written"}})
        called = self.env.cr.dbname, self.user.id, PASSWORD, "project.task", "write"
        for state in self.periods:
            self._move(state)
            before = self._count_changes()
            with self.subTest(state):
                path = "/json/2/project.task/write"
                answer = self.url_open(path, data=data, headers=headers)
                self.assertIn(answer.status_code, (401, 403))
                with self.assertRaises(Fault):
                    self.xmlrpc_object.execute_kw(
                        *called, [self.task.ids, {"name": "Written"}]
                    )
                self.assertEqual(self._count_changes(), before)
