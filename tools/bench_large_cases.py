"""Fill a database with cases and what is said of them, for `bench_large_fill`."""

from .bench_rows import LARGEST, TITLE, copy


def add_cases(env, number, people, contacts, organizations):
    """Add cases, of which the largest organization has a half, Emma a quarter.

    :param people: by login
    :param tuple contacts: the id of the first other contact, and how many there are
    :param tuple organizations: the same
    :return: the id of the first one
    """
    project = env.ref("customer_portal.project_cases")
    stages = project.type_ids.ids[:4]
    first, many = contacts
    top, orgs = organizations
    emma = people["emma"]
    model = env["project.task"].with_context(mail_create_nosubscribe=True)
    case = model.create(
        {"name": "first", "project_id": project.id, "partner_id": emma.id}
    )
    case.portal_last_message_date = case.create_date
    env.flush_all()
    own = 2 * LARGEST
    owner = (
        f"CASE WHEN n % {own} = 0 THEN {emma.id}"
        f" WHEN n % {LARGEST} = 0 THEN {first} + n / {own} % {many} / {orgs} * {orgs}"
        f" WHEN n < 2000 AND n % 100 = 7 THEN {people['rare'].id}"
        f" ELSE {first} + n % {many} END"
    )
    organization = (
        f"CASE WHEN n % {LARGEST} = 0 THEN {top}"
        f" WHEN n < 2000 AND n % 100 = 7 THEN {people['rare'].commercial_partner_id.id}"
        f" ELSE {top} + n % {many} % {orgs} END"
    )
    made = f"now() - n * interval '{2_000_000 * 60 // number} seconds'"
    cases = copy(
        env,
        "project_task",
        case,
        number,
        name=TITLE,
        description="'<p>It is broken and should work, but it does not ' || n",
        partner_id=owner,
        portal_organization_id=organization,
        stage_id=f"(ARRAY{stages})[1 + n % 4]",
        priority="(n % 2)::text",
        create_date=made,
        write_date=made,
        portal_last_message_date=made,
        portal_waiting_since=made,
        access_token="NULL",
        portal_number="'CS-2026-' || n",
    )
    env.cr.execute(
        "INSERT INTO mail_followers (res_model, res_id, partner_id)"
        " SELECT 'project.task', id, partner_id FROM project_task WHERE id >= %s",
        [cases],
    )
    env.cr.execute(
        "INSERT INTO project_task_user_rel (task_id, user_id)"
        " SELECT id, %s FROM project_task WHERE id >= %s",
        [env.ref("base.user_admin").id, cases],
    )
    add_beside_cases(env, case, cases, number, people["emma"])
    return cases


def add_beside_cases(env, case, cases, number, contact):
    """Add what is kept beside cases: their origin, promised times, what was read."""
    made = f"now() - n * interval '{2_000_000 * 120 // number} seconds'"
    origin = env["customer.portal.origin"].create(
        {
            "model_name": case._name,
            "res_id": case.id,
            "partner_id": contact.id,
            "date": "2026-01-01",
        }
    )
    deadline = env["customer.portal.deadline"].create(
        {
            "model_name": case._name,
            "res_id": 0,
            "kind": "answer",
            "start": "2026-01-01",
            "partner_id": contact.id,
        }
    )
    user = contact.user_ids
    reading = env["customer.portal.reading"].create(
        {"user_id": user.id, "model_name": case._name, "res_id": 0, "message_id": 1}
    )
    env.flush_all()
    copy(
        env,
        "customer_portal_origin",
        origin,
        number // 2,
        res_id=f"{cases} + 2 * n",
        date=made,
        token="NULL",
    )
    copy(
        env,
        "customer_portal_deadline",
        deadline,
        number // 10,
        res_id=f"{cases} + 10 * n",
        due="now() + (10 - n) * interval '1 hour'",
        reached="CASE WHEN n % 10 > 0 THEN now() - n * interval '1 hour' END",
    )
    copy(
        env,
        "customer_portal_reading",
        reading,
        number // 20,
        res_id=f"{cases} + 20 * n",
    )


def add_messages(env, number, cases, contacts):
    """Add messages on cases, every second one of a customer.

    :param tuple cases: the id of the first one, and how many there are
    :param tuple contacts: the same
    """
    case = env["project.task"].browse(cases[0])
    message = case.message_post(
        body="first", message_type="comment", subtype_xmlid="mail.mt_comment"
    )
    env.flush_all()
    agent = env.ref("base.partner_admin").id
    copy(
        env,
        "mail_message",
        message,
        number,
        res_id=f"{cases[0]} + n % {cases[1]}",
        body="'<p>It still does not work, please look again. ' || n || '</p>'",
        author_id=f"CASE n % 2 WHEN 0 THEN {contacts[0]} + n % {contacts[1]}"
        f" ELSE {agent} END",
        message_id="NULL",
        date=f"now() - ({number} - n) * interval '20 seconds'",
        create_date=f"now() - ({number} - n) * interval '20 seconds'",
    )
