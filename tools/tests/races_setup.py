"""What two Odoos that race have at hand: names for the pieces of code they run.

Run by each `Worker` before its first piece. Whoever races sees the database as it was
before the start, whoever is first.
"""

import os
import signal
import time
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying

from odoo.addons.customer_portal.models.access import period
from odoo.addons.customer_portal.models.confirmation import run as confirmation_run
from odoo.addons.customer_portal.models.invitation import invitation_follow

# How long the first one holds what it has done, in seconds: the other one meets it.
HOLD = 0.3
# How many rows a batch of the daily work has.
BATCH = 2
period.BATCH = invitation_follow.BATCH = BATCH
confirmation_run.CustomerPortalConfirmation._run.__defaults__ = (BATCH,)


# === WHAT WORKERS DO === #


def race(env, start, work):
    """Do some work from a moment on, as a request does: again where it meets another.

    :param float start: by the clock
    :param work: callable on the environment
    :return: what it returns, in texts, or why it is refused
    """
    tries = []

    def attempt():
        env.cr.execute("SELECT 1 FROM res_partner LIMIT 1")
        if not tries:
            time.sleep(max(0, start - time.time()))
        answer = work(env)
        env.cr.flush()
        if not tries:
            time.sleep(HOLD)
        tries.append(answer)
        return answer

    try:
        return str(retrying(attempt, env))
    except UserError as error:
        env.cr.rollback()
        return f"{type(error).__name__}: {error}"


def run_at(env, start, work):
    """Do some work from a moment on, as the scheduler does, which repeats nothing.

    :return: what has gone wrong, if something has
    """
    time.sleep(max(0, start - time.time()))
    try:
        work(env)
        env.cr.commit()
    except (UserError, psycopg2.Error) as error:
        env.cr.rollback()
        return repr(error)
    return ""


def kill(env, work, commits):
    """Have a process of its own do some work, until it is killed within a batch.

    :param int commits: how often it commits before; then a batch is done but not kept
    :return: an environment to go on with, and the signal that has ended the process
    """
    name = env.cr.dbname
    env.cr.close()
    sql_db.close_db(name)
    if not (pid := os.fork()):
        _work_until_killed(name, work, commits)
    _pid, status = os.waitpid(pid, 0)
    cursor = Registry(name).cursor()
    return api.Environment(cursor, SUPERUSER_ID, {}), os.WTERMSIG(status)


def _work_until_killed(name, work, commits):
    """Work in a process that never returns."""
    try:
        left = [None] * commits

        def commit_progress(self, processed=0, **_values):
            if not left:
                self.env.flush_all()
                os.kill(os.getpid(), signal.SIGKILL)
            left.pop()
            self.env.cr.commit()
            return float("inf")

        registry = Registry(name)
        with patch.object(registry["ir.cron"], "_commit_progress", commit_progress):
            work(api.Environment(registry.cursor(), SUPERUSER_ID, {}))
    finally:
        os._exit(1)


# === WHO THERE IS === #


def later(days=0, months=0):
    """Return the day some days from now, then some months."""
    return fields.Date.today() + timedelta(days=days) + relativedelta(months=months)


def make_people(env):
    """Make profiles, agents and the settings that all races share."""
    profiles = env["customer.portal.profile"].create(
        [{"name": "Race Leader"}, {"name": "Race Worker"}]
    )
    leader, worker = profiles
    leader.write(
        {
            "manage_scope": "subsidiaries",
            "given_profile_ids": [Command.set(profiles.ids)],
        }
    )
    for row in profiles.permission_ids:
        levels = row.module_id._get_possible_levels()
        if row.profile_id == leader and "subsidiaries" in levels:
            row.records_visibility = "subsidiaries"
    group = env.ref("customer_portal.group_customer_portal_user")
    sales = env.ref("sales_team.group_sale_manager", raise_if_not_found=False)
    contacts = env.ref("base.group_partner_manager")
    env["res.users"].create(
        [
            {
                "name": name,
                "login": name,
                "email": f"{name}@company.example.com",
                "group_ids": [Command.set((group | contacts | (sales or group)).ids)],
            }
            for name in ("agent1", "agent2")
        ]
    )
    set_param(env, "contacts_per_user", 0)


def set_param(env, name, value):
    env["ir.config_parameter"].set_param(f"customer_portal.{name}", value)


def make_organization(env, name, leaders=2, **values):
    """Make an organization with customers who manage it: lead1, lead2 and so on."""
    organization = env["res.partner"].create(
        {"name": name, "is_company": True, **values}
    )
    for number in range(1, leaders + 1):
        make_customer(env, organization, f"lead{number}", "Race Leader")
    return organization


def make_customer(env, organization, name, profile="Race Worker", **values):
    """Make a contact of an organization who has access."""
    return env["res.partner"].create(
        {
            "name": f"{name} of {organization.name}",
            "email": address(organization, name),
            "parent_id": organization.id,
            "portal_user": True,
            "portal_profile_id": find_profile(env, profile).id,
            "support_start_date": later(days=-400),
            "support_end_date": False,
            **values,
        }
    )


def address(organization, name):
    return f"{name}@{organization.name.lower().replace(' ', '-')}.example.com"


def find_profile(env, name="Race Worker"):
    return env["customer.portal.profile"].search([("name", "=", name)])


def find(env, name):
    """Return a contact by name."""
    return env["res.partner"].search([("name", "=", name)])


