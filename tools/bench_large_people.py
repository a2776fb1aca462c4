"""Fill a database with contacts, for `bench_large_fill`."""

from .bench_rows import copy, copy_users

# Organizations are five levels deep: which part of them is above the end of each.
LEVELS = (0.01, 0.05, 0.2, 0.5, 1)
# Trees have so many organizations.
TREE = 100
PASSWORD = "correct horse battery"


def get_parent(number, first, start):
    """Return SQL of the organization above the `n`th one of a tree, NULL at the top.

    :param int number: of the tree's organizations, which `n` counts from `start` on
    :param int first: the id of the `start`th one
    """
    ends = [max(level + 1, round(number * part)) for level, part in enumerate(LEVELS)]
    sizes = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    cases, begin = [], 0
    for level, size in enumerate(sizes):
        end, place = begin + size, f"(n - {start}) % {number}"
        above = begin - sizes[level - 1]
        parent = (
            f"{first} + (n - {start}) / {number} * {number}"
            f" + {above} + ({place} - {begin}) * {sizes[level - 1]} / {max(1, size)}"
            if level
            else "NULL"
        )
        cases.append(f"WHEN {place} < {end} THEN {parent}")
        begin = end
    return f"CASE {' '.join(cases)} END"


def add_organizations(env, number):
    """Add trees of organizations.

    :return: the id of the first organization, the top of a tree
    """
    seed = env["res.partner"].create({"name": "Organization", "is_company": True})
    env.flush_all()
    env.cr.execute("SELECT MAX(id) + 1 FROM res_partner")
    [first] = env.cr.fetchone()
    large = max(5, number // 10)
    parent = (
        f"CASE WHEN n < {large} THEN {get_parent(large, first, 0)}"
        f" ELSE {get_parent(TREE, first + large, large)} END"
    )
    copy(
        env,
        "res_partner",
        seed,
        number,
        name="'Organization ' || n",
        complete_name="'Organization ' || n",
        parent_id=parent,
        commercial_partner_id=f"{first} + n",
    )
    return first


def add_people(env, number, users, organizations, first_organization):
    """Add people, of whom the first are portal users.

    :param int number: of all of them
    :param int users: of portal users among them
    :return: the ids of the first portal user and of the first other one
    """
    env.cr.execute("SELECT id FROM customer_portal_profile ORDER BY id")
    profiles = [profile_id for (profile_id,) in env.cr.fetchall()]
    one = env["res.partner"].create({"name": "One", "email": "one@large.example.com"})
    one._write_without_sync({"portal_user": True})
    user = env["res.users"].sudo()._create_portal_users(one)
    env.flush_all()
    organization = f"{first_organization} + n % {organizations}"
    alike = {
        "name": "'Person ' || n",
        "parent_id": organization,
        "commercial_partner_id": organization,
    }
    email = "'p' || n || '@large.example.com'"
    guests = copy(
        env,
        "res_partner",
        one,
        users,
        **alike,
        complete_name=f"'Organization ' || n % {organizations} || ', Person ' || n",
        email=email,
        email_normalized=email,
        portal_profile_id=f"(ARRAY{profiles})[1 + n % {len(profiles)}]",
        support_start_date="current_date - 100 - n % 600",
        # A hundredth ends within a month, two hundredths ended within one.
        support_end_date="CASE n % 100 WHEN 1 THEN current_date + n / 100 % 30"
        " WHEN 2 THEN current_date - 1 - n / 100 % 30"
        " WHEN 3 THEN current_date - 1 - n / 100 % 30 END",
        support_end_handled="CASE n % 100 WHEN 2 THEN"
        " current_date - 1 - n / 100 % 30 END",
    )
    add_users(env, users, user, email, guests)
    others = copy(
        env,
        "res_partner",
        one,
        number - users,
        **(alike | {"name": f"'Person ' || n + {users}"}),
        complete_name=f"'Organization ' || n % {organizations}"
        f" || ', Person ' || n + {users}",
        email=f"'p' || n + {users} || '@large.example.com'",
        email_normalized=f"'p' || n + {users} || '@large.example.com'",
        portal_user="FALSE",
        portal_profile_id="NULL",
    )
    return guests, others


def add_users(env, number, user, login, people):
    """Add the users of portal users, who have logged in five times each."""
    users = copy_users(env, user, number, login, people)
    log = env["res.users.log"].with_user(user).sudo().create({})
    env.flush_all()
    copy(
        env,
        "res_users_log",
        log,
        5 * number,
        create_uid=f"{users} + n % {number}",
        create_date="now() - n % 200 * interval '1 day'",
    )
    return users


def add_customers(env, organization, many):
    """Add people who log in: of the largest organization, and of one like most.

    :param int organization: the id of the first one, which is the largest
    :param int many: the number of organizations
    :return: their contacts by login
    """
    where = dict.fromkeys(("emma", "sam", "eve"), organization)
    where["rare"] = organization + many - 1
    contacts = env["res.partner"].create(
        [
            {"name": name, "parent_id": above, "email": f"{name}@bench.example"}
            for name, above in where.items()
        ]
    )
    contacts.portal_user = True
    for user in contacts.user_ids:
        user.write({"login": f"{user.partner_id.name}@bench.example"})
        user.password = PASSWORD
    people = dict(zip(where, contacts, strict=True))
    for name, contact in people.items():
        contact.portal_profile_id = make_profile(env, name)
    env.flush_all()
    return people


def make_profile(env, name):
    """Return a profile that shows what is measured, as far as the customer's level."""
    levels = {"sam": "subsidiaries", "eve": "everyone"}
    default = env["customer.portal.profile"]._get_default()
    profile = default.copy({"name": f"Bench {name}", "announcement": "<p>Hello</p>"})
    profile.manage_scope = "subsidiaries" if name == "sam" else "organization"
    profile.widget_ids.visible = True
    for row in profile.permission_ids:
        code = row.module_id.code
        if code not in ("cases", "documents", "faqs", "contacts"):
            continue
        level = levels.get(name, "organization")
        if level == "everyone" and code != "cases":
            level = "subsidiaries"
        if code == "faqs":  # They are nobody's own.
            level = "everyone"
        row.module_id.allow_everyone |= level == "everyone"
        row.write({"visible": True, "records_visibility": level})
    cases = profile.permission_ids.filtered(lambda row: row.module_id.code == "cases")
    actions = ("can_create", "can_export", "show_documents", "show_comments")
    cases.write(dict.fromkeys((*actions, "can_comment"), True))
    return profile
