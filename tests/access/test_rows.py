from unittest.mock import patch

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestRows(TransactionCase):
    """Rows of a log are written at once, and nobody can tell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("Emma", "Sam")
        cls.people = cls.env["res.partner"].create([{"name": name} for name in names])
        cls.touchpoints = cls.env["customer.portal.touchpoint"]

    def _log(self):
        self.touchpoints._log("expired", dict.fromkeys(self.people, "Over"))

    def test_they_hold_what_odoo_would_have_written(self):
        by_odoo = self.touchpoints.create(
            {"kind": "expired", "partner_id": self.people[0].id, "detail": "Over"}
        )
        self._log()
        rows = self.people.portal_touchpoint_ids - by_odoo
        self.assertEqual(set(rows.partner_id), set(self.people))
        for name in (
            "kind",
            "detail",
            "attempts",
            "alerted",
            "create_uid",
            "write_date",
        ):
            self.assertEqual({row[name] for row in rows}, {by_odoo[name]}, name)

    def test_a_list_that_was_read_before_has_them(self):
        self.assertFalse(self.people.portal_touchpoint_ids)
        self._log()
        self.assertEqual(len(self.people.portal_touchpoint_ids), 2)

    def test_whoever_extends_create_hears_of_each(self):
        heard, model = [], type(self.touchpoints)
        create = model.create

        def listen(touchpoints, vals_list):
            heard.extend(vals_list)
            return create(touchpoints, vals_list)

        with patch.object(model, "create", listen):
            self._log()
        self.assertEqual(len(heard), 2)
