import re
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from freezegun import api, freeze_time

from odoo import fields
from odoo.tests import HttpCase, RecordCapturer, new_test_user, tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT, BaseCommon

from .kept_caches import KeptCaches

PASSWORD = "correct horse battery"
PATIENCE = 180  # seconds for an answer; a slow machine is no failure
LATE = timedelta(minutes=20)  # No class takes longer.
# Who works in Odoo itself, by their login: the groups that they have.
STAFF = {
    "agent": "customer_portal.group_customer_portal_user",
    "portal_manager": "customer_portal.group_customer_portal_manager",
    "clerk": "base.group_user,base.group_partner_manager",
}
# How users are made here: as Odoo's own tests do it, and with tracking.
STAFF_CONTEXT = {**DISABLED_MAIL_CONTEXT, "tracking_disable": False}
# Stands at a single test that is run by `make test-long` instead of `make test`.
takes_long = tagged("post_install", "-at_install", "long")


def run_migration(env, name):
    """Run a script of ``migrations/``, as an update from the version before does.

    :param str name: such as ``19.0.1.9.0/post-logins.py``
    """
    env.flush_all()
    with file_open(f"customer_portal/migrations/{name}") as script:
        names = {}
        exec(script.read(), names)
    names["migrate"](env.cr, "19.0.1.0.0")
    env.invalidate_all()


def make_staff(env):
    """Return the users of ``STAFF``, in its order; who is missing is made.

    To make them takes as long as all else that most classes need. So a run of all tests
    makes them once, for good (``tools/pytest_staff.py``); else each class does.
    """
    users = env["res.users"].search([("login", "in", [*STAFF])])
    # Tests of accounting have a company of their own.
    if elsewhere := users.filtered(lambda user: env.company not in user.company_ids):
        elsewhere.company_ids += env.company
        elsewhere.company_id = env.company
    found = {user.login: user for user in users}
    return [
        found.get(login) or new_test_user(env, login, groups)
        for login, groups in STAFF.items()
    ]


