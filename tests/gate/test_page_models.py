from collections import defaultdict
from inspect import unwrap

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
    "customer.portal.profile": set(),
    "customer.portal.widget": set(),
}


@tagged("post_install", "-at_install")
class TestPageModels(CustomerPortalCommon):
    """The models that make what pages show, some of which agents work with."""

    def test_pages_add_no_method_that_can_be_called_from_outside(self):
        for model_name, for_agents in ASKED.items():
            ours, core = self._get_public_names(model_name)
            with self.subTest(model_name):
                self.assertEqual(ours - core, for_agents)

    def test_no_part_of_a_model_hides_what_another_part_does(self):
        """Two methods of the same name: the first must know of the second."""
        for model_name in ASKED:
            found = defaultdict(list)
            for cls in type(self.env[model_name]).__mro__:
                if cls.__module__.startswith(OUR_MODELS):
                    for name, method in vars(cls).items():
                        if code := getattr(unwrap(method), "__code__", None):
                            found[name].append(code)
            self.assertTrue(found)
            for name, codes in found.items():
                for code in codes[:-1]:
                    with self.subTest(model_name, name=name):
                        self.assertIn("__class__", code.co_freevars)  # super()

    def _get_public_names(self, model_name):
        """Return the names of public methods that are ours, and of those of Odoo."""
        ours, core = set(), set()
        for cls in type(self.env[model_name]).__mro__:
            is_ours = cls.__module__.startswith(OUR_MODELS)
            for name, method in vars(cls).items():
                is_private = getattr(method, "_api_private", False)
                if callable(method) and not name.startswith("_") and not is_private:
                    (ours if is_ours else core).add(name)
        return ours, core

    def test_customers_read_none_of_their_records(self):
        contact = self._make_portal_contact()
        for model_name in ASKED:
            model = self.env[model_name].with_user(self._user_of(contact))
            with self.subTest(model_name):
                self.assertTrue(model._abstract or not model.has_access("read"))
