"""Fill a database with what the portal keeps, for `bench_large_fill`."""

from .bench_rows import LARGEST, TITLE, copy


def add_touchpoints(env, number, guests):
    """Add touchpoints over a year: logins, and some of everything else.

    :param tuple guests: the id of the first portal user, and how many there are
    """
    model = env["customer.portal.touchpoint"]
    one = model.create({"partner_id": guests[0], "kind": "login", "user_id": env.uid})
    env.flush_all()
    kinds = ["login"] * 14 + ["logout", "refused", "granted", "changed", "denied"]
    copy(
        env,
        "customer_portal_touchpoint",
        one,
        number,
        partner_id=f"{guests[0]} + n % {guests[1]}",
        kind=f"(ARRAY{kinds})[1 + n % {len(kinds)}]",
        rule="'missing'",
        subject="'/my/p/cases/' || n",
        ip_address="'192.0.2.' || n % 250",
        date=f"now() - n * interval '1 year' / {number}",
    )


def add_mails(env, number, guests):
    """Add what became of emails to portal users, and their invitations."""
    rows = env["customer.portal.mail"].create(
        {"partner_id": guests[0], "kind": "login", "state": "sent"}
    )
    invitation = env["customer.portal.invitation"].create(
        {"partner_id": guests[0], "state": "accepted"}
    )
    env.flush_all()
    who = f"{guests[0]} + n % {guests[1]}"
    made = "now() - n % 170 * interval '1 day'"
    copy(
        env,
        "customer_portal_mail",
        rows,
        number,
        partner_id=who,
        kind="(ARRAY['login', 'reset', 'email_change'])[1 + n % 3]",
        date=made,
        create_date=made,
    )
    copy(
        env,
        "customer_portal_invitation",
        invitation,
        guests[1],
        partner_id=who,
        date=made,
        state="CASE n % 50 WHEN 0 THEN 'sent' ELSE 'accepted' END",
        valid_until="now() + n % 100 * interval '1 day'",
    )


def add_documents(env, number, people, contacts, organizations, cases):
    """Add documents, half of them of the largest organization; and cases' files."""
    attachment = env["ir.attachment"].create({"name": "first", "raw": b"content"})
    document = env["customer.portal.document"].create(
        {"name": "first", "attachment_id": attachment.id, "audience": "everyone"}
    )
    folders = env["customer.portal.document.folder"].create(
        [{"name": f"Folder {n}"} for n in range(10)]
    )
    env.flush_all()
    made = "now() - n * interval '1 minute'"
    files = copy(env, "ir_attachment", attachment, number, name=TITLE, create_date=made)
    first, many = contacts
    top, orgs = organizations
    copy(
        env,
        "customer_portal_document",
        document,
        number,
        name=TITLE,
        attachment_id=f"{files} + n",
        partner_id=f"CASE WHEN n % {LARGEST} = 0 THEN {people['emma'].id}"
        f" ELSE {first} + n % {many} END",
        organization_id=f"CASE WHEN n % {LARGEST} = 0 THEN {top}"
        f" ELSE {top} + n % {many} % {orgs} END",
        audience="(ARRAY['contact', 'organization'])[1 + n % 2]",
        folder_id=f"(ARRAY{folders.ids})[1 + n % 10]",
        create_date=made,
    )
    copy(
        env,
        "ir_attachment",
        attachment,
        number // 5,
        name=TITLE,
        create_date=made,
        res_model="'project.task'",
        res_id=f"{cases[0]} + n * 5 % {cases[1]}",
    )
    download = env["customer.portal.document.download"].create(
        {"attachment_id": files, "session": "0", "date": "2026-01-01"}
    )
    env.flush_all()
    copy(
        env,
        "customer_portal_document_download",
        download,
        number // 2,
        attachment_id=f"{files} + n * 7 % {number}",
        session="'s' || n",
        date="current_date - n % 300",
    )


def add_faqs(env, number):
    """Add FAQs in categories."""
    categories = env["customer.portal.faq.category"].create(
        [{"name": f"Category {place}"} for place in range(20)]
    )
    model = env["customer.portal.faq"].with_context(tracking_disable=True)
    faq = model.create({"question": "first", "is_published": True})
    env.flush_all()
    copy(
        env,
        "customer_portal_faq",
        faq,
        number,
        question=f"jsonb_build_object('en_US', {TITLE})",
        answer="jsonb_build_object('en_US', '<p>Press the button ' || n || '</p>')",
        category_id=f"(ARRAY{categories.ids})[1 + n % 20]",
        sequence="n / 10",
        is_published="n % 50 <> 0",
    )
