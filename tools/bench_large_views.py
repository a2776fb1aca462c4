"""What agents look at, for `bench_large_odoo`: functions of an environment and ids.

Each asks what the web client asks for when the view is opened.
"""

from lxml import etree

PAGE = 80  # rows of a list
RELATIONS = ("many2one", "reference")


def get_specification(env, model_name, kind, xmlid=None):
    """Return which fields a view reads, as the web client says it."""
    view_id = xmlid and env.ref(f"customer_portal.{xmlid}").id
    view = env[model_name].get_views([(view_id or False, kind)])
    arch = etree.fromstring(view["views"][kind]["arch"])
    fields = env[model_name].fields_get()
    names = {
        node.get("name")
        for node in arch.iter("field")
        if not any(above.tag == "field" for above in node.iterancestors())
    }
    return {
        name: {"fields": {"display_name": {}}} if _is_relation(fields[name]) else {}
        for name in sorted(names & fields.keys())
    }


def _is_relation(description):
    return description["type"] in RELATIONS


def show_list(model_name, domain=(), order=None, xmlid=None):
    """Return what opens a list, with its first page and its count."""

    def act(env, ids):
        asked = [
            (name, operator, ids.get(value, value) if isinstance(value, str) else value)
            for name, operator, value in domain
        ]
        spec = get_specification(env, model_name, "list", xmlid)
        rows = env[model_name].web_search_read(
            asked, spec, limit=PAGE, order=order, count_limit=10001
        )
        assert isinstance(rows["length"], int)

    return act


def show_groups(model_name, groupby, aggregates=("__count",), domain=()):
    """Return what opens a graph or a grouped list; it works on all rows."""

    def act(env, _ids):
        rows = env[model_name].formatted_read_group(
            list(domain), groupby=groupby, aggregates=aggregates
        )
        return sum(row["__count"] for row in rows)

    return act


def show_form(model_name, key):
    """Return what opens a form."""

    def act(env, ids):
        spec = get_specification(env, model_name, "form")
        env[model_name].browse(ids[key]).web_read(spec)

    return act


def show_viewers(key):
    """Return what opens *Who Sees This?* of a case."""

    def act(env, ids):
        wizard = env["customer.portal.viewers"].with_context(
            active_model="project.task", active_id=ids[key]
        )
        found = wizard.create({})
        assert found.count

    return act


def complete_contact(text):
    """Return what a field for a contact proposes."""
    return lambda env, _ids: len(env["res.partner"].name_search(text, limit=8))


TOUCHPOINTS, PARTNERS = "customer.portal.touchpoint", "res.partner"
PORTAL = [("portal_user", "=", True)]
VIEWS = {
    "contacts: list": show_list(PARTNERS),
    "contacts: completion": complete_contact("person 123"),
    "portal users: list": show_list(
        PARTNERS, PORTAL, xmlid="res_partner_view_list_portal"
    ),
    "portal users: active": show_list(
        PARTNERS,
        [*PORTAL, ("portal_state", "=", "active")],
        xmlid="res_partner_view_list_portal",
    ),
    "portal users: expired": show_list(
        PARTNERS,
        [*PORTAL, ("portal_state", "=", "expired")],
        xmlid="res_partner_view_list_portal",
    ),
    "portal users: ending soon": show_list(
        PARTNERS,
        [
            *PORTAL,
            ("support_end_date", ">=", "today"),
            ("support_end_date", "<=", "today +30d"),
        ],
        xmlid="res_partner_view_list_portal",
    ),
    "portal users: never logged in": show_list(
        PARTNERS,
        [*PORTAL, ("portal_last_login", "=", False)],
        xmlid="res_partner_view_list_portal",
    ),
    "portal users: login details failed": show_list(
        PARTNERS,
        [*PORTAL, ("portal_credentials_state", "=", "failed")],
        xmlid="res_partner_view_list_portal",
    ),
    "contact: form": show_form(PARTNERS, "rare"),
    "contact: form of a busy one": show_form(PARTNERS, "emma"),
    "organization: form of the largest": show_form(PARTNERS, "emma_organization"),
    "case: form": show_form("project.task", "emma_case"),
    "touchpoints: list": show_list(TOUCHPOINTS),
    "touchpoints: of a contact": show_list(TOUCHPOINTS, [("partner_id", "=", "rare")]),
    "touchpoints: refused": show_list(TOUCHPOINTS, [("kind", "=", "refused")]),
    "touchpoints: rare kind": show_list(TOUCHPOINTS, [("kind", "=", "revoked")]),
    "attempts refused: list": show_list(TOUCHPOINTS, [("kind", "=", "denied")]),
    "invitations: list": show_list("customer.portal.invitation"),
    "invitations: sent": show_list(
        "customer.portal.invitation", [("state", "=", "sent")]
    ),
    "portal activity: list": show_list("customer.portal.origin"),
    "documents: list": show_list("customer.portal.document"),
    "promises: list": show_list("customer.portal.deadline"),
    "adoption: list": show_list("customer.portal.adoption"),
    "origin of cases: list": show_list("customer.portal.case.origin"),
    "Who Sees This?": show_viewers("emma_case"),
    "Who Sees This? of a small organization": show_viewers("rare_case"),
}
