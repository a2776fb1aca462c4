"""Case mails name cases by their number, and invite answers where mails come in.

Templates are never updated by themselves. What an administrator has changed stays: only
what the addon wrote is replaced, in each language.
"""

import re

from psycopg2.extras import Json

NAMES = ("mail_template_case_received", "mail_template_case_closed")
INVITATION = "You can answer this mail to add something to the case."
SUBJECT = (re.compile(r"#\{\{ object\.id \}\}"), "{{ object._get_portal_number() }}")
BODY = (
    re.compile(r'#<t t-out="object\.id">42</t>'),
    '<t t-out="object._get_portal_number()">#42</t>',
)
LAST_TEXT = re.compile(r"<p>(?=[^<]*</p>\s*</div>\s*$)")


def migrate(cr, _version):
    cr.execute(
        """
        SELECT template.id, template.subject, template.body_html
          FROM mail_template AS template
          JOIN ir_model_data AS data ON data.res_id = template.id
         WHERE data.model = 'mail.template' AND data.module = 'customer_portal'
           AND split_part(data.name, '_helpdesk_ticket', 1) IN %s
        """,
        [NAMES],
    )
    for res_id, subject, body in cr.fetchall():
        subject = {lang: _replace(SUBJECT, text) for lang, text in subject.items()}
        invites = INVITATION in (body or {}).get("en_US", "")
        body = {lang: _mend(text, invites) for lang, text in (body or {}).items()}
        cr.execute(
            "UPDATE mail_template SET subject = %s, body_html = %s WHERE id = %s",
            [Json(subject), Json(body), res_id],
        )


def _replace(rule, text):
    return rule[0].sub(rule[1], text)


def _mend(text, invites):
    text = _replace(BODY, text)
    if not invites:
        return text
    return LAST_TEXT.sub('<p t-if="object._takes_portal_mail()">', text)
