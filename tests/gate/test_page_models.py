from collections import defaultdict
from inspect import unwrap

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from ..common import CustomerPortalCommon

OUR_MODELS = "odoo.addons.customer_portal.models."
# What pages ask for all that they show, and what agents call of them: Odoo's own rules
# keep customers from their records.
ASKED = {
    "customer.portal.account": set(),
    "customer.portal.chart": set(),
    "customer.portal.document": {"action_open_record"},
    "customer.portal.faq": set(),
    "customer.portal.profile": {
        *("action_view_partners", "action_view_versions"),
        *("action_edit_draft", "action_review_draft", "action_publish_draft"),
        *("action_schedule_draft", "action_take_over_draft", "action_discard_draft"),
        *("action_check_leaks", "action_view_leaks"),
    },
    "customer.portal.widget": set(),
}


@tagged("post_install", "-at_install")
class TestPageModels(CustomerPortalCommon):
    """The models that make what pages show, some of which agents work with."""

    def test_pages_add_no_method_that_can_be_called_from_outside(self):
        for model_name, for_agents in ASKED.items():
            names = {
                name
                for name in self._get_own_names(model_name)
                if self._is_public(model_name, name)
            }
            with self.subTest(model_name):
                self.assertEqual(names, for_agents)

    def _get_own_names(self, model_name):
        """Return the names of methods that the addon adds to Odoo's own."""
        ours, core = set(), set()
        for cls in type(self.env[model_name]).__mro__:
            is_ours = cls.__module__.startswith(OUR_MODELS)
            names = {name for name, value in vars(cls).items() if callable(value)}
            (ours if is_ours else core).update(names)
        self.assertTrue(ours)
        return ours - core

    def _is_public(self, model_name, name):
        try:
            get_public_method(self.env[model_name], name)
        except AccessError:
            return False
        return True

    def test_no_part_of_a_model_hides_what_another_part_does(self):
        """Two methods of the same name: the first must know of the second."""
        for model_name in ASKED:
            found = defaultdict(list)
            for cls in type(self.env[model_name]).__mro__:
                if cls.__module__.startswith(OUR_MODELS) and cls._name == model_name:
                    for name, method in vars(cls).items():
                        if code := getattr(unwrap(method), "__code__", None):
                            found[name].append(code)
            self.assertTrue(found)
            for name, codes in found.items():
                for code in codes[:-1]:
                    with self.subTest(model_name, name=name):
                        self.assertIn("__class__", code.co_freevars)  # super()

    def test_customers_read_none_of_their_records(self):
        contact = self._make_portal_contact()
        for model_name in ASKED:
            model = self.env[model_name].with_user(self._user_of(contact))
            with self.subTest(model_name):
                self.assertTrue(model._abstract or not model.has_access("read"))