class CustomerPortalCommon(KeptCaches, BaseCommon):
    """Contacts, an agent and short ways to ask what became of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stay_in_one_day()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        cls._leave_out_welcome()
        cls.agent, cls.manager, cls.clerk = make_staff(cls.env)
        cls.today = cls.env.company._get_portal_today()
        cls.yesterday = cls.today - timedelta(days=1)
        cls.tomorrow = cls.today + timedelta(days=1)
        cls.contact = cls.env["res.partner"].create(
            {"name": "Jennifer Davis", "email": "Jennifer@Example.com"}
        )

    @classmethod
    def _leave_out_welcome(cls):
        """Have new users without the to-do that shows them around, which takes long."""
        users = cls.registry["res.users"]
        if hasattr(users, "_generate_onboarding_todo"):
            cls.classPatch(users, "_generate_onboarding_todo", lambda self: None)

    @classmethod
    def _stay_in_one_day(cls):
        """Let a class that begins shortly before midnight live a little earlier.

        What it makes of today, yesterday and tomorrow is meant for all its tests.
        """
        now = datetime.now()
        if (now + LATE).date() == now.date():
            return
        cls.startClassPatcher(freeze_time(now - 2 * LATE, tick=True))
        # Odoo has it tell the time of moments that were read, which are real ones.
        cls.classPatch(api.FakeDatetime, "timestamp", api.real_datetime.timestamp)
        cls.cr._now = datetime.now()  # The database has the clock of the machine.

    @classmethod
    def _make_portal_contact(
        cls, email="emma@example.com", password=PASSWORD, **values
    ):
        """Return a contact whose portal user, if the period lets in, has a password."""
        partner = cls.env["res.partner"].create(
            {"name": email.split("@")[0], "email": email, "portal_user": True, **values}
        )
        if user := cls._user_of(partner):
            user.password = password
        return partner

    @classmethod
    def _make_stock_profile(cls):
        """Return a new profile that permits what Odoo itself shows."""
        profiles = cls.env["customer.portal.profile"]
        return profiles.create({"name": "As Odoo", "preset": "odoo"})

    @classmethod
    def _make_case_profile(cls, name, **values):
        """Return a new profile and its row of cases, which shows them."""
        cls.gate, cls.tasks = cls.env["customer.portal.gate"], cls.env["project.task"]
        cls.project = cls.env.ref("customer_portal.project_cases")
        cls.module = cls.env["customer.portal.module"]._get_cases()
        profile = cls.env["customer.portal.profile"].create({"name": name})
        row = profile.permission_ids.filtered(lambda one: one.module_id == cls.module)
        row.write({"visible": True, **values})
        return profile, row

    @classmethod
    def _permit_as_stock(cls, profile, modules):
        """Permit in modules what portal users do on Odoo's own pages."""
        rows = profile.permission_ids.filtered(lambda row: row.module_id in modules)
        rights = ("visible", "can_create", "can_edit", "show_comments", "can_comment")
        rights += ("show_documents", "can_upload")
        rows.write(
            {"records_visibility": "subsidiaries", **dict.fromkeys(rights, True)}
        )

    @classmethod
    def _user_of(cls, partner):
        users = partner.with_context(active_test=False).user_ids.sudo()
        return users.with_context(active_test=True)

    def _mails_to(self, partner):
        """Return the mails that are queued for a contact, newest first."""
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", partner.ids)], order="id DESC")
        )

    def _kinds(self, partner):
        """Return the kinds of a contact's touchpoints, oldest first."""
        touchpoints = self.env["customer.portal.touchpoint"].sudo()
        return touchpoints.search([("partner_id", "=", partner.id)], order="id").mapped(
            "kind"
        )

    def _expire(self, partner):
        """Move the period into the past without asking, as time does."""
        partner.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner SET support_start_date = %s, support_end_date = %s"
            " WHERE id IN %s",
            (self.yesterday - timedelta(days=30), self.yesterday, tuple(partner.ids)),
        )
        self.env.invalidate_all()

    @classmethod
    def _make_second_user(cls, partner, login):
        """Return another portal user of a contact, as Settings > Users can make it."""
        template = cls.env["res.users"]._get_portal_template()
        return template.with_context(no_reset_password=True).copy(
            {"login": login, "partner_id": partner.id, "active": True}
        )

    def _make_api_key(self, user):
        keys = self.env(user=user)["res.users.apikeys"].sudo()
        return keys._generate("rpc", "key", fields.Datetime.now() + timedelta(days=1))

    def _link_in(self, mail):
        """Return the link of a mail to choose a password."""
        return re.search(
            r'href="([^"]*/web/(?:signup|reset_password)[^"]*)"', mail.body_html
        )[1]

    def _partner_from_link(self, link):
        """Return the contact whom a link lets choose a password."""
        token = parse_qs(urlsplit(unescape(link)).query)["token"][0]
        return self.env["res.partner"]._get_partner_from_token(token)

    def _partner_from_mail(self, mail):
        return self._partner_from_link(self._link_in(mail))

    @contextmanager
    def _mail_server(self, connect=None, send=None):
        """Let mails be sent; the errors are those that the server answers with."""
        server = self.registry["ir.mail_server"]
        with (
            patch.object(server, "_disable_send", return_value=False),
            patch.object(server, "_connect__", side_effect=connect),
            patch.object(server, "send_email", side_effect=send, return_value="<id>"),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            yield

    @contextmanager
    def _no_mail(self):
        """Assert that no mail is queued meanwhile."""
        with RecordCapturer(self.env["mail.mail"].sudo()) as mails:
            yield
        self.assertFalse(mails.records)

    @contextmanager
    def _no_touchpoint(self):
        """Assert that nothing is logged meanwhile."""
        with RecordCapturer(self.env["customer.portal.touchpoint"].sudo()) as logged:
            yield
        self.assertFalse(logged.records)

    @contextmanager
    def _undone(self):
        """Have all that is done meanwhile undone, and what is kept of it forgotten."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            self.env.clear()
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.registry.clear_cache()

    def _answer_resets(self):
        """Do what a scheduled action does when somebody has asked for a password."""
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=60):
            self.env["customer.portal.reset"].sudo()._cron_answer()

    def _set_param(self, key, value):
        self.env["ir.config_parameter"].sudo().set_param(key, value)


class CustomerPortalHttpCommon(CustomerPortalCommon, HttpCase):
    """The same with a web client, that starts without a session."""

    def url_open(self, *args, timeout=PATIENCE, **kwargs):
        response = super().url_open(*args, timeout=timeout, **kwargs)
        # Else it would be guessed from all of the text, which takes long.
        response.encoding = response.encoding or "utf-8"
        return response

    def make_jsonrpc_request(self, *args, timeout=PATIENCE, **kwargs):
        return super().make_jsonrpc_request(*args, timeout=timeout, **kwargs)

    def start_tour(self, *args, timeout=PATIENCE, **kwargs):
        return super().start_tour(*args, timeout=timeout, **kwargs)

    def _log_in(self, login, password=PASSWORD):
        """Log in by the login page; return the response after all redirects."""
        self.authenticate(None, None)
        return self.url_open(
            "/web/login",
            {
                "login": login,
                "password": password,
                "csrf_token": self._csrf_token(),
            },
        )

    def _count_queries(self, path):
        """Return the fewest queries of some requests, the first of which warm up."""
        counts = []
        for _attempt in range(3):
            before = self.cr.sql_log_count
            self.assertEqual(self.url_open(path).status_code, 200)
            counts.append(self.cr.sql_log_count - before)
        return min(counts)

    def _csrf_token(self):
        from odoo.http import Request

        return Request.csrf_token(self)
