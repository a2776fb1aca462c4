from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...const import PARAM_OVERDUE_DAYS, PARAM_OVERDUE_EFFECT, PARAM_SUPPORT_OPENS
from ..source_common import SourceCommon


@tagged("post_install", "-at_install")
class TestSourceSettings(SourceCommon):
    def _settings(self, **values):
        return self.env["res.config.settings"].create(values)

    def test_payment_opens_and_nothing_is_overdue_at_first(self):
        self.params.set_param(PARAM_SUPPORT_OPENS, False)
        settings = self._settings()
        self.assertEqual(settings.portal_support_opens, "payment")
        self.assertEqual(settings.portal_overdue_days, 0)
        self.assertEqual(settings.portal_overdue_effect, "close")
        self.assertTrue(settings.portal_has_orders)
        self.assertTrue(settings.portal_has_invoices)

    def test_what_is_chosen_is_kept(self):
        self._settings(
            portal_support_opens="order",
            portal_overdue_days=14,
            portal_overdue_effect="grace",
        ).execute()
        for key, text in (
            (PARAM_SUPPORT_OPENS, "order"),
            (PARAM_OVERDUE_DAYS, "14"),
            (PARAM_OVERDUE_EFFECT, "grace"),
        ):
            self.assertEqual(self.params.get_param(key), text)

    def test_texts_that_nobody_knows_are_shown_as_what_they_do(self):
        self.params.set_param(PARAM_SUPPORT_OPENS, "nonsense")
        self.params.set_param(PARAM_OVERDUE_EFFECT, "nonsense")
        settings = self._settings()
        self.assertEqual(settings.portal_support_opens, "payment")
        self.assertEqual(settings.portal_overdue_effect, "close")

    def test_a_number_has_a_limit(self):
        for days in (-1, 36_501):
            with self.assertRaises(ValidationError):
                self._settings(portal_overdue_days=days)
