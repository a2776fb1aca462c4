import re
from functools import partial

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..gate.values import REFERENCE_TYPES
from .reason_named import COMMENT, FIELD
from .sight import LIMIT, PROBES

LINKS = ("many2one", "many2many", "one2many")
TEXTS = ("char", "text", "html")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Shorter names stand in texts by chance.
NAME_LENGTH = 8


class CustomerPortalLeakSight(models.AbstractModel):
    """What the fields of a record name: Odoo reads names past the rules of records.

    Looked for among all records that the customer sees, as far as the database can
    search by the field; else in the newest ones.
    """

    _inherit = "customer.portal.leak.sight"

    @api.model
    def _get_looks(self, viewer):
        rights = self.env["customer.portal.gate"]._get_rights().values()
        made_here = [right for right in rights if not right.native]
        return [
            *super()._get_looks(viewer),
            *(look for right in made_here for look in self._get_named(viewer, right)),
            *(
                ("rpc_read", "", name, partial(self._look_at_native, viewer, name))
                for name in self._get_readable_models()
                if name in self.env["customer.portal.gate"]._get_native_models()
            ),
        ]

    @api.model
    def _get_named(self, viewer, right):
        """Return how to look at the fields and comments of a module's pages."""
        model = self.env[right.model_name]
        looks = [
            (name, partial(self._look_at_links, viewer, right, name, path))
            for name in self._get_shown_names(right)
            if (path := self._get_link_path(model._fields[name]))
        ]
        looks += [
            (name, partial(self._look_at_reference, viewer, right, name))
            for name in self._get_shown_names(right)
            if model._fields[name].type in REFERENCE_TYPES
        ]
        texts = [n for n in self._get_shown_names(right) if self._is_made(model, n)]
        looks += [(n, partial(self._look_at_text, viewer, right, n)) for n in texts]
        forms = {*right.names["create"], *right.names["edit"]}
        looks += [
            (name, partial(self._look_at_choices, viewer, right, name))
            for name in sorted(forms & right.choices.keys())
        ]
        found = [
            (self._get_way(model._name, name), right.code, model._name, look)
            for name, look in looks
        ]
        if "comments" in right.actions:
            look = partial(self._look_at_authors, viewer, right)
            found.append((COMMENT, right.code, model._name, look))
        return found

    @api.model
    def _get_way(self, model_name, name):
        return f"{FIELD}{model_name}:{name}"

    # === FIELDS OF THE PORTAL'S PAGES === #

    @api.model
    def _get_shown_names(self, right):
        """Return the fields that a page shows, but for whom its records belong to."""
        uses = ("list", "detail", "group")
        shown = {right.roles["title"]}.union(*map(right.names.get, uses))
        owners = (right.partner_field, right.organization_field)
        owned = {(path or "").split(".")[0] for path in owners}
        return sorted((shown & {*right.names["read"]}) - owned)

    @api.model
    def _get_link_path(self, field):
        """Return the path to the records that a field names.

        Of a related text that is where it comes from.
        """
        if field.type in LINKS:
            return field.name
        return (field.related or "").rpartition(".")[0]

    @api.model
    def _is_made(self, model, name):
        """Say whether a text is computed, so that nobody has written it there."""
        field = model._fields[name]
        is_text = field.type in TEXTS and name != "display_name"
        return is_text and field.compute and field.readonly and not field.related

    @api.model
    def _look_at_links(self, viewer, right, name, path, sight):
        model = self.env["customer.portal.gate"]._get_model_sudo(right)
        comodel = model.browse().mapped(path)
        named = self._find_foreign(viewer, comodel)
        if named is None:
            return
        domain = self.env["customer.portal.gate"].domain(right.code)
        if self._is_searched(model, path):
            domain &= Domain(path, "any", named)
        records = model.search(domain, limit=LIMIT, order="id desc")
        ids = records.mapped(path).filtered_domain(named).ids[:LIMIT]
        sight.add(self._get_way(model._name, name), right.code, comodel._name, ids)

    @api.model
    def _find_foreign(self, viewer, comodel):
        reasons = self.env["customer.portal.leak.reason"].sudo()
        return reasons._get_named_domain(viewer, comodel._name)

    @api.model
    def _is_searched(self, model, path):
        for name in path.split("."):
            field = model._fields[name]
            if not field.store and not field.search:
                return False
            model = model.env[field.comodel_name]
        return True

    @api.model
    def _look_at_reference(self, viewer, right, name, sight):
        """Look at a field that leads to records of any model, one model at a time."""
        gate = self.env["customer.portal.gate"]
        model = gate._get_model_sudo(right)
        for model_name in sorted(gate._get_referenced_models()):
            comodel = self.env[model_name].sudo()
            named = self._find_foreign(viewer, comodel)
            if named is None:
                continue
            domain = gate.domain(right.code)
            if model._fields[name].store:
                domain &= self._make_reference_domain(model, name, comodel, named)
            records = model.search(domain, limit=LIMIT, order="id desc")
            found = [gate._get_referenced(record, name) for record in records]
            shown = comodel.union(*(o for o in found if o._name == model_name))
            ids = shown.filtered_domain(named).ids
            sight.add(self._get_way(model._name, name), right.code, model_name, ids)

    @api.model
    def _make_reference_domain(self, model, name, comodel, domain):
        """Return which records lead to some of a model, as the database keeps it."""
        field = model._fields[name]

        def to_sql(table, alias, query):
            value = table._field_to_sql(alias, name, query)
            others = comodel.with_context(active_test=False)._search(domain)
            if field.type == "many2one_reference":
                kind = table._field_to_sql(alias, field.model_field, query)
                ids = others.subselect()
                return SQL("(%s = %s AND %s IN %s)", kind, comodel._name, value, ids)
            prefix = f"{comodel._name},"
            keys = others.subselect(
                SQL("%s || %s", prefix, SQL.identifier(others.table, "id"))
            )
            return SQL("(%s IN %s)", value, keys)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _look_at_choices(self, viewer, right, name, sight):
        """Look at what a form offers, of the records of others alone."""
        gate = self.env["customer.portal.gate"]
        field = self.env[right.model_name]._fields[name]
        comodel = self.env[field.comodel_name]
        named = self._find_foreign(viewer, comodel)
        if named is None:
            return
        narrowed = right._replace(choices={name: right.choices[name] & named})
        found = gate._find_choices(narrowed, name)
        way = self._get_way(right.model_name, name)
        sight.add(way, right.code, comodel._name, found.ids[:LIMIT])

    # === TEXTS AND COMMENTS === #

    @api.model
    def _look_at_text(self, viewer, right, name, sight):
        """Look for the email addresses and names of others in what is computed."""
        found = self._find_people(viewer, self._find_newest(right), name)
        way = self._get_way(right.model_name, name)
        sight.add(way, right.code, "res.partner", found.ids)

    @api.model
    def _find_people(self, viewer, records_sudo, name):
        """Return the contacts of others whom the text of a field names."""
        text = "\n".join(filter(None, records_sudo.mapped(name)))
        partners = self.env["res.partner"].sudo()
        named = self._find_foreign(viewer, partners)
        emails = [email.lower() for email in EMAIL.findall(text)[:LIMIT]]
        found = partners.search(named & Domain("email_normalized", "in", emails))
        customers = named & Domain("portal_user", "=", True)
        some = partners.search(customers, limit=LIMIT, order="id desc")
        return found | some.filtered(lambda one: self._stands_in(one.name, text))

    @api.model
    def _stands_in(self, name, text):
        return len(name or "") >= NAME_LENGTH and name in text

    @api.model
    def _find_newest(self, right):
        gate = self.env["customer.portal.gate"]
        model = gate._get_model_sudo(right)
        return model.search(gate.domain(right.code), limit=LIMIT, order="id desc")

    @api.model
    def _look_at_authors(self, viewer, right, sight):
        """Look for other customers who have written on the newest records."""
        threads, model = self.env["customer.portal.thread"], self.env[right.model_name]
        if not isinstance(model, self.env.registry["mail.thread"]):
            return
        named = self._find_foreign(viewer, self.env["res.partner"])
        comments = threads._get_comment_domain(self._find_newest(right))
        domain = comments & Domain("author_id", "any", named)
        messages = self.env["mail.message"].sudo().search(domain, limit=LIMIT)
        reasons = self.env["customer.portal.leak.reason"].sudo()
        authors = messages.author_id.filtered(reasons._is_of_customer)
        sight.add(COMMENT, right.code, "res.partner", authors.ids)

    # === FIELDS THAT PROGRAMS READ === #

    @api.model
    def _look_at_native(self, viewer, model_name, sight):
        """Look whom the fields of the customer's own records name, as programs read."""
        paths = self.env["customer.portal.leak.reason"]._get_customer_paths(model_name)
        if not paths:
            return
        model = self.env[model_name]
        links = self._get_native_links(viewer, model, paths)
        own = Domain(paths[0], "in", viewer.partner_ids)
        by_path = dict(links.values())
        foreign = Domain.OR(
            Domain(path, "any", named)
            for path, named in by_path.items()
            if self._is_searched(model, path)
        )
        records_sudo = self._find_native(model, own & foreign)
        records_sudo |= self._find_native(model, own)
        for name, (path, named) in links.items():
            linked = records_sudo.mapped(path).filtered_domain(named)
            sight.add(self._get_way(model_name, name), "", linked._name, linked.ids)
        for name in self._get_native_texts(model):
            people = self._find_people(viewer, records_sudo, name)
            sight.add(self._get_way(model_name, name), "", people._name, people.ids)

    @api.model
    def _find_native(self, model, domain):
        """Return the newest records that programs read, with all rights."""
        found = model.sudo().search(domain, limit=PROBES, order="id desc")
        return found.sudo(False)._filtered_access("read").sudo()

    @api.model
    def _get_native_links(self, viewer, model, paths):
        """Return what programs may read that leads to records that name customers.

        Also what comes from such a record: Odoo reads that with all rights.

        :return: by name of the field, the path, and which records there are of others
        :rtype: dict[str, tuple[str, odoo.fields.Domain]]
        """
        left_out = (*models.MAGIC_COLUMNS, paths[0].split(".")[0])
        nothing_sudo = model.sudo().browse()
        found = {
            name: (path, self._find_foreign(viewer, nothing_sudo.mapped(path)))
            for name, field in sorted(model._fields.items())
            if (path := self._get_read_path(field))
            and path not in left_out
            and model._has_field_access(field, "read")
        }
        return {name: link for name, link in found.items() if link[1] is not None}

    @api.model
    def _get_read_path(self, field):
        """Return the path to the records whose names, or other values, a field tells.

        Of lists Odoo tells nothing that the customer may not read.
        """
        if field.type == "many2one":
            return field.name
        return "" if field.type in LINKS else self._get_link_path(field)

    @api.model
    def _get_native_texts(self, model):
        """Return the computed texts that programs may read."""
        return [
            name
            for name, field in sorted(model._fields.items())
            if self._is_made(model, name) and model._has_field_access(field, "read")
        ]
