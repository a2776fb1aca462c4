"""Support follows the contracts of OCA's addon ``contract`` as it really is."""

import json
from textwrap import dedent

import pytest

from tools import odoo_run
from tools.paths import ADDON
from tools.tests.conftest import configure

pytestmark = pytest.mark.long

SETUP = """
from dateutil.relativedelta import relativedelta
from odoo.fields import Command

today = env.company._get_portal_today()

def later(months):
    return today + relativedelta(months=months)

def customer(name):
    organization = env["res.partner"].create({"name": name, "is_company": True})
    env["res.partner"].create({
        "name": f"{name}'s", "email": f"{name.lower()}@example.com",
        "parent_id": organization.id, "portal_user": True,
    })
    return organization

support, chair = env["product.product"].create([
    {"name": "Support", "type": "service", "support_months": 12},
    {"name": "Chair"},
])

def sign(name, end, product=support, **values):
    journal = env["account.journal"].search([("type", "=", values.get(
        "contract_type", "sale"))], limit=1)
    return env["contract.contract"].create({
        "name": f"Contract of {name}",
        "partner_id": customer(name).id,
        "journal_id": journal.id,
        "line_recurrence": True,
        "contract_line_ids": [Command.create({
            "product_id": product.id, "name": product.name, "quantity": 1,
            "price_unit": 10, "date_start": later(-3), "date_end": end,
            "recurring_next_date": later(1), "recurring_rule_type": "monthly",
        })],
        **values,
    })

sign("Ends", later(6))
sign("Endless", False)
sign("Chair", later(6), chair)
sign("Vendor", later(6), contract_type="purchase")
sign("Renewed", later(4)).contract_line_ids.copy({
    "date_start": later(4) + relativedelta(days=1), "date_end": later(16),
    "recurring_next_date": later(5),
})
"""
LOOK = """
import json

def look():
    env.cr.commit()  # The job has a transaction of its own.
    env.ref("customer_portal.ir_cron_follow_sources").method_direct_trigger()
    env.cr.commit()
    today = env.company._get_portal_today()
    contacts = env["res.partner"].search([("name", "like", "%'s")])
    found = {}
    for one in contacts:
        end = one.support_end_date
        months = end and (end.year - today.year) * 12 + end.month - today.month
        found[one.name[:-2]] = [one.support_source, months]
    return found
"""


@pytest.fixture(scope="module")
def ask(make_database, run_odoo_shell):
    """Return a function that runs code beside contracts, and what it printed last."""
    database = make_database("contract", [ADDON])
    config = configure(database)
    odoo_run.install(database, ["contract"], "install-contract", config=config)
    run_odoo_shell(database, SETUP)

    def ask(code):
        printed = run_odoo_shell(database, f"{LOOK}\n{dedent(code)}")
        return json.loads(printed.split("RESULT")[1])

    return ask


def test_the_end_of_the_running_line_is_the_end_of_support(ask):
    found = ask('print("RESULT" + json.dumps(look()))')
    assert found["Ends"] == ["contract", 6]
    assert found["Endless"] == ["contract", False]
    assert found["Renewed"] == ["contract", 16]


def test_what_is_bought_from_others_or_is_no_support_opens_nothing(ask):
    found = ask('print("RESULT" + json.dumps(look()))')
    assert found["Vendor"][0] is False
    assert found["Chair"][0] is False


def test_the_contact_names_the_contract_and_opens_it(ask):
    opened = ask(
        """
        contact = env["res.partner"].search([("name", "=", "Ends's")])
        action = contact.action_open_support_source()
        names = [action["res_model"], contact.support_source_detail]
        print("RESULT" + json.dumps(names))
        """
    )
    assert opened == ["contract.contract", "Contract of Ends"]


def test_support_follows_a_line_that_ends_earlier_or_no_longer_counts(ask):
    found = ask(
        """
        def line(name):
            return env["contract.line"].search([("contract_id.name", "=", name)])

        line("Contract of Ends").date_end = env.company._get_portal_today()
        line("Contract of Endless").is_canceled = True
        signed = env["contract.contract"].search([("name", "=", "Contract of Renewed")])
        signed.active = False
        print("RESULT" + json.dumps(look()))
        """
    )
    assert found["Ends"] == ["contract", 0]
    assert found["Endless"][0] is False
    assert found["Renewed"][0] is False
