from odoo import models

# Those of which lists read an index of their own, as PostgreSQL knows them.
SHARED_BY_ORGANIZATION = "audience IN ('organization', 'subsidiaries')"
SHARED_WITH_ALL = "audience IN ('profiles', 'everyone')"


class CustomerPortalDocument(models.Model):
    """The indexes that lists of documents read; docs/performance.md has their costs."""

    _inherit = "customer.portal.document"

    # Lists begin with these, however many documents there are: those of an
    # organization, those for all, and all of them, for the agents and for customers
    # who see the documents of thousands of subsidiaries; the newest first, or by name.
    _date_idx = models.Index("(create_date, id)")
    _name_idx = models.Index("(name, id)")
    _organization_date_idx = models.Index("(organization_id, create_date, id)")
    _organization_name_idx = models.Index("(organization_id, name, id)")
    _folder_date_idx = models.Index("(folder_id, create_date, id)")
    _folder_organization_idx = models.Index(
        "(folder_id, organization_id, create_date, id)"
    )
    # What an organization shares among its contacts can be little of what it has.
    _shared_date_idx = models.Index(
        f"(organization_id, create_date, id) WHERE {SHARED_BY_ORGANIZATION}"
    )
    _shared_name_idx = models.Index(
        f"(organization_id, name, id) WHERE {SHARED_BY_ORGANIZATION}"
    )
    # So can what is for all.
    _audience_date_idx = models.Index(
        f"(audience, create_date, id) WHERE {SHARED_WITH_ALL}"
    )
    _audience_name_idx = models.Index(f"(audience, name, id) WHERE {SHARED_WITH_ALL}")
    _folder_audience_idx = models.Index(
        f"(folder_id, audience, create_date, id) WHERE {SHARED_WITH_ALL}"
    )
