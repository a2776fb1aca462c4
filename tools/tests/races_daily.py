"""The daily work that two servers do at once: run after `races_setup.py`.

Of each: what there is to do, and afterwards how often it was done for each contact.
"""

# ruff: noqa: F821 - the names of races_setup.py

CONTACTS = 6


def make_contacts(env, name, days, **values):
    """Make contacts whose support ended, or ends, some days from now."""
    organization = make_organization(env, name, 1)
    contacts = env["res.partner"].browse()
    for number in range(CONTACTS):
        contacts |= make_customer(env, organization, f"c{number}", **values)
    move_end(contacts, days)
    return contacts


def contacts_of(env, name):
    organization = find(env, name)
    return people(env, organization).filtered(lambda one: one.name.startswith("c"))


def count_each(env, name, model, *domain):
    """Return how many records there are for each contact."""
    counts = dict(
        env[model]._read_group(
            [("partner_id", "in", contacts_of(env, name).ids), *domain],
            ["partner_id"],
            ["__count"],
        )
    )
    return [counts.get(one, 0) for one in contacts_of(env, name)]


def count_named(env, name, records, fname):
    """Return how often the texts of some records name each contact."""
    text = " ".join(record[fname] or "" for record in records)
    return [text.count(one.name) for one in contacts_of(env, name)]


# === NOTICES BEFORE THE END, AND WHAT OTHERS LEARN OF THEM === #


def make_notices(env, name):
    set_param(env, "support_notice_days", "30, 7, 1")
    make_contacts(env, name, 5)
    find(env, name).user_id = agent(env, 1).user


def do_notices(env):
    env["customer.portal.period"]._cron_announce_ends()


def count_notices(env, name):
    lead = find(env, f"lead1 of {name}")
    boss = agent(env, 1).user.partner_id
    return {
        "notices": count_each(
            env, name, "customer.portal.mail", ("kind", "=", "notice")
        ),
        "mails": [len(mails_to(env, one)) for one in contacts_of(env, name)],
        "manager": count_named(env, name, mails_to(env, lead), "body_html"),
        "representative": count_named(env, name, mails_to(env, boss), "body_html"),
    }


def mails_to(env, partner):
    """Return the mails to a contact, but for login details."""
    mails = env["mail.mail"].search([("recipient_ids", "in", partner.ids)])
    followed = env["customer.portal.mail"].search([("kind", "=", "login")])
    return mails.filtered(lambda mail: mail.id not in followed.mapped("mail_id"))


# === REMINDERS OF INVITATIONS === #


def make_reminders(env, name):
    set_param(env, "invitation_reminder_days", 3)
    contacts = make_contacts(env, name, 200)
    invitations = env["customer.portal.invitation"].search(
        [("partner_id", "in", contacts.ids)]
    )
    before = fields.Datetime.now() - timedelta(days=5)
    invitations.write({"state": "sent", "sent_date": before})


def do_reminders(env):
    env["customer.portal.invitation"]._cron_follow()


def count_reminders(env, name):
    return {
        "reminders": count_each(
            env, name, "customer.portal.mail", ("kind", "=", "reminder")
        ),
        "noted": count_each(
            env, name, "customer.portal.invitation", ("reminded_date", "!=", False)
        ),
    }


# === THE END OF SUPPORT, AND OF GRACE === #


def make_ends(env, name):
    make_contacts(env, name, -2)


def make_grace_ends(env, name):
    profile = find_profile(env).copy({"name": f"Grace of {name}", "grace_days": 5})
    contacts = make_contacts(env, name, -6, portal_profile_id=profile.id)
    late = make_customer(env, find(env, name), "still", portal_profile_id=profile.id)
    move_end(late, -5)
    return contacts


def do_ends(env):
    env["customer.portal.period"]._cron_end_periods()


def count_ends(env, name):
    touchpoints = "customer.portal.touchpoint"
    still = find(env, f"still of {name}")
    assert not still.portal_receipt_ids and still.portal_state in (
        False,
        "grace",
        "none",
    )
    return {
        "touchpoints": count_each(env, name, touchpoints, ("kind", "=", "expired")),
        "receipts": count_each(env, name, "customer.portal.receipt"),
        "manager": count_named(
            env, name, mails_to(env, find(env, f"lead1 of {name}")), "body_html"
        ),
    }


