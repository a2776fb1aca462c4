"""What is asked of the gate and of all ways in, asked again of customers in grace.

What is asked of the gate is asked each time. The ways in one by one, which
`test_grace_ways.py` asks in short, are `long`.
"""

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import tagged

from ..examples import draws
from ..gate import test_gate_property
from ..grace_common import GraceBegun
from ..native import test_native_matrix
from ..record import test_fuzz, test_page_matrix

# The only ways of the matrix that still reach a record: they read.
READING_WAYS = ("download",)


@tagged("post_install", "-at_install")
class TestGateInGrace(GraceBegun, test_gate_property.TestGateProperty):
    """Customers in grace see what they saw before, record by record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._begin_grace(cls.viewer)

    @draws(10)
    @given(test_gate_property.customers(), st.sampled_from(["write", "create"]))
    def test_of_whatever_is_seen_nothing_is_written(self, drawn, mode):
        with self._drawn(drawn):
            self.permissions.write({"can_edit": True, "can_create": True})
            tasks = self.tasks.with_user(self.user)
            self.assertFalse(tasks._filtered_access(mode))
            self.assertFalse(self.gate.with_user(self.user).fields("drawn", mode))


@tagged("post_install", "-at_install", "long")
class TestNativeMatrixInGrace(GraceBegun, test_native_matrix.TestNativeMatrix):
    """Of Odoo's own pages, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in cls.VIEWERS:
            cls._begin_grace(cls.partners[name])

    def _may_post_on(self, record):
        return False


@tagged("post_install", "-at_install", "long")
class TestPageMatrixInGrace(GraceBegun, test_page_matrix.TestPageMatrix):
    """Each way to read reads as before, each way to change changes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in cls.VIEWERS:
            cls._begin_grace(cls.partners[name])

    def _check_changes(self, viewer, level, ways):
        self._permit_made(level)
        for code, made in self.made.items():
            seen = self._expected_of(viewer, level, code)
            for way, change in ways.items():
                wanted = seen if way in READING_WAYS else set()
                text = f"{way} of {viewer} in grace as {level}"
                with self.subTest(text, module=code):
                    reached = {name: change(code, name, text) for name in made}
                    self.assertEqual(
                        reached, {name: (name in wanted,) * 2 for name in made}
                    )


@tagged("post_install", "-at_install", "long")
class TestFuzzInGrace(GraceBegun, test_fuzz.TestFuzz):
    """Whatever a customer in grace sends, and wherever to, nothing is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._begin_grace(cls.emma)
        http = cls.env.registry["ir.http"]
        cls.pages = [one for one in cls.pages if not http._is_kept_route(one.rule)]

    def _log_in_as(self, visitor):
        client = super()._log_in_as(visitor)
        self.before = self._count_changes()
        return client

    def _check_answer(self, response, page, visitor):
        if visitor == "customer" and response.request.method != "GET":
            self.assertEqual(self._count_changes(), self.before, page.rule)
        return super()._check_answer(response, page, visitor)

    def test_every_route_of_the_addon_is_known(self):
        """Those that are kept are no more than these that others test."""
        self.assertGreater(len(self.pages), 40)
