from odoo.tests import tagged

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestCustomerLanguage(CustomerPortalCommon):
    """What Odoo tells customers of, it tells them in their own language."""

    def test_a_comment_of_an_agent_is_told_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        emma = self._make_portal_contact(lang="fr_FR")
        case = self.env["project.task"].create(
            {
                "name": "The printer hums",
                "project_id": self.env.ref("customer_portal.project_cases").id,
                "partner_id": emma.id,
            }
        )
        self.env.flush_all()
        case.with_context(lang="en_US").message_post(
            body="We have a look.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=emma.ids,
        )
        text = self._mails_to(emma)[0].body_html
        self.assertIn("We have a look.", text)
        self.assertIn("Voir ", text)
        self.assertNotIn("View ", text)
