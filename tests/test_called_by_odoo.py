"""What Odoo calls while it installs, adds a language, deletes, or sends a mail."""

import smtplib
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.mail.delivery import DELIVERY, Delivery
from ..models.mail.mail_mail_addresses import SENDER
from .common import CustomerPortalCommon

INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = 'customer_portal_faq'"


class Session(smtplib.SMTP):
    """A mail server that takes everything."""

    def __init__(self):
        super().__init__()
        self.smtp_from = "notifications@example.com"
        self.taken = []

    def send_message(self, message, from_addr=None, to_addrs=()):
        self.data(message.as_bytes())
        self.taken.append((message["From"], from_addr, *to_addrs))

    def data(self, msg):
        return 250, b"OK"


@tagged("post_install", "-at_install")
class TestCalledByOdoo(CustomerPortalCommon):
    def _get_indexes(self):
        return {name for [name] in self.env.execute_query(SQL(INDEXES))}

    def test_installing_makes_the_indexes_that_faqs_are_searched_by(self):
        before = self._get_indexes()
        name = "customer_portal_faq_words_en_us_idx"
        self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
        self.assertEqual(before - self._get_indexes(), {name})
        self.env["customer.portal.faq"].init()
        self.assertEqual(self._get_indexes(), before)

    def test_a_new_language_gets_an_index_if_it_is_in_use(self):
        values = {"date_format": "%d/%m/%Y", "time_format": "%H:%M:%S"}
        name = "customer_portal_faq_words_xx_in_use_idx"
        for code, active in (("xx_SPARE", False), ("xx_IN_USE", True)):
            self.assertNotIn(name, self._get_indexes())
            self.env["res.lang"].create(
                {
                    **values,
                    "name": code,
                    "code": code,
                    "url_code": code.lower(),
                    "active": active,
                }
            )
        self.assertIn(name, self._get_indexes())
        self.assertNotIn("customer_portal_faq_words_xx_spare_idx", self._get_indexes())

    def test_what_was_defined_before_is_published_by_who_changed_it_last(self):
        module = self.env["customer.portal.module"].search([], limit=1)
        module.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE customer_portal_module"
                " SET publisher_id = NULL, create_uid = %s, write_uid = %s"
                " WHERE id = %s",
                self.agent.id,
                self.manager.id,
                module.id,
            )
        )
        module._init_column("publisher_id")
        module._init_column("sequence")  # Odoo's own way
        module.invalidate_recordset()
        self.assertEqual(module.publisher_id, self.manager)

    def test_who_publishes_is_asked_anew_when_a_group_is_deleted(self):
        group = self.env["res.groups"].create({"name": "Helpers"})
        registry = type(self.env.registry)
        with patch.object(registry, "clear_cache", autospec=True) as clear:
            group.unlink()
        self.assertIn(((self.env.registry,), {}), [*map(tuple, clear.call_args_list)])

    def test_a_mail_leaves_from_the_sender_that_its_recipient_may_know(self):
        servers = self.env["ir.mail_server"]
        hidden, own = "emma@customer.example.com", "support@example.com"
        # Of a connection it is known from whom it sends: anybody, or one alone.
        for sender, of_session, expected in (
            (None, hidden, hidden),
            (own, hidden, own),
            (own, "relay@example.net", "relay@example.net"),
        ):
            message = servers._build_email__(
                hidden,
                ["other@customer.example.com"],
                "A case",
                "Hello",
                headers=sender and {SENDER: sender},
            )
            session = Session()
            session.smtp_from = of_session
            with self.subTest(sender=sender, of_session=of_session):
                __, recipients, sent = servers._prepare_email_message__(
                    message, session
                )
                self.assertEqual(sent["From"], expected)
                self.assertNotIn(SENDER, sent)
                self.assertEqual(recipients, ["other@customer.example.com"])
                self.assertEqual(session.smtp_from, of_session)

    def test_a_mail_run_sees_how_far_a_mail_has_come(self):
        servers = self.env["ir.mail_server"]
        message = servers._build_email__(
            "support@example.com", ["emma@example.com"], "A case", "Hello"
        )
        left = []
        for delivery in (None, Delivery(lambda: left.append(1)), "of an RPC caller"):
            session = Session()
            with (
                self.subTest(delivery=delivery),
                patch.object(self.registry["ir.mail_server"], "_disable_send") as off,
            ):
                off.return_value = False
                servers.with_context(**{DELIVERY: delivery}).send_email(
                    message, smtp_session=session
                )
                self.assertEqual(len(session.taken), 1)
                if isinstance(delivery, Delivery):
                    self.assertTrue(delivery.taken)
        self.assertEqual(left, [1])

    def test_fields_of_a_module_are_found_by_their_label_and_by_their_name(self):
        lines = self.env["customer.portal.module.field"]
        line = lines.search([("name", "=", "date_deadline")], limit=1)
        line.label = "To Be Done By"
        for text, found in (("be done", True), ("DEADLINE", True), ("nowhere", False)):
            with self.subTest(text):
                ids = [res_id for res_id, _name in lines.name_search(text, limit=None)]
                self.assertEqual(line.id in ids, found)
