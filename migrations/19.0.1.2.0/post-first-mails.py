"""The first emails say what the portal has for a customer, and whom to ask.

Templates are never updated by themselves. What an administrator has changed stays: only
what the addon wrote is replaced.
"""

from hashlib import sha1

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

DATA = "customer_portal/data/mail_template_data.xml"
# What the addon wrote so far, without blanks.
FORMER = {
    "mail_template_login_details": {
        "subject": {"82b996f9d1c6"},
        "body_html": {"22acf1370e51", "f6e0ffab7373", "a8801fad42c4"},
    },
    "mail_template_forgot_password": {"body_html": {"cdaf3017f57e", "03a1f6f6905c"}},
    "mail_template_support_end": {"body_html": {"93abe6782a49"}},
}


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    with file_open(DATA, "rb") as file:
        data = etree.parse(file)
    for name, fields in FORMER.items():
        template = env.ref(f"customer_portal.{name}", raise_if_not_found=False)
        for fname, digests in fields.items():
            if template and _digest(template[fname]) in digests:
                template[fname] = _read(data, name, fname)


def _digest(text):
    return sha1("".join((text or "").split()).encode()).hexdigest()[:12]


def _read(data, name, fname):
    [field] = data.xpath(f"//record[@id='{name}']/field[@name='{fname}']")
    inner = (etree.tostring(child, encoding="unicode") for child in field)
    return (field.text or "") + "".join(inner)
