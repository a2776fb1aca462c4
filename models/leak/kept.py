from datetime import timedelta

from odoo import api, fields, models

# So long a result counts: what customers see also depends on the records themselves.
KEPT = timedelta(minutes=10)
# Context key: where the results of checks go that are undone. Not the transaction's
# cache, which is emptied with all that is undone.
KEEPING = "customer_portal_leak_keeping"
# What a check and its lines say, beside when and by whom.
CHECK_NAMES = ("state", "organization_count", "fingerprint")
CHECK_NAMES += ("leak_count", "doubt_count", "reason_count")
LINE_NAMES = ("sequence", "verdict", "model_name", "ways", "seen_by", "reason")
LINE_NAMES += ("count", "res_ids")


class Results(list):
    """What checks have found: an object, which nobody can send by RPC."""


class CustomerPortalLeakKept(models.TransientModel):
    """What the check of a draft has found, for those who publish it a moment later.

    The dialog checks a draft and undoes all of it. To publish it would take as long
    again, so what was found is used if all that decides what customers see is as it was
    then. Only the server reads and writes it, so nobody publishes what was not checked.
    """

    _name = "customer.portal.leak.kept"
    _description = "Kept Result of a Leak Check"
    _order = "id DESC"

    profile_id = fields.Many2one(
        "customer.portal.profile", required=True, index=True, ondelete="cascade"
    )
    mark = fields.Char(required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    check_values = fields.Json()
    line_values = fields.Json()

    @api.model
    def _keep(self, records, work):
        """Do some work, and keep what the checks find although they are undone.

        :param records: with which it is done
        :param work: callable on them
        :return: what it returns
        """
        found = Results()
        result = work(records.with_context(**{KEEPING: found}))
        self.sudo().create(list(found))
        return result

    @api.model
    def _note(self, check):
        """Note what a check has found, if somebody keeps it and nothing went wrong."""
        found = self.env.context.get(KEEPING)
        if not isinstance(found, Results) or not check.fingerprint:
            return
        lines = check.line_ids
        found.append(
            {
                "profile_id": check.profile_id.id,
                "mark": self._make_mark(check.fingerprint),
                "check_values": {name: check[name] for name in CHECK_NAMES},
                "line_values": [self._read_line(line) for line in lines],
            }
        )

    @api.model
    def _read_line(self, line):
        values = {name: line[name] for name in LINE_NAMES}
        return {**values, "module_id": line.module_id.id}

    @api.model
    def _find_for(self, profile):
        """Return what was found of a profile as it is now, if anything was."""
        since = fields.Datetime.now() - KEPT
        mark = self._make_mark(profile._get_leak_fingerprint())
        return self.sudo().search(
            [
                ("profile_id", "=", profile.id),
                ("mark", "=", mark),
                ("date", ">=", since),
            ],
            limit=1,
        )

    @api.model
    def _forget_leaks(self):
        """Have leaks looked for again: who looks anew may have mended the records."""
        since = fields.Datetime.now() - KEPT
        kept_sudo = self.sudo().search([("date", ">=", since)])
        kept_sudo.filtered(
            lambda one: one.check_values["state"] in ("red", "failed")
        ).unlink()

    def _is_completed(self):
        return self.check_values["state"] != "failed"

    @api.model
    def _make_mark(self, fingerprint):
        """Return a mark of what was checked, and of the apps that were there."""
        return f"{self.env.registry.registry_sequence} {fingerprint}"
