from hashlib import sha256

from markupsafe import Markup
from werkzeug.exceptions import NotFound

from odoo.http import request, route

from ..const import COMPANY_URL
from ..models.record.ir_http import SESSION_HINT
from ..utils import ADDRESS_LENGTH, read_number
from ..utils_people import (
    HEADINGS,
    MOST_PEOPLE,
    NAME_LENGTH,
    TEXT_LENGTH,
    TooMuch,
    read_people,
)
from .company import CustomerPortalCompany

URL = f"{COMPANY_URL}/invite"
SEVERAL_URL = f"{URL}/several"
# What is sent of who is invited, and with whom.
FIELDS = ("name", "email", "profile_id", "organization_id")
# The largest file that is read, in bytes: no character has more than four.
FILE_SIZE = 4 * TEXT_LENGTH
EXAMPLE = "Emma Baker <emma@example.com>"


class CustomerPortalCompanyInvite(CustomerPortalCompany):
    """Colleagues are invited: one by a form, or several who are pasted.

    Several are shown first as they were read, and only what was shown is sent. What is
    refused stays in the form, to be corrected.
    """

    # === ONE === #

    @route(URL, type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def portal_invite(self, **_query):
        return self._render_invite({})

    @route(URL, type="http", auth="user", website=True, methods=["POST"])
    def portal_invite_one(self, **post):
        colleagues = self._get_inviting()
        given = self._get_invite_values(post)
        errors = self._get_missing_fields(given)
        if not errors:
            row = {**given, **self._read_invite_choices(given)}
            (done,) = self._send_invites(colleagues, [row])
            errors = {"email": done["text"]} if done["status"] == "refused" else {}
        if errors:
            return self._render_invite(given, errors)
        request.session[SESSION_HINT] = f"{given['name']}: {done['text']}"
        return request.redirect(COMPANY_URL, code=303)

    def _get_missing_fields(self, given):
        """Return what has to be filled in, by field."""
        env = request.env
        texts = {
            "name": env._("Please enter a name."),
            "email": env._("Please enter an email address."),
            "profile_id": env._("Please choose a profile."),
        }
        return {name: text for name, text in texts.items() if not given[name]}

    def _render_invite(self, given, errors=None):
        env = request.env
        name, email = env._("Name"), env._("Email")
        values = {
            **self._prepare_invite_values(env._("Invite a Colleague"), given, errors),
            "invite_fields": [
                {"name": "name", "label": name, "type": "text", "size": NAME_LENGTH},
                {
                    "name": "email",
                    "label": email,
                    "type": "email",
                    "size": ADDRESS_LENGTH,
                },
            ],
        }
        status = 422 if errors else 200
        return request.render("customer_portal.company_invite", values, status=status)

    # === SEVERAL === #

    @route(
        [SEVERAL_URL, f"{SEVERAL_URL}/send"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_invite_several(self, **_query):
        return self._render_several({})

    @route(SEVERAL_URL, type="http", auth="user", website=True, methods=["POST"])
    def portal_invite_check(self, **post):
        """Show what was read out of the text, before anything is sent."""
        self._get_inviting()
        given = self._get_invite_values(post)
        given["people"] = self._read_people_text(post)
        reading, error = self._read_people(given["people"])
        if error:
            return self._render_several(given, {"people": error})
        lines = self._check_people(reading.people, given)
        return self._render_several(
            given, lines=lines, ready=sum(not line["error"] for line in lines)
        )

    @route(
        f"{SEVERAL_URL}/send", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_invite_send(self, checked="", **post):
        """Invite those who were shown; who is refused stays in the form."""
        colleagues = self._get_inviting()
        given = self._get_invite_values(post)
        given["people"] = self._read_people_text(post)
        if checked != self._get_people_print(given):
            return self.portal_invite_check(**post)
        reading, error = self._read_people(given["people"])
        if error:
            return self._render_several(given, {"people": error})
        lines = self._check_people(reading.people, given)
        good = [line for line in lines if not line["error"]]
        answers = self._send_invites(colleagues, [line["row"] for line in good])
        for line, answer in zip(good, answers, strict=True):
            is_refused = answer["status"] == "refused"
            line["error" if is_refused else "result"] = answer["text"]
        left = [line["person"] for line in lines if line["error"]]
        given["people"] = reading.get_rest(left)
        return self._render_several(given, lines=lines, outcome=True)

    # --- what is read --- #

    def _read_people_text(self, post):
        """Return the text that was pasted, or that of a file.

        A longer one is cut where it is sure to be refused.
        """
        text = str(post.get("people") or "")
        file = request.httprequest.files.get("file")
        if not text.strip() and file:
            content = file.read(FILE_SIZE + 1)
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("cp1252", errors="replace")
        text = text.replace("\0", "").replace("\r\n", "\n").strip("\r\n")
        return text[: TEXT_LENGTH + 1]

    def _read_people(self, text):
        """Return the people of a text, and why they cannot be read, if so."""
        env = request.env
        try:
            reading = read_people(text, self._get_people_headings())
        except TooMuch:
            return None, env._(
                "This list is too long. Please invite up to %(number)s people at "
                "a time.",
                number=MOST_PEOPLE,
            )
        if not reading.people:
            return None, env._("Please enter at least one person.")
        return reading, None

    def _get_people_headings(self):
        """Return what columns of a table can be called, also in the visitor's words."""
        env = request.env
        own = {
            "email": env._("Email"),
            "name": env._("Name"),
            "profile": env._("Profile"),
            "organization": env._("Organization"),
        }
        return {
            kind: (*words, own[kind]) if kind in own else words
            for kind, words in HEADINGS.items()
        }

    def _check_people(self, people, given):
        """Return what each line says, and why nobody is invited by it, if so.

        Whether an address can be invited, the service says when it is done.

        :return: dicts as the template shows them, with the ``row`` for the service
        :rtype: list[dict]
        """
        colleagues = request.env["customer.portal.colleague"]
        organizations = _group_by_name(colleagues._get_organizations())
        profiles = _group_by_name(colleagues._get_profiles())
        names = {one["id"]: one["name"] for some in profiles.values() for one in some}
        chosen, texts = self._read_invite_choices(given), self._get_people_problems()
        lines = []
        for person in people:
            row = {"name": person.name, "email": person.email, **chosen}
            unknown = _choose(row, "profile_id", profiles, person.profile) or _choose(
                row, "organization_id", organizations, person.organization
            )
            if row["profile_id"] not in names:
                unknown = unknown or "profile_id"
            problem = person.problem or unknown
            lines.append(
                {
                    **person._asdict(),
                    "person": person,
                    "row": row,
                    "profile": names.get(row["profile_id"]) or person.profile,
                    "error": problem and texts[problem],
                    "result": request.env._("Ready"),
                }
            )
        return lines

    def _get_people_problems(self):
        env = request.env
        return {
            "unclear": env._("Please write: Name <email>"),
            "no_email": env._("There is no email address in this line."),
            "bad_email": env._("Please enter a valid email address."),
            "long_name": env._("This name is too long."),
            "twice": env._("This address is already in a line above."),
            "profile_id": env._(
                "You can't give this profile. Please choose another one."
            ),
            "organization_id": env._("This organization is unknown."),
        }

    # === WHAT BOTH NEED === #

    def _get_inviting(self):
        """Return the service.

        :raise NotFound: for those who may change nothing
        """
        colleagues = self._get_colleagues()
        if not colleagues._may_change():
            raise NotFound()
        return colleagues

    def _get_invite_values(self, post):
        """Return what was typed and chosen; never too long to be shown again."""
        given = {name: str(post.get(name) or "").replace("\0", "") for name in FIELDS}
        return {
            name: text.strip()[: ADDRESS_LENGTH + 1] for name, text in given.items()
        }

    def _read_invite_choices(self, given):
        """Return the ids that were chosen; whether they fit, the service says.

        Who manages one organization is not asked which.
        """
        organization = given["organization_id"]
        return {
            "profile_id": read_number(given["profile_id"]),
            "organization_id": (read_number(organization) or 0)
            if organization
            else None,
        }

    def _send_invites(self, colleagues, rows):
        """Return an answer for each row, also where none of them is done."""
        done = self._do_for_colleagues(colleagues._invite, rows)
        return [done] * len(rows) if isinstance(done, dict) else done

    def _get_people_print(self, given):
        """Return what tells whether the list is still the one that was shown."""
        parts = (*(given[name] for name in FIELDS), given["people"])
        return sha256("\0".join(parts).encode(errors="replace")).hexdigest()

    def _prepare_invite_values(self, title, given, errors):
        colleagues = self._get_inviting()
        profiles = colleagues._get_profiles()
        if len(profiles) == 1:
            given = {"profile_id": str(profiles[0]["id"]), **given}
        return {
            **self._prepare_company_values(title),
            "organizations": colleagues._get_organizations(),
            "is_watched": colleagues._is_watched(),
            "profiles": profiles,
            "given": given,
            "errors": errors or {},
        }

    def _render_several(self, given, errors=None, lines=(), ready=0, outcome=False):
        """Show the form, and what was read or done, line by line.

        :param int ready: how many can be invited now
        :param bool outcome: whether they have been
        """
        env = request.env
        title = env._("What Happened") if outcome else env._("Please Check")
        values = {
            **self._prepare_invite_values(
                env._("Invite Several Colleagues"), given, errors
            ),
            "lines": lines,
            "lines_title": title,
            "ready": ready,
            "outcome": outcome,
            "checked": ready and self._get_people_print(given),
            "send_label": self._get_send_label(ready),
            "most_characters": TEXT_LENGTH,
        }
        values["people_help"] = self._get_people_help(values["organizations"])
        status = 422 if errors else 200
        return request.render("customer_portal.company_several", values, status=status)

    def _get_send_label(self, ready):
        if ready == 1:
            return request.env._("Send 1 invitation")
        return request.env._("Send %(number)s invitations", number=ready)

    def _get_people_help(self, organizations):
        """Say what can be pasted; whose organization it is, only where there are two.

        :rtype: markupsafe.Markup
        """
        example = Markup('<span class="text-nowrap">%s</span>') % EXAMPLE
        if organizations[1:]:
            return request.env._(
                "Write lines such as %(example)s, or paste a table with a heading: "
                "name and email, and if you like also profile and organization. Up to "
                "%(most)s people at a time.",
                example=example,
                most=MOST_PEOPLE,
            )
        return request.env._(
            "Write lines such as %(example)s, or paste a table with a heading: name "
            "and email, and if you like also profile. Up to %(most)s people at a time.",
            example=example,
            most=MOST_PEOPLE,
        )


def _group_by_name(records):
    """Return records by their name as people may write it; several can have one."""
    found = {}
    for one in records:
        found.setdefault(one["name"].casefold().strip(), []).append(one)
    return found


def _choose(row, fname, by_name, name):
    """Put into a row what a line calls by its name.

    :return: the field, if the name is unknown or that of several
    :rtype: str | None
    """
    if not name:
        return None
    found = by_name.get(name.casefold(), [])
    row[fname] = found[0]["id"] if len(found) == 1 else None
    return None if len(found) == 1 else fname
