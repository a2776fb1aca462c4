from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# How many colleagues a page offers.
COLLEAGUES = 100


class CustomerPortalThread(models.AbstractModel):
    """Who of the customer's organization gets the comments of a record by email."""

    _inherit = "customer.portal.thread"

    @api.private
    def find_followers(self, module, res_id, with_colleagues=False):
        """Return who of the user's organization follows a record.

        :param bool with_colleagues: also who else could
        :return: dict with the ``names`` of others, ``is_following`` (the user), whether
            they ``may_add`` colleagues, and pairs of these; None if the user sees no
            comments there
        :rtype: dict | None
        """
        record = self._find_thread(module, res_id, "comments")
        if not record:
            return None
        followers = self._get_near_followers(record)
        own = self.env.user.sudo().partner_id
        may_add = self._may_add_colleagues(module)
        is_asked = may_add and with_colleagues
        found = is_asked and self._find_colleagues(module, record, followers)
        return {
            "names": sorted((followers - own).mapped("name")),
            "is_following": own in followers,
            "may_add": may_add,
            "colleagues": [(user.partner_id.id, user.name) for user in found or ()],
        }

    @api.private
    def add_follower(self, module, res_id, partner_id):
        """Let a colleague follow a record, who sees it in the portal anyway.

        :raise AccessError: if the user may not
        :raise UserError: if the colleague does not see it
        """
        record = self._find_thread(module, res_id, "comment")
        if not record or not self._may_add_colleagues(module):
            raise AccessError(self.env._("You are not allowed to do this."))
        followers = self._get_near_followers(record)
        users = self._find_colleagues(module, record, followers)
        user = users.filtered(lambda one: one.partner_id.id == partner_id)[:1]
        gate = self.env["customer.portal.gate"].with_user(user)
        if not user or not gate._find_for(module, res_id, "comments"):
            raise UserError(self.env._("This person can't follow this."))
        self._subscribe(record, user.partner_id)

    @api.private
    def set_following(self, module, res_id, follows):
        """Let the user follow a record, or stop following it.

        :raise AccessError: if they see no comments there
        """
        record = self._find_thread(module, res_id, "comments")
        if not record:
            raise AccessError(self.env._("You are not allowed to do this."))
        own = self.env.user.sudo().partner_id
        if follows:
            self._subscribe(record, own)
        else:
            record.message_unsubscribe(own.ids)

    # === INTERNALS === #

    @api.model
    def _find_readers(self, users, record):
        """Return who of some users reads the comments of a record.

        Those for whom the gate decides the same are one question.
        """
        gate, readers = self.env["customer.portal.gate"], users.browse()
        for code in gate._get_generated_codes(record._name):
            readers |= self._find_readers_in(code, users - readers, record)
        return readers

    @api.model
    def _find_readers_in(self, module, users, record):
        """Return who of some users reads them on the pages of one module."""
        readers = users.browse()
        for alike in self.env["customer.portal.gate"]._group_alike(users, module):
            thread = self.with_user(alike[0])
            if thread._find_thread(module, record.id, "comments"):
                readers |= alike
        return readers

    @api.model
    def _subscribe(self, record, partner):
        """Let a contact follow; who does so already, does for reasons of their own."""
        if partner in record.sudo().message_partner_ids:
            return
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        record.message_subscribe(partner.ids, [comment])
        rows = record.sudo().message_follower_ids
        rows.filtered(lambda row: row.partner_id == partner).portal_added = True

    @api.model
    def _get_near_followers(self, record):
        """Return the followers of the user's organization, and no others."""
        organization = self.env.user.sudo().partner_id.commercial_partner_id
        rows = self.env["mail.followers"].sudo()
        of_record = Domain("res_model", "=", record._name)
        of_record &= Domain("res_id", "=", record.id)
        followers = rows._search(of_record).subselect("partner_id")
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return partners.search_fetch(
            Domain("id", "in", followers)
            & Domain("commercial_partner_id", "=", organization.id),
            ["name"],
            order="id",
        )

    @api.model
    def _may_add_colleagues(self, module):
        """Say whether a user may let colleagues follow: who sees their records, too."""
        return self._is_shared(self.env["customer.portal.gate"], module, "comment")

    @api.model
    def _is_shared(self, gate, module, action):
        """Say whether somebody may do something on records of others, too.

        :param gate: of the user in question
        """
        right = gate._get_page_right(module)
        is_wide = right and right.records_visibility != "own"
        return bool(is_wide) and action in right.actions

    @api.model
    def _find_colleagues(self, module, record, followers):
        """Return portal users of the organization who see the comments of a record.

        On all records of the organization: the record may be a subsidiary's, or stay
        with an organization that the colleague does not belong to.
        """
        organization = self.env.user.sudo().partner_id.commercial_partner_id
        portal = self.env.ref("base.group_portal")
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                Domain("partner_id.commercial_partner_id", "=", organization.id)
                & Domain("all_group_ids", "in", portal.ids)
                & Domain("partner_id", "not in", followers.ids),
                limit=COLLEAGUES,
                order="name",
            )
        )
        others = (users - self.env.user)._filter_let_in()
        reading = others.filtered(lambda user: self._reads_all(module, user))
        readers = self._find_readers_in(module, reading, record)
        return reading.filtered(lambda user: user in readers)

    @api.model
    def _reads_all(self, module, user):
        """Say whether a colleague reads comments on all records of the organization."""
        gate = self.env["customer.portal.gate"].with_user(user)
        return self._is_shared(gate, module, "comments")
