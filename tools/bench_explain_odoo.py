"""What questions about access take, measured inside Odoo: a program for Odoo's shell.

It goes on where `bench_effect_odoo` ends.
"""

import json

LEVELS = ("own", "organization", "subsidiaries", "everyone")


def get_line(row, name):
    return row.module_id.field_ids.filtered(lambda one: one.name == name)


def see(env, record, **values):
    """Return how many contacts *Who Sees This?* lists."""
    dialogs = env["customer.portal.viewers"]
    opened = {"active_model": record._name, "active_id": record.id}
    return dialogs.with_context(**opened).create(values).count


def explain(env, record, partner):
    """Return how many steps *Explain Access* has."""
    dialogs = env["customer.portal.explanation"]
    opened = {"active_model": record._name, "active_id": record.id}
    dialog = dialogs.with_context(**opened).create({"partner_id": partner.id})
    return (dialog.steps_html or "").count("<li")


def add_faq(env, row):
    """Add a FAQ that all customers of the profile see."""
    rows = row.profile_id.permission_ids
    rows.filtered(lambda one: one.module_id.code == "faqs").visible = True
    values = {"question": "Why?", "answer": "So.", "is_published": True}
    return env["customer.portal.faq"].create(values)


def get_questions(env, row):
    """Return what sets the scene, and what asks, by what each question is called."""
    tasks = env["project.task"].search([("partner_id", "!=", False)], limit=2)
    own, other = tasks
    faq, field = add_faq(env, row), get_line(row, "name")
    row.module_id.allow_everyone = True

    def at(level):
        return lambda: row.write({"records_visibility": level})

    questions = {
        f"Who Sees This? {level}": (at(level), lambda: see(env, own))
        for level in LEVELS
    }
    return questions | {
        "Who Sees This? of a field": (
            at("organization"),
            lambda: see(env, own, module_id=row.module_id.id, field_id=field.id),
        ),
        "Who Sees This? of a FAQ": (at("own"), lambda: see(env, faq)),
        "Explain Access, yes": (at("own"), lambda: explain(env, own, own.partner_id)),
        "Explain Access, no": (
            at("subsidiaries"),
            lambda: explain(env, own, other.partner_id),
        ),
        "leak check, own": (at("own"), lambda: check(env, row)),
        "leak check, subsidiaries": (at("subsidiaries"), lambda: check(env, row)),
        "leak check, everyone": (at("everyone"), lambda: check(env, row)),
    }


def check(env, row):
    """Return how many lines a leak check has."""
    done = env["customer.portal.leak.check"]._check(row.profile_id, seed=1)
    return len(done.line_ids)


def ask(env, title, scene, question):
    """Return what an answer takes, as somebody gets it who asks for the first time."""
    scene()
    env.flush_all()
    env.invalidate_all()
    found, taken = measure(env, question)  # noqa: F821
    return {"title": title, "found": found, **taken}


asker = env(user=env.ref("base.user_admin").id, su=False)  # noqa: F821
row = row.with_env(asker)  # noqa: F821
questions = [
    ask(asker, title, *parts) for title, parts in get_questions(asker, row).items()
]
print("RESULT" + json.dumps({"reviews": reviews, "questions": questions}))  # noqa: F821, T201
