import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import OrderedSet, clean_context

from ...const import GROUP_MANAGER
from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from ..base.undone import undone
from .line import IDS
from .reason import DOUBTS, REASONS
from .reason_named import is_named
from .sight import LIMIT, UNTIL, NotInTime

_logger = logging.getLogger(__name__)

ACTIVITY_TYPE = "customer_portal.mail_activity_type_leak"
# A profile that was checked since is not checked again the same night.
NIGHT = timedelta(hours=20)
# How long a single query may take, in milliseconds.
PATIENCE = 20_000
VERDICTS = ("leak", "doubt", "reason")


class Found:
    """Records of one kind that are seen for one reason."""

    def __init__(self):
        self.ids, self.ways, self.seen_by = OrderedSet(), set(), set()
        self.number = 0  # where no record is known

    def add(self, ways, seen_by, ids=(), number=0):
        self.ids.update(ids)
        self.ways.update(ways)
        self.seen_by.add(seen_by)
        self.number = max(self.number, number)


class CustomerPortalLeakCheck(models.Model):
    """How it is done: ask what customers see, and why; undo all; write it down."""

    _inherit = "customer.portal.leak.check"

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_check(self):
        """Check what somebody has asked for, then each profile once a night."""
        progress = self.env["ir.cron"]._commit_progress
        asked = self.sudo().search([("state", "=", "running"), ("started", "=", False)])
        profiles = self._find_unchecked()
        progress(remaining=len(asked) + len(profiles))
        for check in asked:
            check._run()
            if not progress(1):
                return
        for profile in profiles:
            self._check(profile, "nightly")
            if not progress(1):
                return

    @api.model
    def _find_unchecked(self):
        """Return the profiles that were not checked this night, none if it is off."""
        since = fields.Datetime.now() - NIGHT
        domain = [("trigger", "=", "nightly"), ("started", ">", since)]
        checked = self.sudo().search(domain).profile_id
        return self.env["customer.portal.profile"].sudo().search(Domain.TRUE) - checked

    # === A CHECK === #

    @api.model
    def _check(self, profile, trigger="person", seed=None):
        """Check a profile now.

        :param seed: of chance, by which customers are chosen
        :return: the check, with all rights
        """
        check_sudo = self._start(profile, trigger)
        check_sudo._run(seed)
        return check_sudo

    @api.model
    def _check_to_publish(self, profile):
        """Check a profile that is about to be published, unless that was just done.

        :return: the check, with all rights
        """
        results = self.env["customer.portal.leak.kept"]
        kept_sudo = results._find_for(profile)
        if kept_sudo and (UNTIL in self.env.context or kept_sudo._is_completed()):
            check_sudo = self._start(profile, "publish")
            check_sudo.started = ended = kept_sudo.date
            values = {**kept_sudo.check_values, "ended": ended}
            check_sudo._finish(values, kept_sudo.line_values or [])
            return check_sudo
        check_sudo = self._check(profile, "publish")
        results._note(check_sudo)
        return check_sudo

    @api.model
    def _start(self, profile, trigger):
        values = {"profile_id": profile.id, "trigger": trigger}
        clean = clean_context(self.env.context)
        quiet = self.with_env(self.env(su=True, context=clean))
        quiet = quiet.with_context(mail_create_nolog=True)
        return quiet.create({**values, "user_id": self.env.uid})

    def _run(self, seed=None):
        """Run the check. One that fails says so, and stops no other."""
        self.ensure_one()
        self.started = fields.Datetime.now()
        self.env.flush_all()
        try:
            values, lines = self._find_lines(seed)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except NotInTime:  # Known as long as a result is, to who publishes it anyway.
            mark = self.profile_id._get_leak_fingerprint()
            values, lines = {"state": "failed", "fingerprint": mark}, []
        except Exception:
            _logger.exception("Leak check of profile %s failed", self.profile_id.id)
            values, lines = {"state": "failed"}, []
        self._finish(values, lines)

    def _finish(self, values, lines):
        """Write down what was found, and tell an administrator of leaks."""
        self.env["customer.portal.leak.line"].sudo().create(
            [{"check_id": self.id, **line} for line in lines]
        )
        self.write({"ended": fields.Datetime.now(), **values})
        self._notify_manager()

    def _find_lines(self, seed):
        """Return what to write on the check, and its lines."""
        profile = self.profile_id
        with undone(self.env):
            self.env.cr.execute(SQL("SET LOCAL statement_timeout = %s", PATIENCE))
            found, count = self._find(profile, seed)
        lines = [self._prepare_line(*item) for item in found.items()]
        lines.sort(key=lambda line: (line["sequence"], line["model_name"]))
        counts = {v: sum(1 for one in lines if one["verdict"] == v) for v in VERDICTS}
        values = {
            "state": self._get_state(counts),
            "organization_count": count,
            "fingerprint": profile._get_leak_fingerprint(),
            **{f"{v}_count": number for v, number in counts.items()},
        }
        return values, lines

    @api.model
    def _get_state(self, counts):
        if counts["leak"]:
            return "red"
        return "yellow" if counts["doubt"] else "green"

    @api.model
    def _get_verdict(self, reason):
        if reason in REASONS:
            return "reason"
        return "doubt" if reason in DOUBTS else "leak"

    def _prepare_line(self, key, found):
        code, model_name, reason = key
        modules = self.env["customer.portal.module"].sudo()
        module = modules.with_context(active_test=False).search([("code", "=", code)])
        verdict = self._get_verdict(reason)
        seen_by = "both" if len(found.seen_by) > 1 else next(iter(found.seen_by))
        return {
            "sequence": VERDICTS.index(verdict),
            "verdict": verdict,
            "module_id": module.id if code else False,
            "model_name": model_name,
            "ways": " ".join(sorted(found.ways)),
            "seen_by": seen_by,
            "reason": reason,
            "count": len(found.ids) or found.number,
            "res_ids": sorted(found.ids, reverse=True)[:IDS],
        }

    # === WHAT IS SEEN, AND WHY === #

    @api.model
    def _find(self, profile, seed):
        """Return what is seen, by module, model and reason; and how many were compared.

        :rtype: tuple[dict[tuple, Found], int]
        """
        reasons = self.env["customer.portal.leak.reason"].sudo()
        customers = reasons._choose_customers(profile, seed)
        found, owners = {}, {}
        stranger = reasons._make_stranger(profile)
        self._add(found, self._judge(stranger, self._look(stranger)), "new")
        judged = [self._judge(one, self._look(one)) for one in customers]
        for place, seen in enumerate(judged):
            for _code, *record in seen.reasons:
                owners.setdefault(tuple(record), set()).add(place)
        for seen in judged:
            self._add(found, seen, "customers", lambda record: len(owners[record]) > 1)
        return found, len(customers)

    @api.model
    def _look(self, viewer):
        """Ask in the customer's name what they see.

        :raise NotInTime: where somebody waits, and has waited long enough
        """
        context = {"lang": viewer.user.lang, UNTIL: self.env.context.get(UNTIL)}
        env = self.env(user=viewer.user.id, su=False, context=context)
        return env["customer.portal.leak.sight"]._look(viewer)

    @api.model
    def _judge(self, viewer, sight):
        """Find the reason of each record that a customer sees.

        :rtype: Judged
        """
        reasons, by_kind = self.env["customer.portal.leak.reason"].sudo(), {}
        for code, model_name, res_id in sight.ways:
            by_kind.setdefault((code, model_name), []).append(res_id)
        known = {
            (*kind, res_id): reason
            for kind, ids in by_kind.items()
            for res_id, reason in reasons._find_reasons(viewer, *kind, ids).items()
        }
        judged = {
            key: reasons._get_named_reason(sight.ways[key], reason, *key)
            for key, reason in known.items()
        }
        return Judged(sight, judged)

    @api.model
    def _add(self, found, judged, seen_by, is_shared=lambda record: True):
        """Add what one customer sees; of reasons only those of what others see, too."""
        for key, reason in judged.reasons.items():
            code, model_name, res_id = key
            if self._get_verdict(reason) != "reason" or is_shared(key[1:]):
                one = found.setdefault((code, model_name, reason), Found())
                one.add(judged.sight.ways[key], seen_by, [res_id])
        for number in judged.sight.numbers:
            if key := judged.get_number_key(number):
                one = found.setdefault(key, Found())
                one.add([number.way], seen_by, number=number.number)
        for code, model_name, way in judged.sight.gaps:
            one = found.setdefault((code, model_name, "unchecked"), Found())
            one.add([way], seen_by)

    # === WHO IS TOLD === #

    def _notify_manager(self):
        """Give an administrator an activity, if there were no leaks before."""
        if self.state != "red" or self._was_red():
            return
        kind = self.env.ref(ACTIVITY_TYPE, False)
        manager = self._find_manager()
        if manager:
            check = self.with_context(lang=manager.lang)
            check.activity_schedule(
                activity_type_id=kind and kind.id,
                user_id=manager.id,
                summary=check.env._(
                    "Customers with the profile %(profile)s see what is not theirs",
                    profile=check.profile_id.name,
                ),
            )

    def _was_red(self):
        done = [("state", "in", ("green", "yellow", "red")), ("id", "<", self.id)]
        domain = [("profile_id", "=", self.profile_id.id), *done]
        return self.search(domain, limit=1).state == "red"

    def _find_manager(self):
        """Return who started it, or changed the profile last, or any administrator."""
        manager = self.env.ref(GROUP_MANAGER)
        people = self.user_id | self.profile_id.write_uid | manager.all_user_ids
        people = people.filtered(
            lambda one: one.active and one.has_group(GROUP_MANAGER)
        )
        return people.filtered(lambda one: one.id != SUPERUSER_ID)[:1]


class Judged:
    """What a customer sees, and why."""

    def __init__(self, sight, reasons):
        self.sight, self.reasons = sight, reasons
        ways = sight.ways
        self.opened = {k: r for k, r in reasons.items() if not is_named(ways[k])}

    def get_number_key(self, number):
        """Return what a number of others' records stands for.

        :return: module, model and reason; None if the records that it counts are known
            and have reasons
        """
        same = {
            reason: key
            for key, reason in self.opened.items()
            if number.model in ("", key[1]) and number.code in ("", key[0])
        }
        leaks = [one for one in same if one not in REASONS and one not in DOUBTS]
        if leaks:
            code, model_name, _id = same[leaks[0]]
            return code, model_name, leaks[0]
        known = [
            key
            for key, reason in self.opened.items()
            if number.model in ("", key[1]) and reason != "theirs"
        ]
        if len(known) >= min(number.number, LIMIT):
            return None
        return number.code, number.model, "number"
