"""Jobs, for `bench_large_odoo`: functions of an environment and ids.

Each returns on how many it worked. All that they do is undone.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from tools.bench_large_views import show_groups

BATCH = 100


def get_guests(env, number=BATCH):
    """Return portal users with open access."""
    domain = [("portal_user", "=", True), ("portal_state", "=", "active")]
    domain.append(("email", "like", "large.example.com"))
    return env["res.partner"].search(domain, limit=number, order="id")


def tick(env, _ids):
    domain = [("portal_user", "=", False), ("email", "like", "large.example.com")]
    contacts = env["res.partner"].search(domain, limit=BATCH, order="id")
    contacts.write({"portal_user": True})
    env.flush_all()
    return len(contacts)


def untick(env, _ids):
    contacts = get_guests(env)
    contacts.write({"portal_user": False})
    env.flush_all()
    return len(contacts)


def change_profile(env, _ids):
    contacts = get_guests(env)
    profile = env["customer.portal.profile"].search([], order="id desc", limit=1)
    contacts.write({"portal_profile_id": profile.id})
    env.flush_all()
    return len(contacts)


def change_permission(env, _ids):
    """Change a permission of a profile that a quarter of all portal users have."""
    profile = env["customer.portal.profile"]._get_default()
    row = profile.permission_ids.filtered(lambda row: row.module_id.code == "cases")
    row.records_visibility = "organization"
    env.flush_all()
    return 1


def extend(env, _ids):
    contacts = get_guests(env)
    contacts.write({"support_end_date": fields.Date.today() + timedelta(days=400)})
    env.flush_all()
    return len(contacts)


def move_contact(env, ids):
    """Move a contact to another organization."""
    env["res.partner"].browse(ids["rare"]).parent_id = ids["emma_organization"]
    env.flush_all()
    return 1


def move_organization(env, ids):
    """Put an organization below another one."""
    organization = env["res.partner"].browse(ids["rare_organization"])
    organization.parent_id = ids["emma_organization"]
    env.flush_all()
    return 1


def create_case(env, ids):
    project = env.ref("customer_portal.project_cases")
    values = {"name": "New", "partner_id": ids["emma"], "project_id": project.id}
    env["project.task"].create([dict(values) for _number in range(BATCH)])
    env.flush_all()
    return BATCH


def post_message(env, ids):
    case = env["project.task"].browse(ids["emma_case"])
    for _number in range(10):
        case.message_post(body="An answer", subtype_xmlid="mail.mt_comment")
    env.flush_all()
    return 10


def end_periods(env, _ids):
    before = env["customer.portal.touchpoint"].search_count([("kind", "=", "expired")])
    env["customer.portal.period"]._cron_end_periods()
    after = env["customer.portal.touchpoint"].search_count([("kind", "=", "expired")])
    return after - before


def announce_ends(env, _ids):
    env["customer.portal.period"]._cron_announce_ends()
    return env["customer.portal.mail"].search_count([("kind", "=", "notice")])


def purge_touchpoints(env, _ids):
    """Remove what is older than half a year: a batch of at most ten thousand."""
    params = env["ir.config_parameter"]
    params.set_param("customer_portal.touchpoint_days", "183")
    count, _more = env["customer.portal.touchpoint"]._gc_touchpoints()
    return count


def clean(model_name, method):
    """Return what cleans up where there is nothing to clean, as on most nights."""

    def act(env, _ids):
        getattr(env[model_name], method)()
        [[count]] = env[model_name]._read_group([], [], ["__count"])
        return count

    return act


def remove_gone_origins(env, ids):
    """Clean up after cases that were deleted without Odoo noticing."""
    env.cr.execute(
        "UPDATE customer_portal_origin SET res_id = -id WHERE id IN"
        " (SELECT id FROM customer_portal_origin ORDER BY id LIMIT 100)"
    )
    return clean("customer.portal.origin", "_gc_gone")(env, ids)


def check_leaks(env, _ids):
    profile = env["customer.portal.profile"]._get_default()
    check = env["customer.portal.leak.check"]._check(profile, seed=1)
    assert check.state in ("green", "yellow"), check.state
    return 1


def report_week(env, _ids):
    admin = env.ref("base.user_admin")
    group = env.ref("customer_portal.group_customer_portal_manager")
    admin.group_ids = [Command.link(group.id)]
    report = env["customer.portal.weekly"]._get_report(admin)
    assert report["figures"]
    week = [("date", ">=", "-14d")]
    return env["customer.portal.touchpoint"].search_count(week)


def review_change(env, _ids):
    """Find out what a narrower level would take away, as Review Changes does."""
    effects = env["customer.portal.effect"]
    profile = env["customer.portal.profile"]._get_default()
    row = profile.permission_ids.filtered(lambda row: row.module_id.code == "cases")
    change = lambda: row.write({"records_visibility": "subsidiaries"})  # noqa: E731
    effects._make_review(effects._try(change), "Bench")
    return env["project.task"].search_count([])


def cron(model_name, method):
    """Return a scheduled action that finds nothing to do, as most times."""

    def act(env, _ids):
        getattr(env[model_name], method)()
        return 1

    return act


JOBS = {
    f"portal access for {BATCH}": tick,
    f"no more access for {BATCH}": untick,
    f"another profile for {BATCH}": change_profile,
    f"a later end for {BATCH}": extend,
    "a permission of a profile": change_permission,
    "a contact moves": move_contact,
    "an organization moves": move_organization,
    f"{BATCH} new cases": create_case,
    "10 messages": post_message,
    "periods end": end_periods,
    "notices": announce_ends,
    "touchpoints are purged": purge_touchpoints,
    "housekeeping: portal activity": remove_gone_origins,
    "housekeeping: readings": clean("customer.portal.reading", "_gc_readings"),
    "housekeeping: promises": clean("customer.portal.deadline", "_gc_gone"),
    "housekeeping: emails": clean("customer.portal.mail", "_gc_mails"),
    "housekeeping: downloads": clean(
        "customer.portal.document.download", "_gc_downloads"
    ),
    "emails are looked after": cron("customer.portal.mail", "_cron_reconcile"),
    "refusals are explained": cron("customer.portal.refusal", "_cron_explain"),
    "reminders of promises": cron("customer.portal.deadline", "_cron_remind"),
    "leak check": check_leaks,
    "weekly report": report_week,
    "review of a change": review_change,
    "adoption by use": show_groups("customer.portal.adoption", ["state"]),
    "adoption by month": show_groups("customer.portal.adoption", ["start:month"]),
    "origin of cases by month": show_groups(
        "customer.portal.case.origin", ["date:month", "origin"]
    ),
    "touchpoints by kind": show_groups("customer.portal.touchpoint", ["kind"]),
    "downloads by month": show_groups("customer.portal.download", ["date:month"]),
    "promises by state": show_groups("customer.portal.deadline", ["state"]),
}
