from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL


class CustomerPortalPublishing(models.AbstractModel):
    """What is published in the name of somebody, who must have the right to it.

    The gate works with all rights, so somebody has to answer for what it shows: who
    has defined it last. Their rights are checked when it is saved and whenever the
    gate uses it. Odoo itself, which installs what comes with the addon, has all.
    """

    _name = "customer.portal.publishing"
    _inherit = "customer.portal.cache.mixin"
    _description = "Customer Portal Publishing"

    # What makes whoever writes it the publisher; of the second, only what opens more.
    _definition_names = ()
    _opening_names = ()

    publisher_id = fields.Many2one(
        "res.users",
        "Published By",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The user who last defined this. Customers see it as long as this user "
        "has access to the model.",
    )

    def _init_column(self, column_name):
        """Take whoever changed it last, where nobody was known yet."""
        if column_name != "publisher_id":
            return super()._init_column(column_name)
        query = SQL(
            "UPDATE %s SET publisher_id = COALESCE(write_uid, create_uid)",
            SQL.identifier(self._table),
        )
        self.env.cr.execute(query)
        return None

    @api.model_create_multi
    def create(self, vals_list):
        uid = self._get_publishing_uid()
        return super().create([{**vals, "publisher_id": uid} for vals in vals_list])

    def write(self, vals):
        """Let nobody publish in the name of somebody else."""
        vals = {name: value for name, value in vals.items() if name != "publisher_id"}
        if not self._is_publishing(vals):
            return super().write(vals)
        result = super().write({**vals, "publisher_id": self._get_publishing_uid()})
        self._check_fits()
        return result

    def _check_fits(self):
        """Refuse what does not fit the model, and what the publisher may not show.

        :raise ValidationError: that says what to do
        """
        raise NotImplementedError

    @api.model
    def _get_publishing_uid(self):
        return SUPERUSER_ID if self.env.su else self.env.uid

    @api.model
    def _is_publishing(self, vals):
        defines = any(name in vals for name in self._definition_names)
        return defines or any(vals.get(name) for name in self._opening_names)

    def _as_publisher(self, model):
        """Return a model in the name of the publisher.

        What is not saved yet will be published by whoever is typing it.

        :return: None if there is no publisher any more
        """
        self.ensure_one()
        if not self.id:
            return model
        return model.with_user(self.publisher_id) if self.publisher_id else None

    @api.model
    def _get_nobody_problem(self):
        return self.env._(
            "The user who published this was deleted. Someone with access to the model "
            "can publish it again."
        )
