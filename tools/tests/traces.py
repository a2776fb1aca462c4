"""What an addon must not leave behind in a database."""

import re

from tools import databases

TRACES = {
    "columns": "SELECT table_name || '.' || column_name"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass || '.' || conname FROM pg_constraint",
    "indexes": "SELECT tablename || '.' || indexname FROM pg_indexes",
    "known constraints": "SELECT name FROM ir_model_constraint",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "models": "SELECT model FROM ir_model",
    "names": "SELECT module || '.' || name FROM ir_model_data",
    "parameters": "SELECT key FROM ir_config_parameter",
    "scheduled actions": "SELECT cron_name FROM ir_cron",
    "views": "SELECT key FROM ir_ui_view WHERE key IS NOT NULL",
    "templates": "SELECT name->>'en_US' FROM mail_template",
    "tables": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "menus": "SELECT id || ' ' || (name->>'en_US') FROM ir_ui_menu",
    "actions": "SELECT id || ' ' || (name->>'en_US') FROM ir_actions",
    "groups": "SELECT name->>'en_US' FROM res_groups",
    "rules": "SELECT name FROM ir_rule WHERE name IS NOT NULL",
    "rights": "SELECT name FROM ir_model_access",
    "sequences": "SELECT code FROM ir_sequence WHERE code IS NOT NULL",
    "kinds of activities": "SELECT name->>'en_US' FROM mail_activity_type",
    "messages of": "SELECT DISTINCT model FROM mail_message"
    " WHERE model NOT IN (SELECT model FROM ir_model)",
    "files of": "SELECT DISTINCT res_model FROM ir_attachment"
    " WHERE res_model NOT IN (SELECT model FROM ir_model)",
}
# A line that complains, with what it quotes below.
PROBLEM = re.compile(
    r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*(?:\n(?!\d{4}-).*)*", re.MULTILINE
)
# Two requests changed one row at once: Odoo logs it, and then tries again.
TRIED_AGAIN = "ERROR: could not serialize access"


def find_problems(log):
    """Return what a log complains of, without what Odoo itself tries again.

    :param str log: what a server of Odoo wrote
    """
    return [text for text in PROBLEM.findall(log) if TRIED_AGAIN not in text]


def find_traces(database, queries=TRACES):
    """Return all that queries ask for, as sets of names."""
    return {
        kind: {name for (name,) in databases.query(query, database=database)}
        for kind, query in queries.items()
    }
