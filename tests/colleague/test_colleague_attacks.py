from inspect import getmembers, isfunction

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.colleague.res_partner import GIVING
from ..colleague_common import ColleagueHttpCommon

FORGED = (0, -1, None, False, True, "1", "x", [1], 2**31, 2**70, 1.5, {"id": 1})


@tagged("post_install", "-at_install")
class TestColleagueAttacks(ColleagueHttpCommon):
    """The other organization is neither read nor changed, whatever is tried."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.others = {
            "their manager": cls.dan,
            "their worker": cls.rob,
            "their organization": cls.deco,
            "a subsidiary": cls.branch,
            "somebody of a subsidiary": cls.sue,
            "an employee": cls.agent.partner_id,
            "nobody's": partners.create({"name": "Lone", "email": "l@example.com"}),
            "archived": partners.create(
                {"name": "Old", "parent_id": cls.azure.id, "active": False}
            ),
            "an address": partners.create(
                {"name": "Dock", "parent_id": cls.azure.id, "type": "delivery"}
            ),
            "the company's own": cls.env.company.partner_id,
        }

    def _snapshot(self):
        """Return what must not change, as it is in the database."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT p.id, p.portal_user, p.portal_profile_id, p.support_start_date,
                   p.support_end_date, p.parent_id, p.active, p.email, u.active, u.login
              FROM res_partner p LEFT JOIN res_users u ON u.partner_id = p.id
             ORDER BY p.id, u.id
            """
        )
        return self.env.cr.fetchall()

    def _get_changes(self, service):
        worker = self.profiles["worker"].id
        return {
            "resend": service._resend,
            "profile": lambda one: service._change_profile(one, worker),
            "end": service._end_access,
            "restore": lambda one: service._restore_access(one, worker),
        }

    def test_contacts_out_of_reach_are_neither_read_nor_changed(self):
        before = self._snapshot()
        for by in ("emma", "ben"):
            for what, partner in self.others.items():
                for name, change in self._get_changes(self._service(by)).items():
                    with self.subTest(by=by, what=what, change=name):
                        with self.assertRaises(MissingError) as caught:
                            change(partner.id)
                        self.assertNotIn(partner.name, str(caught.exception))
        self.assertEqual(self._snapshot(), before)

    def test_unknown_and_out_of_reach_are_answered_alike(self):
        texts = set()
        gone = self.env["res.partner"].create({"name": "Gone"})
        gone.unlink()
        for partner_id in (self.rob.id, gone.id, 10**8):
            with self.assertRaises(MissingError) as caught:
                self._service()._end_access(partner_id)
            texts.add(str(caught.exception))
        self.assertEqual(len(texts), 1)

    def test_forged_ids_of_contacts_profiles_and_organizations(self):
        before = self._snapshot()
        for forged in FORGED:
            for name, change in self._get_changes(self._service()).items():
                with (
                    self.subTest(forged=forged, change=name),
                    self.assertRaises(MissingError),
                ):
                    change(forged)
            with self.subTest(profile=forged):
                with self.assertRaises(UserError):
                    self._service()._change_profile(self.ben.id, forged)
                answer = self._invite(profile_id=forged)
                self.assertEqual(answer["status"], "refused")
            if forged is not None:
                with self.subTest(organization=forged):
                    answer = self._invite(organization_id=forged)
                    self.assertEqual(answer["status"], "refused")
        for organization in (self.deco, self.branch, self.emma, self.ben):
            answer = self._invite(organization_id=organization.id)
            self.assertEqual(answer["status"], "refused")
        self.assertEqual(self._snapshot(), before)

    def test_names_and_addresses_that_would_go_into_emails_are_refused(self):
        before = self._snapshot()
        for values in (
            {"name": "Win at https://evil.example"},
            {"name": "see www.evil.example"},
            {"name": "a@b.example"},
            {"name": "<b>x</b>"},
            {"name": "x" * 101},
            {"name": "x\x00y"},
            {"email": "a@example.com, b@example.com"},
            {"email": "a@example.com\nBcc: b@example.com"},
            {"email": "@example.com"},
            {"email": f"{'x' * 300}@example.com"},
            {"email": ["a@example.com"]},
            {"email": None},
        ):
            with self.subTest(values):
                self.assertEqual(self._invite(**values)["status"], "refused")
        self.assertEqual(self._snapshot(), before)

    def test_a_profile_wider_in_one_right_is_given_by_no_way(self):
        """Which rights these are, is tested one by one with the comparison."""
        more = self.profiles["more"].id
        self._service()._end_access(self.ben.id)
        before = self._snapshot()
        self.assertEqual(self._invite(profile="more")["status"], "refused")
        self.assertEqual(
            self._invite("ida@example.com", profile="more")["status"], "refused"
        )
        with self.assertRaises(UserError):
            self._service()._restore_access(self.ben.id, more)
        self.assertEqual(self._snapshot(), before)
        self._service()._restore_access(self.ben.id)
        with self.assertRaises(UserError):
            self._service()._change_profile(self.ben.id, more)
        with self.assertRaises(UserError):
            self._service()._change_profile(self.emma.id, more)

    def test_a_profile_that_became_wider_since_is_no_longer_given(self):
        self._get_row(self.profiles["worker"]).show_documents = True
        self.assertEqual(self._invite()["status"], "refused")
        self._service()._get_list()
        with self.assertRaises(UserError):
            self._service()._end_access(self.ben.id)

    def test_a_contact_whose_profile_is_wider_is_not_brought_back_with_it(self):
        self.idle.portal_profile_id = self.profiles["more"]
        with self.assertRaises(UserError):
            self._service()._restore_access(self.idle.id)
        self.idle.portal_profile_id = False
        with self.assertRaises(UserError):
            self._service()._restore_access(self.idle.id)

    def test_who_may_not_manage_does_nothing_and_sees_nothing(self):
        cases = {
            "no right": lambda: self.profiles["leader"].write({"manage_scope": False}),
            "profile archived": lambda: self.profiles["leader"].write(
                {"active": False}
            ),
            "access ended": lambda: self.emma.write({"portal_user": False}),
            "period over": lambda: self._expire(self.emma),
            "period to come": lambda: self.emma.write(
                {"support_start_date": self.tomorrow}
            ),
        }
        for name, make in cases.items():
            with self._undone():
                make()
                with self.subTest(name):
                    self._assert_powerless(self._service())
        for user in (self.agent, self.manager, self.env.ref("base.public_user")):
            with self.subTest(user.login):
                service = self.env["customer.portal.colleague"].with_user(user)
                self._assert_powerless(service)

    def _assert_powerless(self, service):
        before = self._snapshot()
        self.assertFalse(service._may_manage())
        self.assertFalse(service._may_change())
        self.assertEqual(service._get_organizations(), [])
        self.assertEqual(service._get_profiles(), [])
        listed = service._get_list()
        self.assertEqual((listed["rows"], listed["total"]), ([], 0))
        for change in self._get_changes(service).values():
            with self.assertRaises(MissingError):
                change(self.ben.id)
        with self.assertRaises(MissingError):
            service._invite([{"name": "N", "email": "n@example.com"}])
        self.assertEqual(self._snapshot(), before)

    def test_no_method_of_the_service_can_be_called_from_outside(self):
        for model_name in ("customer.portal.colleague", "customer.portal.gate"):
            model = self.env[model_name]
            for name, _method in getmembers(type(model), isfunction):
                if name in vars(type(self.env["base"])) or name.startswith("__"):
                    continue
                module = getattr(getattr(type(model), name), "__module__", "")
                if "customer_portal.models.colleague" not in module:
                    continue
                with (
                    self.subTest(model_name, name=name),
                    self.assertRaises(AccessError),
                ):
                    get_public_method(model, name)

    def test_customers_neither_read_nor_decide_requests(self):
        self.azure.portal_approval = True
        self._service()._end_access(self.ben.id)
        request = self.requests.search([("organization_id", "=", self.azure.id)])
        theirs = request.with_user(self.user)
        for call in (
            lambda: theirs.read(["name"]),
            lambda: theirs.search([]),
            lambda: theirs.write({"state": "approved"}),
            lambda: theirs.create({"name": "x", "kind": "end"}),
            theirs.action_approve,
            theirs.action_refuse,
            lambda: self.azure.with_user(self.user).write({"portal_seats": 9}),
            lambda: self.azure.with_user(self.user).write({"portal_approval": False}),
            lambda: self.ben.with_user(self.user).write({"portal_user": False}),
            lambda: (
                self.ben.with_user(self.user)
                .with_context(**{GIVING: True})
                .write({"portal_user": False})
            ),
            lambda: self.azure.with_user(self.user).read(["portal_request_ids"]),
            lambda: (
                self.profiles["leader"]
                .with_user(self.user)
                .write({"manage_scope": "subsidiaries"})
            ),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(request.state, "open")
        self.assertTrue(self.ben.portal_user)

    @mute_logger("odoo.http")
    def test_by_rpc_and_json2_nothing_is_reached(self):
        self.azure.portal_approval = True
        self._service()._end_access(self.ben.id)
        request = self.requests.search([("organization_id", "=", self.azure.id)])
        calls = [
            ("customer.portal.colleague", name, args)
            for name, args in (
                ("_end_access", [self.rob.id]),
                ("_invite", [[{"name": "N", "email": "n@example.com"}]]),
                ("_get_list", []),
            )
        ] + [
            ("customer.portal.gate", "may_manage_colleagues", []),
            ("customer.portal.gate", "colleague_domain", []),
            ("customer.portal.colleague.request", "action_approve", [request.ids]),
            ("customer.portal.colleague.request", "action_refuse", [request.ids]),
            ("customer.portal.colleague.request", "search_read", [[]]),
            ("res.partner", "write", [self.rob.ids, {"portal_user": False}]),
            ("res.partner", "write", [self.ben.ids, {"portal_user": False}]),
            ("res.partner", "write", [self.azure.ids, {"portal_approval": False}]),
        ]
        before = self._snapshot()
        self.authenticate("emma@example.com", "correct horse battery")
        key = self._make_api_key(self.user)
        self.env.flush_all()
        for model_name, name, args in calls:
            with self.subTest(model_name, name=name):
                params = {"model": model_name, "method": name, "args": args}
                response = self.url_open(
                    "/web/dataset/call_kw",
                    json={"params": {**params, "kwargs": {}}},
                )
                self.assertIn("error", response.json())
                response = self.url_open(
                    f"/json/2/{model_name}/{name}",
                    json={"ids": args[0]} if args and name != "search_read" else {},
                    headers={"Authorization": f"Bearer {key}"},
                )
                self.assertGreaterEqual(response.status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(self._snapshot(), before)
        self.assertEqual(request.state, "open")

    def test_who_is_given_less_gives_no_more(self):
        """A chain of managers never widens: each gives what they have themselves."""
        below = self.env["customer.portal.profile"].create(
            {"name": "Below", "start_from_id": self.profiles["worker"].id}
        )
        below.write(
            {
                "manage_scope": "organization",
                "given_profile_ids": [Command.set(self.profiles["leader"].ids)],
            }
        )
        self.profiles["leader"].given_profile_ids += below
        self._service()._change_profile(self.ben.id, below.id)
        self.assertEqual(self._service("ben")._get_profiles(), [])
        answer = self._invite(by="ben", profile="leader")
        self.assertEqual(answer["status"], "refused")
        with self.assertRaises(UserError):
            self._service("ben")._end_access(self.emma.id)
