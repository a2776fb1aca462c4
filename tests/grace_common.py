from datetime import timedelta

from ..models.base import lock
from ..models.gate.module_access import ACTION_NEEDS
from .native_common import NativeCommon

# How many days customers read after the end, in these tests.
GRACE = 30

# What is kept of a request that writes nothing: who tried, and with what device.
LOGS = (
    *("customer_portal_touchpoint", "customer_portal_reset", "res_device_log"),
    "res_users_log",
)


class GraceBegun:
    """Contacts whose support ended yesterday, with a profile that lets them read."""

    @classmethod
    def _begin_grace(cls, partner):
        """Let time have passed; nothing follows from it."""
        partner.portal_profile_id.grace_days = GRACE
        partner._write_without_sync(
            {
                "support_start_date": False,
                "support_end_date": cls.today - timedelta(days=1),
            }
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def setUp(self):
        super().setUp()
        # Cursors of tests share one connection, and have a way of their own to do this.
        self.patch(lock, "refuse_writing", self._make_test_cursor_read_only)

    @staticmethod
    def _make_test_cursor_read_only(cr):
        cr.rollback()
        cr.readonly = True

    def _count_changes(self):
        """Return how many rows were changed so far, by table."""
        self.env.cr.execute(
            """SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
                 FROM pg_stat_xact_user_tables
                WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND relname <> ALL(%s)""",
            (list(LOGS),),
        )
        return dict(self.env.cr.fetchall())


class GraceCommon(GraceBegun, NativeCommon):
    """Customers of all native modules, who may do everything, and are in grace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._permit_everything()
        cls.emma, cls.user = cls.partners["emma"], cls.users["emma"]
        cls._begin_grace(cls.emma)

    @classmethod
    def _permit_everything(cls):
        """Turn on all that each module offers."""
        for row in cls.profile.permission_ids:
            offers = {"see", *row.module_id._get_offers()}
            values = {
                name: action in offers or ACTION_NEEDS.get(action) in offers
                for action, name in row._get_action_fields().items()
            }
            values["records_visibility"] = row.module_id._get_possible_levels()[-1]
            row.write(values)
        lines = cls.profile.permission_ids.field_ids
        for line in lines:
            field = line.field_id
            is_written = field.in_create or field.in_edit
            line.access = "write" if is_written else "read"

    @classmethod
    def _end_grace(cls):
        """Let support go on, as if nothing had been."""
        cls.emma._write_without_sync({"support_end_date": cls.tomorrow})
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _share(self):
        """Let the customer change tasks by calls, as who shares a project does."""
        project = self.records["tasks"]["emma"].project_id
        project.privacy_visibility = "portal"
        project.collaborator_ids = [(0, 0, {"partner_id": self.emma.id})]
        self.env.flush_all()
