"""What Odoo's own rights and rules say, asked here alone: they will be one model."""

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

# Fields of ``ir.model`` and of a rule that administrators are led to.
RIGHTS_FIELD, RULE_FIELD = "access_ids", "domain_force"


def get_readable_models(env):
    """Return the models of which the user may read any records.

    :rtype: set[str]
    """
    return env["ir.model.access"]._get_allowed_models("read")


def find_modes(env, group_id):
    """Return what a group may do with each model, whoever asks.

    Of all models at once: whoever asks for one, asks for others.

    :rtype: dict[str, list[str]]
    """
    rights = env["ir.model.access"].sudo().with_context(active_test=True)
    modes = ("read", "write", "create")
    columns = [f"perm_{mode}" for mode in modes]
    found = rights.search_fetch(
        [("group_id", "=", group_id)], ["model_id", *columns], order="id"
    )
    found.model_id.fetch(["model"])
    return {
        model.model: [mode for mode in modes if any(some.mapped(f"perm_{mode}"))]
        for model, some in found.grouped("model_id").items()
    }


def get_marks(env):
    """Return texts that are others once a right or a rule is another one.

    :rtype: list[str]
    """
    for name in ("ir.rule", "ir.model.access"):
        env[name].flush_model()
    query = SQL(
        """
        SELECT (SELECT md5(string_agg(concat_ws(',', id, model_id, active,
                                                perm_read, domain_force),
                                      ';' ORDER BY id))
                  FROM ir_rule),
               (SELECT md5(string_agg(concat_ws(',', rule_group_id, group_id),
                                      ';' ORDER BY rule_group_id, group_id))
                  FROM rule_group_rel),
               (SELECT md5(string_agg(concat_ws(',', id, active, perm_read,
                                                group_id), ';' ORDER BY id))
                  FROM ir_model_access)
        """
    )
    [marks] = env.execute_query(query)
    return [mark or "" for mark in marks]


def find_failing_rules(user_sudo, record_sudo, mode):
    """Return the rules that refuse a record to a user."""
    rules = user_sudo.env["ir.rule"].with_user(user_sudo)
    return rules._get_failing(record_sudo, mode).sudo()


def find_permitting_rules(user_sudo, record_sudo, mode):
    """Return the rules for groups that give a record to a user, with all rights."""
    rules = user_sudo.env["ir.rule"].with_user(user_sudo)
    context, groups = rules._eval_context(), user_sudo.all_group_ids
    own = Domain("id", "in", record_sudo.ids)
    records_sudo = record_sudo.with_context(active_test=False)

    def permits(rule):
        domain = Domain(safe_eval(rule.domain_force or "[]", context))
        return records_sudo.search_count(own & domain, limit=1)

    some = rules._get_rules(record_sudo._name, mode).sudo()
    return some.filtered(lambda rule: rule.groups & groups and permits(rule))
