"""Clean what was stored before names were one line and addresses what is seen."""

import logging

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from odoo.addons.customer_portal.utils import clean_email, clean_line

_logger = logging.getLogger(__name__)

# Control and direction characters, and what nobody sees, as PostgreSQL writes them.
BROKEN = (
    "[\\u0001-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e"
    "\\u2066-\\u206f]"
)
UNSEEN = (
    "[\\u0001-\\u001f\\u007f-\\u00a0\\u00ad\\u061c\\u2000-\\u200f\\u2028-\\u202f"
    "\\u205f-\\u206f\\u3000\\ufe00-\\ufe0f\\ufeff]"
)
COLUMNS = (
    *(("res_partner", name) for name in ("name", "company_name", "function")),
    *(("ir_attachment", "name"), ("project_task", "name")),
)
# What Odoo has worked out of them.
WORKED_OUT = {"name": "complete_name", "email": "email_normalized"}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for table, column in COLUMNS:
        _clean(env, table, column, BROKEN, clean_line)
    _clean(env, "res_partner", "email", UNSEEN, clean_email)
    _clean_logins(cr)


def _clean(env, table, column, pattern, clean):
    """Write past the ORM: no mail to who has a new login shall follow, nor others."""
    names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
    query = SQL(
        "SELECT id, %(column)s FROM %(table)s WHERE %(column)s ~ %(pattern)s",
        **names,
        pattern=pattern,
    )
    found = env.execute_query(query)
    for res_id, text in found:
        env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(text)s WHERE id = %(id)s",
                **names,
                text=clean(text),
                id=res_id,
            )
        )
    if table == "res_partner" and column in WORKED_OUT:
        partners = env["res.partner"].browse([res_id for res_id, _text in found])
        partners.invalidate_recordset()
        env.add_to_compute(partners._fields[WORKED_OUT[column]], partners)


def _clean_logins(cr):
    """Two logins that look the same are left to the administrator."""
    cr.execute("SELECT id, login FROM res_users WHERE login ~ %s", [UNSEEN])
    for res_id, login in cr.fetchall():
        cleaned = clean_email(login)
        cr.execute("SELECT 1 FROM res_users WHERE login = %s", [cleaned])
        if cr.fetchone():
            _logger.warning("The login %r of user %s is another user's", login, res_id)
        else:
            cr.execute(
                "UPDATE res_users SET login = %s WHERE id = %s", [cleaned, res_id]
            )