def people(env, organization):
    return env["res.partner"].search([("parent_id", "=", organization.id)], order="id")


def agent(env, number):
    user = env["res.users"].search([("login", "=", f"agent{number}")])
    return env(user=user, su=False)


def colleagues(env, name):
    """Return My Company, as one of the managers sees it."""
    return env["customer.portal.colleague"].with_user(find(env, name).user_ids)


def invite(env, lead, *names, to=None):
    """Have a manager invite people; of each, what is answered."""
    service, profile = colleagues(env, lead), find_profile(env)
    organization = to and find(env, to)
    rows = [
        {
            "name": "New",
            "email": address(find(env, lead).commercial_partner_id, name),
            "profile_id": profile.id,
            "organization_id": organization.id if organization else None,
        }
        for name in names
    ]
    return [answer["text"] for answer in service._invite(rows)]


def move_end(contacts, days):
    """Let support have ended, or end soon, as time does: nothing follows from it."""
    contacts._write_without_sync(
        {
            "support_start_date": False,
            "support_end_date": later(days),
        }
    )


def count(records, *groupby):
    """Return how many records there are of each group, as a sorted list."""
    return sorted(
        row[-1]
        for row in records._read_group(
            [("id", "in", records.ids)], list(groupby), ["__count"]
        )
    )


# === WHO REGISTERS, AND WHAT WAITS === #


def ask_to_join(env, organization, email, **values):
    """Have somebody ask to register with a code, and get the link."""
    organization.write({"portal_join_profile_id": find_profile(env).id, **values})
    organization.action_make_portal_join_code()
    joins = env["customer.portal.join"]
    joins._ask("Anna", email, organization.portal_join_code)
    joins._cron_answer()


def find_join(env, email):
    return env["customer.portal.join"].search([("email", "=", email)])


def confirm(env, email):
    """Click in the mail of a registration."""
    token = find_join(env, email)._get_url().partition("token=")[2]
    return env["customer.portal.join"]._confirm(token)


def find_request(env, email):
    requests = env["customer.portal.colleague.request"]
    return requests.search([("email", "=", email)])


def extension(env, name):
    """Return the request of an organization's first manager."""
    return env["customer.portal.extension"].search(
        [("partner_id.name", "=", f"lead1 of {name}")]
    )


def refuse(env, name):
    """Refuse an extension, as agents do: with a message."""
    answers = env["customer.portal.extension.answer"]
    requests = extension(env, name)
    return answers.create(
        {"extension_ids": [Command.set(requests.ids)], "decision": "refused"}
    ).action_answer()


# === INVITATIONS === #


def invitation(env, name):
    return env["customer.portal.invitation"].search(
        [("partner_id.name", "=", f"anna of {name}")]
    )


def sign_up(env, name):
    """Choose a password by the link, as the page does."""
    anna = find(env, f"anna of {name}")
    token = anna._generate_signup_token()
    values = {"login": anna.email, "name": anna.name, "password": "correct horse"}
    users = env["res.users"].with_user(env.ref("base.public_user")).sudo()
    return users.signup(values, token)


# === WHAT IS BOUGHT === #


def make_support(env):
    """Return the product that brings a year of support."""
    products = env["product.template"]
    values = {"name": "Race Support", "type": "service", "support_months": 12}
    found = products.search([("name", "=", values["name"])])
    found = found or products.create({**values, "list_price": 100})
    return found.product_variant_id


def make_buyer(env, name):
    """Make an organization with a manager who follows what it buys."""
    organization = make_organization(env, name, 1)
    find(env, f"lead1 of {name}")._write_without_sync({"support_source": False})
    return organization


def make_orders(env, organization, number):
    set_param(env, "support_opens", "order")
    line = {"product_id": make_support(env).id, "product_uom_qty": 1}
    env["sale.order"].create(
        [
            {"partner_id": organization.id, "order_line": [Command.create(line)]}
            for _number in range(number)
        ]
    )


def order(env, name, number):
    orders = env["sale.order"].search([("partner_id.name", "=", name)], order="id")
    return orders[number]


def make_invoices(env, organization):
    """Make two invoices about support, which are to be paid."""
    set_param(env, "support_opens", "payment")
    if not env.company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", env.company)
    line = {"product_id": make_support(env).id, "price_unit": 100, "tax_ids": []}
    env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": organization.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [Command.create(line)],
            }
            for _number in range(2)
        ]
    ).action_post()


def invoices(env, name):
    return env["account.move"].search(
        [("partner_id.name", "=", name), ("move_type", "=", "out_invoice")], order="id"
    )


def pay(env, name, number):
    """Pay an invoice as its form does."""
    moves = invoices(env, name)[number]
    context = {"active_model": "account.move", "active_ids": moves.ids}
    wizard = env["account.payment.register"].with_context(**context).create({})
    wizard.action_create_payments()
    return moves.payment_state


def make_credit_note(env, name, number):
    """Make the draft of a credit note for an invoice."""
    moves = invoices(env, name)[number]
    context = {"active_model": "account.move", "active_ids": moves.ids}
    wizards = env["account.move.reversal"].with_context(**context)
    wizards.create({"journal_id": moves.journal_id.id}).refund_moves()


def credit(env, name):
    return env["account.move"].search(
        [("partner_id.name", "=", name), ("move_type", "=", "out_refund")]
    )