# === REGISTRATIONS === #


def make_joins(env, name):
    organization = make_organization(env, name, 0)
    organization.action_make_portal_join_code()
    for number in range(CONTACTS):
        joins = env["customer.portal.join"]
        email = address(organization, f"c{number}")
        joins._ask("Anna", email, organization.portal_join_code)


def do_joins(env):
    env["customer.portal.join"]._cron_answer()


def count_joins(env, name):
    organization = find(env, name)
    emails = [address(organization, f"c{number}") for number in range(CONTACTS)]
    joins = env["customer.portal.join"].search([("email", "in", emails)])
    mails = env["mail.mail"].search([("email_to", "in", emails)])
    return {
        "mails": [mails.mapped("email_to").count(email) for email in emails],
        "sent": [int(join.state == "sent") for join in joins],
    }


# === OVERDUE INVOICES === #


def make_held(env, name):
    contacts = make_contacts(env, name, 100)
    make_invoices(env, find(env, name))
    invoices(env, name).line_ids.flush_recordset()
    set_param(env, "overdue_days", 10)
    env.cr.execute(
        "UPDATE account_move SET invoice_date_due = current_date - 20"
        " WHERE id = ANY(%s)",
        (invoices(env, name).ids,),
    )
    return contacts


def do_held(env):
    env["customer.portal.source"]._cron_follow()


def count_held(env, name):
    set_param(env, "overdue_days", 0)
    touchpoints = "customer.portal.touchpoint"
    return {
        "held": count_each(env, name, touchpoints, ("kind", "=", "held")),
        "marked": [int(one.portal_overdue) for one in contacts_of(env, name)],
    }


# === ACCESS REVIEWS === #


def make_reviews(env, name):
    set_param(env, "confirmation_days", 30)
    set_param(env, "confirmation_ends_access", True)
    profiles = {
        known: find_profile(env, known).copy(
            {"name": f"{known} of {name}", "confirmation_months": 12}
        )
        for known in ("Race Leader", "Race Worker")
    }
    for number in range(4):
        organization = make_organization(env, f"{name} {number}", 0)
        for who, known in (("lead1", "Race Leader"), ("c", "Race Worker")):
            make_customer(env, organization, who, profiles[known].name)


def do_reviews(env):
    env["customer.portal.confirmation"]._cron_run()


def let_days_pass(env):
    """Let ten days pass for reviews, and their mails have left."""
    env.cr.execute(
        "UPDATE customer_portal_confirmation SET date = date - 10,"
        " date_due = date_due - 10, date_next = date_next - 10"
    )
    env.cr.execute(
        "UPDATE customer_portal_mail SET state = 'sent' WHERE kind = 'confirmation'"
    )


def count_reviews(env, name):
    leads, workers = (
        env["res.partner"].search([("name", "like", f"{who} of {name}")])
        for who in ("lead1", "c")
    )
    lines = env["customer.portal.confirmation.line"].search(
        [("partner_id", "in", workers.ids)]
    )
    notes = (
        env["mail.message"]
        .search([("model", "=", "res.partner"), ("res_id", "in", workers.ids)])
        .filtered(lambda note: "access review" in (note.body or ""))
    )
    kinds = env["customer.portal.touchpoint"].search(
        [("partner_id", "in", workers.ids), ("kind", "=", "revoked")]
    )
    subjects = [mails_to(env, lead).mapped("subject") for lead in leads]
    return {
        "lines": [lines.partner_id.ids.count(one.id) for one in workers],
        "closed": [int(line.decision == "closed") for line in lines],
        "notes": [notes.mapped("res_id").count(one.id) for one in workers],
        "ended": [kinds.partner_id.ids.count(one.id) for one in workers],
        "requests": [
            sum("needs access" in subject for subject in one) / 3 for one in subjects
        ],
    }
