"""Many rows out of one, for the programs of benchmarks in Odoo's shell."""

# What stands in titles, so that a search finds an eighth of them, or one.
WORDS = ["printer", "invoice", "login", "delivery", "screen", "update", "noise", "key"]
TITLE = f"(ARRAY{WORDS})[1 + n % 8] || ' ' || n"
# Every second record is the largest organization's: there are a million cases in sight.
LARGEST = 2


def copy(env, table, source, number, **columns):
    """Copy a row many times; `columns` are SQL expressions of `n`, from 0 on.

    :param source: a record
    :return: the first of the ids, which follow one another
    """
    if number <= 0:
        return 0
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name <> 'id' AND is_generated = 'NEVER'",
        [table],
    )
    names = [name for (name,) in env.cr.fetchall()]
    values = ", ".join(columns.get(name, f's."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}")
    [first] = env.cr.fetchone()
    env.cr.execute(
        f"INSERT INTO {table} (id, {quoted}) SELECT {first} + n, {values}"
        f" FROM {table} s, generate_series(0, {number - 1}) n WHERE s.id = {source.id}"
    )
    env.cr.execute(f"SELECT setval('{table}_id_seq', {first + number})")
    return first


def copy_users(env, user, number, login, people):
    """Copy a portal user many times, with the groups and companies that make them one.

    :param str login: an SQL expression of `n`
    :param int people: the first of their contacts, whose ids follow one another
    :return: the first of the ids, as `copy` does
    """
    users = copy(
        env, "res_users", user, number, login=login, partner_id=f"{people} + n"
    )
    for table, column, other in (
        ("res_groups_users_rel", "uid", "gid"),
        ("res_company_users_rel", "user_id", "cid"),
    ):
        env.cr.execute(
            f"INSERT INTO {table} ({column}, {other})"
            f" SELECT {users} + n, {other} FROM {table}"
            f" CROSS JOIN generate_series(0, {number - 1}) n"
            f" WHERE {column} = {user.id}"
        )
    return users
