from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

from .file import SHOWN_FILE_FIELDS

# What stands in a conversation, each if its action is permitted.
SECTIONS = ("comments", "updates")
# How many entries a page has, and how many pages can be turned.
PAGE_SIZE = 30
LAST_PAGE = 50
# The module whose pages begin with what was said, not with fields.
CASES = "cases"


class CustomerPortalThread(models.AbstractModel):
    """A record as a conversation: comments and updates in one order."""

    _inherit = "customer.portal.thread"

    @api.private
    def find_entries(self, module, res_id, page=1):
        """Return a page of what was said and changed in a record, newest first.

        Of a page that does not exist, the nearest one.

        :return: dict with ``entries`` as ``find_comments`` and ``find_updates`` return
            them, with ``kind`` and ``is_new``; the number of the ``page``; ``older``:
            whether there is another page; and ``last_id``: of the last comment. None if
            the user sees neither comments nor updates
        :rtype: dict | None
        """
        sections = {
            section: record
            for section in SECTIONS
            if (record := self._find_thread(module, res_id, section))
        }
        if not sections:
            return None
        page = min(max(page, 1), LAST_PAGE)
        specs = {
            section: self._get_section(module, record, section)
            for section, record in sections.items()
        }
        found = self._find_newest(specs, page * PAGE_SIZE + 1)
        page = min(page, max(1, -(-len(found) // PAGE_SIZE)))
        shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        said = [row.id for kind, row in found if kind == "comments"]
        read = self._get_read_id(sections.get("comments"), found)
        self._fetch_shown([row for _kind, row in shown])
        return {
            "entries": [
                self._make_entry(kind, specs[kind], module, sections[kind], row, read)
                for kind, row in shown
            ],
            "page": page,
            "older": len(found) > page * PAGE_SIZE and page < LAST_PAGE,
            "last_id": max(said, default=0),
        }

    @api.private
    def find_new_entries(self, module, res_id, last_id):
        """Return the comments that came after another one, oldest first.

        :param int last_id: of the last comment of a page that is open
        :return: None if the user sees no comments there
        :rtype: list | None
        """
        record = self._find_thread(module, res_id, "comments")
        if not record:
            return None
        spec = self._get_section(module, record, "comments")
        found = spec.records.search_fetch(
            spec.domain & Domain("id", ">", last_id),
            spec.names,
            order="id",
            limit=PAGE_SIZE,
        )
        self._fetch_shown(found)
        return [
            self._make_entry("comments", spec, module, record, row, last_id)
            for row in found
        ]

    @api.private
    def mark_read(self, module, res_id, last_id):
        """Keep that the user has read a record up to a comment.

        :param int last_id: of the last comment that their page shows
        """
        if record := self._find_thread(module, res_id, "comments"):
            self._mark_read(record, last_id)

    @api.private
    def find_picture(self, module, res_id, partner_id):
        """Return an employee who has written a comment, to show their picture.

        :return: with all rights; None for everybody else
        """
        record = self._find_thread(module, res_id, "comments")
        if not record or not self.env["customer.portal.gate"]._is_id(partner_id):
            return None
        domain = self._get_comment_domain(record)
        domain &= Domain("author_id", "=", partner_id)
        message = record.env["mail.message"].search(domain, limit=1)
        partner = message.author_id
        return partner if partner and not partner.partner_share else None

    # === INTERNALS === #

    @api.model
    def _find_newest(self, specs, limit):
        """Return pairs of a section's name and a message or a change, newest first.

        :param dict specs: a ThreadSection, by the section that the user sees
        """
        found = []
        for name, spec in specs.items():
            rows = spec.records.search_fetch(
                spec.domain, spec.names, order=spec.order, limit=limit
            )
            if name == "updates":
                rows.mail_message_id.fetch(("author_id", "email_from", "date"))
            found += [(name, row) for row in rows]
        found.sort(key=lambda pair: self._get_moment(pair[1]), reverse=True)
        return found[:limit]

    @api.model
    def _fetch_shown(self, rows):
        """Read at once who has written or changed something, and which files are shown.

        Of each no more than that: a contact has 150 columns.

        :param list rows: messages, changes, and what others show
        """
        messages = self.env["mail.message"].sudo()
        said = messages.union(*(row for row in rows if row._name == messages._name))
        changed = [row for row in rows if "mail_message_id" in row._fields]
        changes = messages.union(*(row.mail_message_id for row in changed))
        self.env["customer.portal.record"]._fetch_authors((said | changes).author_id)
        said.attachment_ids.fetch(SHOWN_FILE_FIELDS)

    @api.model
    def _get_message(self, row):
        return row if row._name == "mail.message" else row.mail_message_id

    @api.model
    def _get_moment(self, row):
        """Return what puts messages and changes in order."""
        message = self._get_message(row)
        return (message.date or row.create_date, message.id, row.id)

    @api.model
    def _get_read_id(self, record, found):
        """Return the last message that the user has read, or answered.

        Nothing is looked up where others have written nothing since.
        """
        readings = self.env["customer.portal.reading"]
        own = self.env.user.sudo().partner_id
        said = [row for kind, row in found if kind == "comments"]
        answered = [row.id for row in said if row.author_id == own]
        read_id = max(readings._get_start(), *answered, 0)
        if not any(row.id > read_id for row in said):
            return read_id
        return max(read_id, readings._get_last_ids(record).get(record.id, 0))

    @api.model
    def _make_entry(self, kind, spec, module, record, row, read_id):
        """Return a comment or an update, with what a conversation shows of it."""
        entry = spec.make(module, record, row)
        author = entry["author"]
        is_comment = kind == "comments"
        if is_comment:
            author["initials"] = self._get_initials(author["name"])
            author["picture"] = self._get_picture_url(module, record, row.author_id)
        is_new = is_comment and not author["is_mine"] and row.id > read_id
        return {**entry, "kind": kind, "is_new": is_new}

    @api.model
    def _get_initials(self, name):
        words = [word for word in name.split() if word[0].isalnum()] or ["?"]
        return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper()

    @api.model
    def _get_picture_url(self, module, record, partner):
        """Return the address of an employee's picture; customers have initials."""
        if not partner or partner.partner_share:
            return None
        gate = self.env["customer.portal.gate"]
        return gate._make_page_url(module, record.id, "picture", partner.id)

    @api.model
    def _make_update(self, module, record, change):
        """Tell of a state what the customer reads elsewhere, too."""
        update = super()._make_update(module, record, change)
        right = self.env["customer.portal.gate"]._get_rights()[module]
        waiting = right.values["waiting_value"]
        field = record._fields[self._get_changed_name(record, change)]
        if waiting and field.name == right.roles["state"] and field.type == "many2one":
            for side in ("old", "new"):
                if change[f"{side}_value_integer"] == waiting:
                    update[side] = self.env["customer.portal.record"]._get_state_label(
                        right, record.env[field.comodel_name].browse(waiting)
                    )
        return update


class CustomerPortalRecord(models.AbstractModel):
    """What stands above a conversation: the state in words, and how it began."""

    _inherit = "customer.portal.record"

    @api.private
    def get_expected_answer(self, module, res_id):
        """Return when the customer can expect an answer, None if nobody has said so.

        :rtype: str | None
        """
        gate = self.env["customer.portal.gate"]
        record = gate._find_for(module, res_id, "see")
        return self._get_expected_answer(record) if record else None

    @api.private
    def get_state(self, module, res_id):
        """Return the state of a record as it is stored, to tell whether it changes.

        :return: empty where there is none, or the user does not see it
        :rtype: str
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        name = right and self._get_state_name(right)
        if not name:
            return ""
        record = gate._get_visible_records(right, [res_id], [name])
        return self._get_stored(record[name]) if record else ""

    @api.model
    def _get_stored(self, value):
        """Return the id of a record, or the key of a choice, as a text."""
        stored = value.id if isinstance(value, models.BaseModel) else value
        return str(stored or "")

    @api.model
    def _get_expected_answer(self, record):
        """Return in a sentence when to expect an answer. To be extended.

        :param record: of a generated module, which the user sees
        :return: None if nothing is said
        :rtype: str | None
        """

    @api.model
    def _make_heading(self, right, record):
        """Return what a record's page says first.

        :return: dict with ``state`` in words, ``state_value`` as it is stored,
            ``is_waiting`` for the customer, and ``opening``
        :rtype: dict
        """
        name = self._get_state_name(right)
        value = name and record[name]
        stored = self._get_stored(value)
        heading = {"state": "", "state_value": stored, "opening": None}
        if value:
            label = self._get_state_label(right, value)
            heading["state"] = self._mark_value(right, record, name, label)
        waiting = right.values["waiting_value"]
        heading["is_waiting"] = bool(stored) and stored == str(waiting)
        if right.code == CASES:
            heading["opening"] = self._make_opening(right, record)
        return heading

    @api.model
    def _get_heading_names(self, right):
        names = super()._get_heading_names(right)
        if right.code != CASES:
            return names
        path = right.partner_field
        return names | {"create_date", "create_uid", *path.split(".")[:1]} - {""}

    @api.model
    def _make_opening(self, right, record):
        """Return who began a conversation, and when."""
        threads = self.env["customer.portal.thread"]
        partner = self._get_opener(right, record)
        self._fetch_authors(partner)
        author = self._make_author(partner)
        author["initials"] = threads._get_initials(author["name"])
        author["picture"] = None
        is_dated = "create_date" in right.names["read"]
        date = self._render_time(record.create_date) if is_dated else ""
        return {"author": author, "date": date}

    @api.model
    def _get_opener(self, right, record):
        """Return who has written a record: what Odoo makes of a mail, its customer."""
        user = record.create_uid
        if user and user.id != SUPERUSER_ID:
            return self._get_partners(user)
        path = right.partner_field
        return record.mapped(path)[:1] if path else self.env["res.partner"]


class CustomerPortalFile(models.AbstractModel):
    """The files of comments are linked to on the record's page, too."""

    _inherit = "customer.portal.file"

    @api.model
    def _get_file_sources(self):
        threads = self.env["customer.portal.thread"]
        sources = super()._get_file_sources()
        return {**sources, "comments": threads._get_comment_files}
