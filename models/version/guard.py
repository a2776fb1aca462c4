"""What lets the portal's own code write to what is live while there are drafts.

An object, not a word: whoever calls by RPC can send the key, but never the object.
"""

PUBLISHING = "customer_portal_publishing"
PUBLISHING_VALUE = object()
# Context key of screens that show the draft in place of what is live. Whoever sends it
# by RPC writes to the draft, not to what is live.
DRAFT = "customer_portal_draft"


def as_publishing(records):
    """Return records whose environment may write to what is live."""
    return records.with_context(**{PUBLISHING: PUBLISHING_VALUE})


def is_publishing(env):
    """Say whether the portal itself writes, or Odoo while it loads its apps."""
    given = env.context.get(PUBLISHING) is PUBLISHING_VALUE
    return given or not env.registry.ready


def reads_by_writing(method):
    """Have a method that Odoo knows as reading get a transaction that can write."""
    method._readonly = False
    return method
