"""What a change does, measured inside Odoo: a program for Odoo's shell.

It goes on where `bench_fill_odoo` ends.
"""


def get_changes(row):
    """Return what is tried, by what it is called."""
    module = row.module_id
    closer = "[('project_id.privacy_visibility', '!=', False), ('priority', '=', '1')]"
    return {
        "own to organization": lambda: row.write(
            {"records_visibility": "organization"}
        ),
        "own to subsidiaries": lambda: row.write(
            {"records_visibility": "subsidiaries"}
        ),
        "own to everyone": lambda: (
            module.write({"allow_everyone": True}),
            row.write({"records_visibility": "everyone"}),
        ),
        "a narrower filter": lambda: module.write({"domain": closer}),
        "the way to the contact": lambda: module.write({"organization_field": False}),
        "no documents": lambda: row.write({"show_documents": False}),
        "hidden": lambda: row.write({"visible": False}),
    }


def review(env, title, change):
    """Return what a review takes."""
    effects = env["customer.portal.effect"]

    def work():
        effect = effects._try(change)
        effects._make_review(effect, title)
        return effect.modules

    found, taken = measure(env, work)  # noqa: F821
    return {
        "title": title,
        "gained": sum(one.gained.records for one in found),
        "lost": sum(one.lost.records for one in found),
        **taken,
    }


row = fill(env)  # noqa: F821
reviews = [review(env, *item) for item in get_changes(row).items()]  # noqa: F821
