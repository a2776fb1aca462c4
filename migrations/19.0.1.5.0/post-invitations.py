"""Login details that were sent before are invitations, too."""

from odoo import SUPERUSER_ID, api

STATES = {
    "queued": "queued",
    "leaving": "queued",
    "retry": "queued",
    "sent": "sent",
    "failed": "bounced",
}


def migrate(cr, version):
    """Make an invitation of the latest login details that each contact got."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    rows = env["customer.portal.mail"].search(
        [("kind", "=", "login"), ("state", "in", list(STATES))], order="id"
    )
    known = env["customer.portal.invitation"].search([]).partner_id
    latest = {row.partner_id: row for row in rows if row.partner_id not in known}
    env["customer.portal.invitation"].create(
        [_get_values(row) for row in latest.values()]
    )


def _get_values(row):
    """Take for accepted what was used, and for expired what is no longer good.

    A link whose end was not written down then is left as it is.
    """
    partner, state = row.partner_id, STATES[row.state]
    date, login = row.date, row.partner_id.portal_last_login
    if login and state in ("sent", "bounced"):
        state, date = "accepted", max(login, date)
    elif state == "sent" and partner.signup_type != "signup":
        state = "revoked"
    values = {
        "partner_id": partner.id,
        "email": partner.email,
        "state": state,
        "date": date,
        "valid_until": row.valid_until,
        "detail": state == "bounced" and row.detail,
        "mail_row_id": row.id,
    }
    if row.state == "sent":
        values["sent_date"] = row.date
    if state not in ("queued", "sent"):
        values[f"{state}_date"] = date
    return values
