"""Two servers at the same: what each of them decides holds, and is decided once.

Each race is run by two processes with one database. Both look at it before either
begins, so each would find that nothing has been done yet.
"""

import pytest

pytestmark = pytest.mark.alone

# Who takes the seats that an organization has left, and by what.
SEATS = {
    "two managers invite": (
        'invite(env, f"lead1 of {name}", "a")',
        'invite(env, f"lead2 of {name}", "b")',
    ),
    "one invites, one brings back": (
        'invite(env, f"lead1 of {name}", "a")',
        (
            'colleagues(env, f"lead2 of {name}")._restore_access('
            'find(env, f"idle of {name}").id)'
        ),
    ),
    "two agents tick": (
        'find(agent(env, 1), f"idle of {name}").write({"portal_user": True})',
        'find(agent(env, 2), f"idler of {name}").write({"portal_user": True})',
    ),
    "an agent ticks, a manager invites": (
        'find(agent(env, 1), f"idle of {name}").write({"portal_user": True})',
        'invite(env, f"lead2 of {name}", "b")',
    ),
}
MAKE = """
organization = make_organization(env, name, portal_seats=seats)
profile = find_profile(env)
for who in ("idle", "idler"):
    env["res.partner"].create({"name": f"{who} of {name}", "parent_id": organization.id,
        "email": address(organization, who), "portal_profile_id": profile.id})
"""
MAKE_JOIN = """
ask_to_join(env, find(env, name), email,
    portal_join_opens=True)
"""
MAKE_REQUESTS = """
organization = find(env, name)
organization.portal_approval = True
invite(env, f"lead1 of {name}", "one", "two")
"""
USED = "result = find(env, name).portal_seats_used"


@pytest.mark.parametrize("way", SEATS)
def test_the_last_seat_is_taken_once_and_the_loser_reads_why(races, way):
    name = f"Org {list(SEATS).index(way)}"
    races.run(MAKE, name=name, seats=3)
    answers = races.race(*SEATS[way], name=name)
    assert races.run(USED, name=name) == 3, answers
    assert sum("all are taken" in one or "seats of your" in one for one in answers) == 1


# Who comes from another organization, and who wants the seat as well.
MOVES = {
    "two agents move": (
        'find(agent(env, 1), f"mover1 of Off {name}").write({"parent_id": goal})',
        'find(agent(env, 2), f"mover2 of Off {name}").write({"parent_id": goal})',
    ),
    "an agent moves, a manager invites": (
        'find(agent(env, 1), f"mover1 of Off {name}").write({"parent_id": goal})',
        'invite(env, f"lead2 of {name}", "b")',
    ),
}
MAKE_MOVERS = """
other = make_organization(env, f"Off {name}", leaders=0)
for number in (1, 2):
    make_customer(env, other, f"mover{number}")
result = find(env, name).id
"""


@pytest.mark.parametrize("way", MOVES)
def test_who_moves_takes_the_last_seat_once(races, way):
    name = f"Org Moves {list(MOVES).index(way)}"
    races.run(MAKE, name=name, seats=3)
    goal = races.run(MAKE_MOVERS, name=name)
    answers = races.race(*MOVES[way], name=name, goal=goal)
    assert races.run(USED, name=name) == 3, answers
    refused = ("number of seats", "all are taken", "seats of your")
    assert sum(any(text in one for text in refused) for one in answers) == 1, answers


def test_of_two_long_lists_as_many_are_invited_as_there_are_seats(races):
    name = "Org Lists"
    races.run(MAKE, name=name, seats=7)
    answers = races.race(
        'invite(env, f"lead1 of {name}", "a", "b", "c", "d")',
        'invite(env, f"lead2 of {name}", "e", "f", "g", "h")',
        name=name,
    )
    assert races.run(USED, name=name) == 7, answers
    assert sorted(one.count("seats of your") for one in answers) == [0, 3]


def test_the_last_seat_of_a_subsidiary_is_taken_once(races):
    """By its own manager, or by that of the organization above."""
    races.run(MAKE, name="Org Above", seats=0)
    races.run(MAKE, name="Org Below", seats=3)
    races.run('find(env, "Org Below").parent_id = find(env, "Org Above")')
    answers = races.race(
        'invite(env, "lead1 of Org Above", "a", to="Org Below")',
        'invite(env, "lead1 of Org Below", "b")',
    )
    assert races.run(USED, name="Org Below") == 3, answers
    assert sum("seats of your" in one for one in answers) == 1


def test_who_registers_when_the_last_seat_is_taken_waits_for_an_answer(races):
    name, email = "Org Join", "anna@orgjoin.example.com"
    races.run(MAKE, name=name, seats=3)
    races.run(MAKE_JOIN, name=name, email=email)
    answers = races.race(
        "confirm(env, email)",
        'invite(env, f"lead2 of {name}", "b")',
        name=name,
        email=email,
    )
    assert races.run(USED, name=name) == 3, answers
    state = races.run("result = find_join(env, email).state", email=email)
    is_invited = "Invited" in answers[1]
    assert state == ("waiting" if is_invited else "done"), answers


