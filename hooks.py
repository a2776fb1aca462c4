from odoo.fields import Domain
from odoo.tools import SQL

from .const import ADDON, CASE_SEQUENCE

# What cases are made of: it outlives the addon.
KEPT_MODELS = ("mail.alias", "project.project", "project.task.type", "project.tags")
# What data/project_project_data.xml makes, by the names that it has in English.
CASES_NAME, CASES_LABEL = "Customer Cases", "Cases"
STAGES = {
    "stage_new": "New",
    "stage_in_progress": "In Progress",
    "stage_waiting": "Waiting for Customer",
    "stage_closed": "Closed",
}
CATEGORIES = {
    "category_question": "Question",
    "category_problem": "Problem",
    "category_wish": "Request",
}
FORMER_CATEGORIES = {"category_wish": "Wish"}


def pre_init_hook(env):
    """Take up the cases that the addon has left when it was uninstalled.

    Else there would be a second project, and its categories could not be made, as
    there are tags of their names.
    """
    env = env(context={"active_test": False, "lang": "en_US"})
    found = {}
    for project in env["project.project"].search(
        [("name", "=", CASES_NAME), ("label_tasks", "=", CASES_LABEL)]
    ):
        stages = _find_named(project.type_ids, STAGES)
        if len(stages) == len(STAGES):
            found |= {"project_cases": project, **stages}
    names = [*CATEGORIES.values(), *FORMER_CATEGORIES.values()]
    tags = env["project.tags"].search([("name", "in", names)])
    found |= _find_named(tags, FORMER_CATEGORIES) | _find_named(tags, CATEGORIES)
    rows = [
        {"xml_id": f"{ADDON}.{name}", "record": record, "noupdate": True}
        for name, record in found.items()
    ]
    env["ir.model.data"]._update_xmlids(rows)


def _find_named(records, names):
    """Return the records that have one of some names, by the XML id."""
    by_name = {record.name: record for record in records}
    return {xml_id: by_name[name] for xml_id, name in names.items() if name in by_name}


def _note_left_cases(env):
    """Note who wrote last on cases that the addon left, where it was installed."""
    tasks = env["project.task"].with_context(active_test=False)
    unknown = Domain("portal_last_message_date", "=", False)
    if tasks.search_count(tasks._get_portal_case_domain() & unknown, limit=1):
        tasks._note_old_messages()


def post_init_hook(env):
    """Adopt the portal users there are: open-ended, and they notice nothing.

    By SQL, as there may be hundreds of thousands, and nothing may follow from it: no
    mail, no touchpoint, no new login. Demo data have ticked some contacts by now.
    """
    _note_left_cases(env)
    portal = env.ref("base.group_portal")
    users = env["res.users"]._search(
        [("active", "=", True), ("all_group_ids", "in", portal.ids)]
    )
    env.cr.execute(
        SQL(
            """
              WITH adopted AS (
                UPDATE res_partner
                   SET portal_user = TRUE,
                       support_source = 'manual',
                       portal_profile_id = %(profile_id)s
                 WHERE id IN %(partners)s AND portal_user IS NOT TRUE
             RETURNING id)
            INSERT INTO customer_portal_mail (partner_id, kind, state, date)
            SELECT id, 'login', 'own', NOW() AT TIME ZONE 'UTC' FROM adopted
            """,
            profile_id=env["customer.portal.profile"]._get_adopted().id,
            partners=users.subselect("res_users.partner_id"),
        )
    )
    env.invalidate_all()
    env["project.task"]._number_old_cases()
    env["project.task"]._keep_old_organizations()


def uninstall_hook(env):
    """Keep closed what is closed: without the addon no date keeps anybody out.

    Users whose period is open go on as before, and so do the cases.
    """
    portal = env.ref("base.group_portal")
    users = env["res.users"].search(
        [
            ("all_group_ids", "in", portal.ids),
            ("partner_id.portal_state", "!=", "active"),
        ]
    )
    users._close_portal_users()
    env.flush_all()
    _keep_cases(env)
    _forget_traces(env)
    env.invalidate_all()


def _keep_cases(env):
    """Leave the project of the cases to whoever uses Project: Odoo deletes the rest.

    The categories stay with the cases as their tags.
    """
    tags = env["project.task"]._fields["tag_ids"]
    env.cr.execute(
        SQL(
            """
            INSERT INTO %(table)s (%(task)s, %(tag)s)
            SELECT id, portal_category_id FROM project_task
             WHERE portal_category_id IS NOT NULL
                ON CONFLICT DO NOTHING
            """,
            table=SQL.identifier(tags.relation),
            task=SQL.identifier(tags.column1),
            tag=SQL.identifier(tags.column2),
        )
    )
    env["ir.model.data"].search(
        [("module", "=", "customer_portal"), ("model", "in", KEPT_MODELS)]
    ).unlink()


def _forget_traces(env):
    """Remove what Odoo leaves of an addon, and what its deletion would fail at."""
    env["customer.portal.module"]._forget_contact_indexes()
    env.cr.execute("UPDATE res_partner SET portal_profile_id = NULL")
    # What Settings and companies have written has no XML id.
    params = env["ir.config_parameter"].sudo()
    params.search([("key", "=like", f"{ADDON}.%")]).unlink()
    sequences = env["ir.sequence"].sudo().with_context(active_test=False)
    sequences.search([("code", "=", CASE_SEQUENCE)]).unlink()
    module = env.ref("base.module_customer_portal")
    env.cr.execute(
        SQL(
            "DELETE FROM ir_model_constraint WHERE module = %s AND type = 'f'",
            module.id,
        )
    )
    # Names of what mixins of Odoo have brought to our models.
    env["ir.model.data"].search(
        [
            ("module", "!=", ADDON),
            "|",
            ("name", "=like", r"model\_inherit\_\_customer\_portal\_%"),
            ("name", "=like", r"selection\_\_customer\_portal\_%"),
        ]
    ).unlink()
