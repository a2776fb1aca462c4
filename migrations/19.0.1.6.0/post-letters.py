"""Emails about the end of support know of grace, and one has a better subject.

Templates are never updated by themselves. What an administrator has changed stays: only
what the addon wrote is replaced.
"""

from hashlib import sha1

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

# File, template, field, and what the addon wrote so far, without blanks.
FORMER = [
    ("mail_template_data", "support_end", "body_html", "58aef9b9c2c2"),
    ("mail_template_lifecycle_data", "ends_manager", "body_html", "d839b69cf2aa"),
    (
        "mail_template_lifecycle_data",
        "ends_representative",
        "body_html",
        "0c80a81c294e",
    ),
    ("mail_template_colleague_data", "colleague_decided", "subject", "5e27c879d03b"),
]


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for file_name, name, fname, digest in FORMER:
        xmlid = f"mail_template_{name}"
        template = env.ref(f"customer_portal.{xmlid}", raise_if_not_found=False)
        if template and _digest(template[fname]) == digest:
            template[fname] = _read(file_name, xmlid, fname)


def _digest(text):
    return sha1("".join((text or "").split()).encode()).hexdigest()[:12]


def _read(file_name, xmlid, fname):
    with file_open(f"customer_portal/data/{file_name}.xml", "rb") as file:
        data = etree.parse(file)
    [field] = data.xpath(f"//record[@id='{xmlid}']/field[@name='{fname}']")
    inner = (etree.tostring(child, encoding="unicode") for child in field)
    return (field.text or "") + "".join(inner)