def test_a_link_that_is_clicked_twice_registers_once(races):
    name, email = "Org Twice", "anna@orgtwice.example.com"
    races.run(MAKE, name=name, seats=0)
    races.run(MAKE_JOIN, name=name, email=email)
    races.race("confirm(env, email)", "confirm(env, email)", name=name, email=email)
    found = 'result = env["res.partner"].search_count([("email", "=", email)])'
    assert races.run(found, email=email) == 1


def test_of_what_waits_one_agent_approves_the_last_seat(races):
    name = "Org Approve"
    races.run(MAKE, name=name, seats=3)
    races.run(MAKE_REQUESTS, name=name)
    answers = races.race(
        'find_request(agent(env, 1), address(find(env, name), "one")).action_approve()',
        'find_request(agent(env, 2), address(find(env, name), "two")).action_approve()',
        name=name,
    )
    assert races.run(USED, name=name) == 3, answers
    assert sum("all are taken" in one or "seats of your" in one for one in answers) == 1


# === DECISIONS === #

DECIDED = """
requests = find_request(env, address(find(env, name), "one"))
kinds = env["customer.portal.touchpoint"].search([("kind", "=", "colleague_decided"),
    ("partner_id.commercial_partner_id", "=", find(env, name).id)])
result = [requests.state, len(kinds), find(env, name).portal_seats_used]
"""


def decide(one, other):
    request = 'find_request({env}, address(find(env, name), "one"))'
    return [
        f"{request.format(env=f'agent(env, {number})')}.{action}()"
        for number, action in ((1, one), (2, other))
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("action_approve", "action_refuse"),
        ("action_approve", "action_approve"),
        ("action_refuse", "action_refuse"),
    ],
)
def test_of_two_agents_one_decides(races, one, other):
    name = f"Org {one} {other}"
    races.run(MAKE, name=name, seats=0)
    races.run(MAKE_REQUESTS, name=name)
    answers = races.race(*decide(one, other), name=name)
    state, decisions, used = races.run(DECIDED, name=name)
    assert decisions == 1, answers
    assert used == (3 if state == "approved" else 2), answers
    assert not any("lock" in answer for answer in answers), answers


def test_a_registration_that_a_manager_approves_and_an_agent_refuses(races):
    name, email = "Org Join Decided", "anna@joindecided.example.com"
    races.run(MAKE, name=name, seats=0)
    races.run(MAKE_JOIN.replace("True", "False"), name=name, email=email)
    races.run("confirm(env, email)", email=email)
    answers = races.race(
        'colleagues(env, f"lead1 of {name}")._decide_join('
        "find_request(env, email).id, True)",
        "find_request(agent(env, 2), email).action_refuse()",
        name=name,
        email=email,
    )
    state = races.run("result = find_request(env, email).state", email=email)
    used = races.run(USED, name=name)
    assert (state, used) in (("approved", 3), ("refused", 2)), answers
    assert not any("lock" in answer for answer in answers), answers


WAYS_TO_EXTEND = {
    "two agents extend": (
        "extension(agent(env, 1), name).action_extend()",
        "extension(agent(env, 2), name).action_extend()",
    ),
    "one extends, one refuses": (
        "extension(agent(env, 1), name).action_extend()",
        "refuse(agent(env, 2), name)",
    ),
    "one extends, one moves the date": (
        "extension(agent(env, 1), name).action_extend()",
        (
            "find(agent(env, 2), f'lead1 of {name}').write({"
            "'support_end_date': later(50)})"
        ),
    ),
}
MAKE_EXTENSION = """
organization = make_organization(env, name, 1)
lead = find(env, f"lead1 of {name}")
move_end(lead, 10)
lead.with_user(lead.user_ids)._ask_for_extension()
"""
EXTENDED = """
lead = find(env, f"lead1 of {name}")
request = extension(env, name)
kinds = env["customer.portal.touchpoint"].search([("partner_id", "=", lead.id),
    ("kind", "in", ["extension_granted", "extension_refused"])]).mapped("kind")
ends = {"once": later(10, 12), "by hand": later(50), "as before": later(10)}
result = [request.state, [k for k, v in ends.items() if v == lead.support_end_date],
    kinds]
"""


@pytest.mark.parametrize("way", WAYS_TO_EXTEND)
def test_a_request_for_an_extension_is_answered_once(races, way):
    name = f"Org Ext {list(WAYS_TO_EXTEND).index(way)}"
    races.run(MAKE_EXTENSION, name=name)
    answers = races.race(*WAYS_TO_EXTEND[way], name=name)
    state, ends, kinds = races.run(EXTENDED, name=name)
    outcomes = {
        ("granted", "once", "extension_granted"),
        ("granted", "by hand", "extension_granted"),
        ("refused", "as before", "extension_refused"),
    }
    assert ends and len(kinds) == 1, (state, ends, kinds, answers)
    assert (state, ends[0], kinds[0]) in outcomes, answers
    assert not any("lock" in answer for answer in answers), answers


# === INVITATIONS === #

