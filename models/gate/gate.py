from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import DEFAULT_SCOPES
from ..base.cache import FOUND, get_organizations
from ..base.snapshot_cache import snapshot_cache

# Levels of records visibility at which colleagues see the same.
SHARED_LEVELS = ("organization", "subsidiaries", "everyone")
# What a list can show; None: all that is permitted.
SCOPES = (None, *dict(DEFAULT_SCOPES))
# Context key: the module of a list that shows the customer's own records alone.
MINE = "customer_portal_mine"


def put_first(contact, organization_id, theirs):
    """Tell PostgreSQL that nearly all records name the organization itself.

    So it knows from its statistics whether they are many or few. The sum is always true
    and taken to be rare. Without it, of two million cases the hundred of a small
    organization took 900 ms, and counting those of a large one 270 ms; now both take
    less than 10.

    :param SQL contact: that a record names
    :param SQL theirs: whether it is any of the organization's contacts
    """
    return SQL(
        "(%(contact)s = %(id)s OR (%(contact)s + 0 = %(contact)s AND %(theirs)s))",
        contact=contact,
        id=organization_id,
        theirs=theirs,
    )


class CustomerPortalGate(models.AbstractModel):
    """The only code that decides what a customer may see or do.

    Everything asks here, and is answered with domains and plain values, never with
    records that carry rights. Unknown and forbidden are the same: nothing.

    It answers for the user of the environment; ``with_user(user)`` asks for another
    one. In what follows, ``module`` is the code of a module, and ``scope`` is
    ``"mine"``, ``"all"`` or None for all that is permitted. No method can be called by
    RPC.
    """

    _name = "customer.portal.gate"
    _description = "Customer Portal Gate"

    # === WHAT MAY BE DONE === #

    @api.private
    def may(self, module, action="see"):
        """Say whether a user may do something in a module at all.

        :param str action: one of those of ``customer.portal.permission``
        :rtype: bool
        """
        right = self._get_right(module)
        return bool(right) and self._allows(right, action)

    @api.private
    def domain(self, module, scope=None):
        """Return which records of a module a user sees.

        :return: a domain on the module's model; nothing where nothing is permitted
        :rtype: odoo.fields.Domain
        """
        right = self._get_right(module)
        if not right or scope not in SCOPES:
            return Domain.FALSE
        level = "own" if scope == "mine" else right.records_visibility
        found, key = self._get_found(), ("domain", self.env.uid, module, level)
        if key not in found:
            found[key] = self._get_domain(*self._get_domain_key(module, level))
        return found[key]

    @api.private
    def fields(self, module, mode="read"):
        """Return the fields of a module that a user may read, list, search, write...

        :param str mode: ``read``, ``list``, ``detail``, ``write``, ``create``,
            ``edit``, ``required``, ``search``, ``group`` or ``sort``
        :return: names in the order of the module
        :rtype: tuple
        """
        right = self._get_rights().get(module)
        if not right:
            return ()
        return right.names.get(mode, ())

    @api.private
    @contextmanager
    def record_cache(self):
        """Look a record up once for all sections of its page.

        For what only reads: within, what the user sees is taken not to change. Without
        it the page of a case took 12 percent longer, and 20 queries instead of 17.
        """
        if FOUND in self.env.cr.cache:  # All of a page is within one already.
            yield
            return
        found = self.env.cr.cache.setdefault(FOUND, {})
        try:
            yield
        finally:
            found.clear()
            self.env.cr.cache.pop(FOUND, None)

    # === INTERNALS === #

    @api.model
    def _get_domain_key(self, module, level):
        """Return all that decides which records a user sees."""
        partner = self.env.user.sudo().partner_id
        return (
            self._get_profile_id(),
            module,
            level,
            partner.id,
            partner.commercial_partner_id.id,
            tuple(self.env.user.sudo()._get_company_ids()),
        )

    @api.model
    def _group_alike(self, users, module):
        """Group the users who see the same records of a module, and may do the same.

        :return: records of users
        :rtype: list
        """
        return list(
            users.grouped(lambda u: self.with_user(u)._get_sight(module)).values()
        )

    @api.model
    def _get_sight(self, module):
        """Return what decides about the records of a module, the same for colleagues.

        Levels that are not known here are taken to depend on the contact.
        """
        right = self._get_rights().get(module)
        if not right:
            return None
        level = right.records_visibility
        profile_id, *key, partner_id, organization_id, company_ids = (
            self._get_domain_key(module, level)
        )
        own_id = None if level in SHARED_LEVELS else partner_id
        return profile_id, *key, own_id, organization_id, company_ids

    @api.model
    @snapshot_cache(
        "profile_id", "module", "level", "partner_id", "organization_id", "company_ids"
    )
    def _get_domain(
        self, profile_id, module, level, partner_id, organization_id, company_ids
    ):
        """Keep what is asked several times a page; the key holds all that decides."""
        key = profile_id, module, level, partner_id, organization_id, company_ids
        right = self._get_profile_rights(profile_id)[module]
        domain = Domain.AND(self._get_domain_parts(*key).values())
        return domain.optimize(self.env[right.model_name].sudo())

    @api.model
    def _get_domain_parts(
        self, profile_id, module, level, partner_id, _organization_id, company_ids
    ):
        """Return what a record must match to be seen, each by what decides it.

        :rtype: dict[str, odoo.fields.Domain]
        """
        right = self._get_profile_rights(profile_id)[module]
        partner = self.env["res.partner"].sudo().browse(partner_id)
        return {
            "filter": right.domain,
            "level": self._get_visibility_domain(partner, right, level),
            "company": self._get_company_domain(company_ids, right.model_name),
        }

    @api.model
    def _get_visibility_domain(self, partner, right, level):
        """Return which records a level of records visibility reaches.

        Without a path to the contact nobody sees any record, but for a catalogue. On
        Odoo's own pages the wider levels are what Odoo shows by itself.
        """
        path = right.partner_field
        if level == "everyone" or (right.native and level == "subsidiaries"):
            return Domain.TRUE
        if not path or not partner:
            return Domain.FALSE
        organization = partner.commercial_partner_id
        if level == "own":
            return self._get_own_domain(partner, right)
        if level == "organization":
            return self._get_organization_domain(right, organization.id)
        if level == "subsidiaries":
            return self._get_family_domain(
                right.model_name, right.organization_field or path, organization.id
            )
        return Domain.FALSE  # No other level is known.

    @api.model
    def _get_own_domain(self, partner, right):
        """Return the contact's own records: those of the organization they are in now.

        What was made for an organization they have left stays with it.
        """
        own = Domain(right.partner_field, "in", partner.ids)
        if right.organization_field:
            organization_id = partner.commercial_partner_id.id
            own &= self._get_organization_domain(right, organization_id)
        return own

    @api.model
    def _get_organization_domain(self, right, organization_id):
        """Return the records of an organization's contacts, those of its own included.

        By what a record says of its organization, if it says anything. Not by Odoo's
        join with the contacts, with which PostgreSQL takes twice as long to plan each
        of the searches of a page.
        """
        whole_path = right.organization_field or right.partner_field
        *way, fname = whole_path.split(".")
        model = self.env[right.model_name]
        for name in way:
            model = self.env[model._fields[name].comodel_name]
        field = model._fields[fname]
        if field.type == "many2one" and field.store:
            domain = self._make_organization_domain(
                fname, organization_id, bool(right.organization_field)
            )
            return Domain(".".join(way), "any", domain) if way else domain
        commercial = "commercial_partner_id"
        path = commercial if fname == "id" else f"{whole_path}.{commercial}"
        return Domain(path, "in", [organization_id])

    @api.model
    def _make_organization_domain(self, fname, organization_id, is_organization=False):
        """Compare a field with all contacts of an organization, fetched once a search.

        The domain is cached, so nothing in it may hold records.

        :param bool is_organization: whether the field mostly holds organizations
        """

        def to_sql(model, alias, query):
            commercial = model.env["res.partner"]._fields["commercial_partner_id"]
            contact = model._field_to_sql(alias, fname, query)
            # Itself comes first: to look for it twice reads a large index twice.
            others = SQL("AND id <> %s", organization_id) if is_organization else SQL()
            theirs = SQL(
                "%s = ANY(ARRAY(SELECT id FROM res_partner WHERE %s = %s %s))",
                contact,
                SQL.identifier(commercial.name, to_flush=commercial),
                organization_id,
                others,
            )
            if is_organization:
                theirs = put_first(contact, organization_id, theirs)
            return SQL("(%s IS NOT NULL AND %s)", contact, theirs)

        def is_theirs(record):
            gate = record.env["customer.portal.gate"]
            return record[fname].id in gate._get_organization_ids(organization_id)

        return Domain.custom(to_sql=to_sql, predicate=is_theirs)

    @api.model
    def _get_organization_ids(self, organization_id):
        """Look the contacts of an organization up once a transaction.

        To compare records that are read already, each of which would ask for its own:
        80 queries for 80 records, and 13 times as long.

        :rtype: frozenset[int]
        """
        families = get_organizations(self.env.cr)
        key = "organization", organization_id
        if key not in families:
            partners = self.env["res.partner"].sudo().with_context(active_test=False)
            domain = [("commercial_partner_id", "=", organization_id)]
            families[key] = frozenset(partners.search(domain).ids)
        return families[key]

    @api.model
    def _get_company_domain(self, company_ids, model_name):
        """Keep a user to the companies they belong to, as Odoo's own rules do."""
        field = self.env[model_name]._fields.get("company_id")
        if not field or not field.store or field.comodel_name != "res.company":
            return Domain.TRUE
        return Domain("company_id", "in", [*company_ids, False])

    @api.model
    def _get_order(self, right, order):
        words = (order or "").split()
        if (
            words
            and words[0] in right.names["sort"]
            and words[1:] in ([], ["asc"], ["desc"])
        ):
            return f"{order}, id"
        return right.order

    @api.model
    def _get_model_sudo(self, right):
        """Return the model with all rights, in the name of the user.

        The user is the author of what they change, also when somebody else looks over
        their shoulder.
        """
        return self.env[right.model_name].sudo()

    @api.model
    def _get_found(self):
        """Return where answers are kept while looking once; else nothing is kept.

        Keys begin with what is kept and name the user: no answer is another one's.
        """
        return self.env.cr.cache.get(FOUND, {})

    @api.model
    def _get_visible_records(self, right, ids, fnames=()):
        """Return those of some records that the user sees; the only way to get any.

        :param fnames: fields to fetch with them
        """
        ids = tuple(res_id for res_id in ids if self._is_id(res_id))
        if self._get_recorder():
            key = self._get_domain_key(right.code, right.records_visibility)
            self._note_records(right, self._get_domain_parts(*key))
        found = self._get_found()
        key = self.env.user.id, right.code, ids
        if key not in found:
            domain = Domain("id", "in", ids) & self.domain(right.code)
            records = self._get_model_sudo(right).search_fetch(domain, fnames)
            found[key] = records.browse(
                res_id for res_id in ids if res_id in records._ids
            )
        return found[key]
