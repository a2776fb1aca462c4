from unittest.mock import patch

from odoo.tests import tagged

from ..common import takes_long
from ..effect_common import VIEWERS, EffectCommon


@tagged("post_install", "-at_install")
class TestEffect(EffectCommon):
    """What a change does: records, files, fields, actions, and what to look at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.effect = cls.effect.with_user(cls.manager)
        for task, name in zip(cls.tasks, (*VIEWERS, *VIEWERS), strict=True):
            task.partner_id = cls.partners[name]
        cls.env.flush_all()

    def _try(self, code="tried", **values):
        """Return the effect on a module of values of its permission."""
        row = self.profile.permission_ids.filtered(
            lambda one: one.module_id.code == code
        )
        effect = self.effect._try(lambda: row.write(values))
        return effect, self._module_effect(effect, code)

    def _kinds(self, effect):
        return {one.kind: one.names for one in self.effect._get_warnings(effect)}

    @takes_long
    def test_a_change_of_nothing_has_no_effect(self):
        effect, found = self._try(records_visibility="own")
        self.assertFalse(found)
        self.assertEqual(effect.modules, ())

    def test_a_wider_level_shows_each_contact_the_records_of_their_colleagues(self):
        _effect, found = self._try(records_visibility="organization")
        # Ben and Carla belong to one organization, with two records each.
        self.assertEqual(found.gained[:5], (4, 0, 2, 1, 4))
        self.assertEqual(found.lost.records, 0)
        branch = self.partners["branch"].id
        self.assertEqual(found.organizations, ((branch, 2, 4, 0),))
        self.assertEqual(found.contacts, len(VIEWERS))

    def test_contacts_out_of_their_period_are_counted_and_said_apart(self):
        self._expire(self.partners["ben"])
        _effect, found = self._try(records_visibility="organization")
        self.assertEqual(found.gained.contacts, 2)
        self.assertEqual((found.contacts, found.contacts_now), (6, 5))

    def test_contacts_without_a_profile_have_the_default_one(self):
        default = self.env["customer.portal.profile"]._get_default()
        self.partners["emil"].portal_profile_id = False
        row = self._row_of(default)
        effect = self.effect._try(
            lambda: row.write({"visible": True, "records_visibility": "own"})
        )
        found = self._module_effect(effect, profile=default)
        ids = [one.organization_id for one in found.organizations]
        self.assertIn(self.partners["other"].id, ids)

    def test_a_module_that_is_hidden_takes_records_files_fields_and_actions(self):
        self.row.show_documents = True
        self.env["ir.attachment"].create(
            {
                "name": "plan",
                "raw": b"plan",
                "res_model": "project.task",
                "res_id": self.tasks[0].id,
            }
        )
        _effect, found = self._try(visible=False)
        self.assertEqual((found.lost.records, found.lost.files), (12, 1))
        self.assertEqual(found.gained.records, 0)
        lost = {one.name: one.lost for one in found.fields}
        self.assertEqual(set(lost), {"name", "priority", "date_deadline"})
        self.assertIn("search", lost["priority"])
        self.assertIn(("documents", False), found.actions)
        self.assertEqual(len(found.lost.examples), 10)

    def test_a_module_that_gets_another_model_takes_all_and_shows_all(self):
        def change():
            self.module.write(
                {
                    "model_name": "project.project",
                    "domain": "[]",
                    "field_ids": [(2, line.id) for line in self.module.field_ids[1:]],
                }
            )

        self.projects[0].partner_id = self.partners["alone"]
        effect = self.effect._try(change)
        models = {
            one.model_name: (one.gained.records, one.lost.records)
            for one in effect.modules
            if one.code == "tried" and one.profile_id == self.profile.id
        }
        self.assertEqual(models, {"project.task": (0, 12), "project.project": (1, 0)})

    def test_only_what_a_form_can_write_counts_as_written(self):
        line = self.row.field_ids.filtered(lambda one: one.field_id.name == "name")
        line.access = "read"
        effect = self.effect._try(
            lambda: (line.write({"access": "write"}), self.row.write({"can_edit": 1}))
        )
        found = self._module_effect(effect)
        self.assertEqual(found.fields, (("name", ("write",), ()),))
        self.assertEqual(found.actions, (("edit", True),))
        kinds = self._kinds(effect)
        self.assertEqual(kinds, {"write": ("name",), "action": ("edit",)})

    def _place(self, name, **values):
        """Return which uses change when a module shows a field elsewhere."""
        line = self.module.field_ids.filtered(lambda one: one.name == name)
        effect = self.effect._try(lambda: line.write(values))
        return effect, self._module_effect(effect)

    def test_a_field_that_no_page_shows_any_more_vanishes(self):
        _effect, found = self._place("date_deadline", in_detail=False)
        self.assertEqual(found.fields, (("date_deadline", (), ("read",)),))
        _effect, found = self._place("name", in_list=False)
        self.assertEqual(found.fields, ())  # The record still shows it.

    def test_a_field_that_a_page_begins_to_show_becomes_visible_with_a_warning(self):
        line = self.module.field_ids.filtered(lambda one: one.name == "date_deadline")
        line.in_detail = False
        effects = self.registry["customer.portal.effect"]
        with patch.object(effects, "_is_sensitive", lambda _effects, _field: True):
            effect, found = self._place("date_deadline", in_list=True)
            self.assertEqual(self._kinds(effect), {"field": ("date_deadline",)})
        self.assertEqual(found.fields, (("date_deadline", ("read",), ()),))

    def test_what_may_be_read_is_named_though_no_list_or_form_shows_it(self):
        """Updates tell of its changes, and charts and sorting of its values."""
        line = self.module.field_ids.filtered(lambda one: one.name == "date_deadline")
        line.in_detail = False
        right = self.row.field_ids.filtered(lambda one: one.field_id == line)
        effect = self.effect._try(lambda: right.write({"access": "hidden"}))
        found = self._module_effect(effect)
        self.assertEqual(found.fields, (("date_deadline", (), ("read",)),))

    def test_an_export_holds_what_no_page_shows(self):
        line = self.module.field_ids.filtered(lambda one: one.name == "date_deadline")
        line.in_detail = False
        _effect, found = self._try(can_export=True)
        self.assertEqual(found.fields, (("date_deadline", ("read",), ()),))

    def test_warnings_name_what_deserves_a_second_look(self):
        effect, _found = self._try(records_visibility="everyone", can_export=True)
        kinds = self._kinds(effect)
        self.assertEqual(set(kinds), {"everyone", "export"})
        effect, _found = self._try(records_visibility="subsidiaries")
        self.assertEqual(self._kinds(effect), {"wider": ("subsidiaries",)})
        effect = self.effect._try(lambda: self.module.write({"domain": "[]"}))
        self.assertIn("filter", self._kinds(effect))

    def test_sensitive_fields_are_known_by_name_and_type(self):
        contacts, orders = (
            self.env[name]._fields for name in ("res.partner", "sale.order")
        )
        for field in (
            *(contacts[name] for name in ("email", "phone", "credit_limit", "vat")),
            *(orders[name] for name in ("amount_total", "note")),
            self.env["product.template"]._fields["standard_price"],
        ):
            self.assertTrue(self.effect._is_sensitive(field), field)
        for name in ("name", "city", "create_date"):
            self.assertFalse(self.effect._is_sensitive(contacts[name]), name)

    def test_sentences_and_warnings_use_the_words_of_the_portal(self):
        effect, found = self._try(records_visibility="organization", can_comment=True)
        texts = self.effect._describe_module(effect, found)
        wanted = "2 contacts of 1 organization will see 4 more records in Tried Tasks."
        self.assertIn(wanted, texts)
        [first, *_rest] = self.effect._say_warnings(effect)
        self.assertEqual(
            first, "Tried, Tried Tasks: Records Visibility becomes wider: Organization."
        )

    def _count_queries(self):
        """Return how many queries a review takes, what Odoo keeps being read before."""
        self._try(records_visibility="organization")
        start = self.env.cr.sql_log_count
        _effect, found = self._try(records_visibility="organization")
        return self.env.cr.sql_log_count - start, found.gained.contacts

    @takes_long
    def test_it_takes_as_many_queries_for_many_contacts_and_records_as_for_few(self):
        few, contacts = self._count_queries()
        self.assertEqual(contacts, 2)
        for number in range(5):
            self._make_portal_contact(
                f"more{number}@effect.example.com",
                portal_profile_id=self.profile.id,
                parent_id=self.partners["branch"].id,
            )
        values = {
            "project_id": self.projects[0].id,
            "partner_id": self.partners["ben"].id,
        }
        tasks = [{"name": f"More {number}", **values} for number in range(30)]
        self.env["project.task"].create(tasks)
        self.env.flush_all()
        self.assertEqual(self._count_queries(), (few, 7))

    # === PAGES OF THE PORTAL ITSELF === #

    def _seen_of(self, model_name, get_domain):
        return {
            name: set(
                self.env[model_name]
                .sudo()
                .search(get_domain(self.gate.with_user(user)))
                .ids
            )
            for name, user in self.users.items()
        }

    def _check_page(self, code, model_name, get_domain, **values):
        """Compare with the gate, asked for each contact before and after a change."""
        before = self._seen_of(model_name, get_domain)
        _effect, found = self._try(code, **values)
        row = self.profile.permission_ids.filtered(
            lambda one: one.module_id.code == code
        )
        row.write(values)
        after = self._seen_of(model_name, get_domain)
        for direction, more, less in (
            (found.gained, after, before),
            (found.lost, before, after),
        ):
            ids = {name: more[name] - less[name] for name in VIEWERS}
            self.assertEqual(direction.records, len(set().union(*ids.values())))
            self.assertEqual(direction.pairs, sum(map(len, ids.values())))
            self.assertEqual(direction.contacts, sum(map(bool, ids.values())))
        return found

    def test_faqs_of_a_profile_are_counted_for_it(self):
        faqs = self.env["customer.portal.faq"]
        known = faqs.search([])
        known.is_published = False
        faqs.create(
            [
                {"question": "All?", "is_published": True},
                {
                    "question": "Some?",
                    "is_published": True,
                    "profile_ids": self.profile.ids,
                },
                {
                    "question": "Others?",
                    "is_published": True,
                    "profile_ids": self.other_profile.ids,
                },
                {"question": "Draft?"},
                {
                    "question": "Old?",
                    "is_published": True,
                    "valid_until": self.yesterday,
                },
            ]
        )
        found = self._check_page(
            "faqs",
            "customer.portal.faq",
            lambda gate: gate._get_faq_domain(),
            visible=True,
        )
        self.assertEqual(found.gained.records, 2)

    def _add_documents(self):
        values = [
            {"audience": audience, "partner_id": self.partners[name].id}
            for name in ("anna", "ben", "carla", "dora", "emil", "group", "branch")
            for audience in ("contact", "organization", "subsidiaries")
        ]
        values += [
            {"audience": "everyone"},
            {"audience": "profiles", "profile_ids": self.profile.ids},
            {"audience": "profiles", "profile_ids": self.other_profile.ids},
            {"audience": "everyone", "is_published": False},
            {"audience": "everyone", "company_id": self.second_company.id},
        ]
        documents = self.env["customer.portal.document"]
        attachments = self.env["ir.attachment"].create(
            [{"name": f"Shared {n}", "raw": b"file"} for n in range(len(values))]
        )
        documents.create(
            [
                {"name": one.name, "attachment_id": one.id, **vals}
                for one, vals in zip(attachments, values, strict=True)
            ]
        )
        self.env.flush_all()

    @takes_long
    def test_documents_are_counted_as_they_are_shared(self):
        self._add_documents()
        steps = (
            {"visible": True, "records_visibility": "own"},
            {"records_visibility": "organization"},
            {"records_visibility": "subsidiaries"},
            {"records_visibility": "own"},
            {"visible": False},
        )
        for values in steps:
            with self.subTest(**values):
                self._check_page(
                    "documents",
                    "customer.portal.document",
                    lambda gate: gate._get_document_domain(),
                    **values,
                )

    def test_odoos_own_pages_are_counted_as_odoo_shows_them(self):
        """On the widest level, what belongs to the organization and those below it."""
        for name in ("dora", "emil", "anna"):
            order = self.env["sale.order"].create(
                {"partner_id": self.partners[name].id}
            )
            order.state = "sale"
        self.env.flush_all()
        values = {"visible": True, "records_visibility": "subsidiaries"}
        effect, found = self._try("orders", **values)
        row = self.profile.permission_ids.filtered(
            lambda one: one.module_id.code == "orders"
        )
        row.write(values)
        seen = {
            name: set(self.env["sale.order"].with_user(user).search([]).ids)
            for name, user in self.users.items()
        }
        self.assertEqual(found.gained.records, len(set().union(*seen.values())))
        self.assertEqual(found.gained.pairs, sum(map(len, seen.values())))
        texts = self.effect._describe_module(effect, found)
        self.assertIn("Odoo's own rules may show fewer of these records.", texts)

    def test_what_followers_see_is_said_to_be_counted_roughly(self):
        values = {"visible": True, "records_visibility": "subsidiaries"}
        effect, found = self._try("tasks", **values)
        texts = self.effect._describe_module(effect, found)
        self.assertIn("followers, so it can be more or fewer", " ".join(texts))

    @takes_long
    def test_products_are_counted_by_who_has_bought_them(self):
        self.env["customer.portal.module"].create(
            {
                "code": "sold",
                "name": "Sold",
                "model_name": "product.template",
                "allow_everyone": True,
                "domain": "[('name', 'like', 'Effect sold')]",
                "title_field": "name",
                "field_ids": [(0, 0, {"name": "name", "in_list": True})],
            }
        )
        products = self.env["product.template"].create(
            [{"name": f"Effect sold {n}"} for n in range(4)]
        )
        for place, name in enumerate(("ben", "anna", "emil")):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.partners[name].id,
                    "order_line": [
                        (0, 0, {"product_id": products[place].product_variant_id.id})
                    ],
                }
            )
            order.action_confirm()
        self.env.flush_all()
        for level in ("bought", "everyone"):
            found = self._check_page(
                "sold",
                "product.template",
                lambda gate: gate.domain("sold"),
                visible=True,
                records_visibility=level,
            )
            self.assertTrue(found.counted)

    def test_a_level_that_no_set_describes_is_said_and_not_counted(self):
        before = self.effect._read_rights().access
        after = {profile_id: dict(rights) for profile_id, rights in before.items()}
        right = after[self.profile.id]["tried"]
        after[self.profile.id]["tried"] = right._replace(records_visibility="odd")
        effect = self.effect._compare(before, after)
        found = self._module_effect(effect)
        self.assertFalse(found.counted)
        texts = " ".join(self.effect._describe_module(effect, found))
        self.assertIn("can't be counted", texts)