MAKE_INVITED = """
make_organization(env, name, 0)
make_customer(env, find(env, name), "anna")
"""
WAYS_TO_REVOKE = {
    "an agent revokes": "invitation(agent(env, 2), name).action_revoke()",
    "an agent ends the access": (
        'find(agent(env, 2), f"anna of {name}").write({"portal_user": False})'
    ),
    "an agent sends it again": "invitation(agent(env, 2), name).action_resend()",
}
INVITED = """
anna = find(env, f"anna of {name}")
user = anna.with_context(active_test=False).user_ids
result = [anna.portal_invitation_ids.mapped("state"), anna.portal_user,
    bool(anna._get_portal_refusal()), user.active]
"""


@pytest.mark.parametrize("way", WAYS_TO_REVOKE)
def test_a_password_is_chosen_while_an_agent_changes_the_invitation(races, way):
    """Whoever is first: what is revoked opens nothing, and what was sent says so."""
    name = f"Org Inv {list(WAYS_TO_REVOKE).index(way)}"
    races.run(MAKE_INVITED, name=name)
    answers = races.race("sign_up(env, name)", WAYS_TO_REVOKE[way], name=name)
    states, has_access, is_refused, is_active = races.run(INVITED, name=name)
    assert has_access is not is_refused, answers
    assert has_access is is_active, answers
    latest = states[0]
    assert latest in ("accepted", "revoked", "queued"), (states, answers)
    if way == "an agent sends it again":
        assert has_access and "accepted" in states, (states, answers)
    elif has_access:
        assert latest == "accepted", (states, answers)


# === WHAT IS BOUGHT === #

MAKE_ORDERS = """
organization = make_buyer(env, name)
make_orders(env, organization, orders)
"""
BOUGHT = """
lead = find(env, f"lead1 of {name}")
months = [n for n in range(100) if later(months=n) == lead.support_end_date]
rows = env["customer.portal.entitlement"].search([("partner_id.name", "=", name)])
result = [months, rows.mapped("months")]
"""
BUY = {
    "two confirm the same order": (
        1,
        "order(agent(env, 1), name, 0).action_confirm()",
        "order(agent(env, 2), name, 0).action_confirm()",
        [12],
    ),
    "two confirm two orders": (
        2,
        "order(agent(env, 1), name, 0).action_confirm()",
        "order(agent(env, 2), name, 1).action_confirm()",
        [12, 12],
    ),
    "one confirms, one cancels": (
        1,
        "order(agent(env, 1), name, 0).action_confirm()",
        "order(agent(env, 2), name, 0)._action_cancel()",
        None,
    ),
}


@pytest.mark.parametrize("case", BUY)
def test_what_is_ordered_counts_once(races, case):
    name = f"Org Buy {list(BUY).index(case)}"
    orders, one, other, expected = BUY[case]
    races.run(MAKE_ORDERS, name=name, orders=orders)
    answers = races.race(one, other, name=name)
    months, rows = races.run(BOUGHT, name=name)
    if expected is None:
        is_sold = races.run("result = order(env, name, 0).state", name=name) == "sale"
        expected = [12] if is_sold else []
    assert [number for number in rows if number] == expected, answers
    assert not expected or months == [sum(expected)], (rows, answers)


PAY = {
    "two pay the same invoice": ("pay(env, name, 0)", "pay(env, name, 0)", [12]),
    "two pay two invoices": ("pay(env, name, 0)", "pay(env, name, 1)", [12, 12]),
    "one pays, the daily work looks": (
        "pay(env, name, 0)",
        'env["customer.portal.source"]._cron_follow()',
        [12],
    ),
}


@pytest.mark.parametrize("case", PAY)
def test_what_is_paid_counts_once(races, case):
    name = f"Org Pay {list(PAY).index(case)}"
    *works, expected = PAY[case]
    races.run("make_invoices(env, make_buyer(env, name))", name=name)
    answers = races.race(*works, name=name)
    months, rows = races.run(BOUGHT, name=name)
    assert (months, rows) == ([sum(expected)], expected), answers
    if case == "two pay the same invoice":
        assert (
            races.run("result = invoices(env, name)[0].amount_residual", name=name) == 0
        )


def test_a_credit_note_that_two_post_takes_back_once(races):
    name = "Org Credit"
    races.run("make_invoices(env, make_buyer(env, name))", name=name)
    races.run("pay(env, name, 0), pay(env, name, 1)", name=name)
    races.run("make_credit_note(env, name, 0)", name=name)
    answers = races.race(*["credit(env, name).action_post()"] * 2, name=name)
    months, rows = races.run(BOUGHT, name=name)
    assert (months, sorted(rows)) == ([12], [0, 12]), answers


def test_a_credit_note_is_posted_while_another_invoice_is_paid(races):
    name = "Org Both"
    races.run("make_invoices(env, make_buyer(env, name))", name=name)
    races.run("pay(env, name, 0)", name=name)
    races.run("make_credit_note(env, name, 0)", name=name)
    answers = races.race(
        "credit(env, name).action_post()", "pay(env, name, 1)", name=name
    )
    months, rows = races.run(BOUGHT, name=name)
    assert (months, sorted(rows)) == ([12], [0, 12]), answers
