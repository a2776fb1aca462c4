"""`make scale`: what must hold at once, though the replica lags by seconds."""

import re
import time
import uuid

from . import scale_programs
from .scale_client import Client
from .scale_servers import DATABASE

DELAY = 5
# Of the customers: what is changed of them (passwords, periods) stays so.
USED = 7
CASES = "/my/p/cases"
# How often a page is asked after a change, to meet both workers of a server.
TRIES = 4


def run(place):
    """Own writes, ended access and changed rights, with a replica 5 seconds late."""
    logins = list(place.facts["customers"])[:USED]
    _warm(place, logins[:2])
    place.replica.delay(DELAY)
    try:
        _check_lag(place, logins[0])
        for first, second in (
            (place.first, place.second),
            (place.second, place.first),
        ):
            _check_own_writes(place, logins[0], first, second)
        _check_password(place, logins[1])
        _check_rights(place, logins[2])
        _check_ends(place, logins[3:5])
        scale_programs.check(place, _admin(place), logins[5:7], _settle)
    finally:
        place.replica.delay(0)
        place.replica.wait()


def _log_in(place, login, address=None):
    return Client(address or place.first, login, place.facts["password"])


def _admin(place):
    return Client(place.first, "admin", place.facts["password"])


def _warm(place, logins):
    """Open pages on each worker, so that all caches are full."""
    for login in logins:
        client = _log_in(place, login)
        for address in (place.first, place.second):
            for _number in range(TRIES):
                client.get(CASES, address)
                client.get(f"{CASES}/new", address)


def _check_lag(place, login):
    """Show that the replica lags: else the rest proves nothing."""
    client, title = _log_in(place, login), _name()
    case = _make_case(client, title, place.first)
    found = "SELECT count(*) FROM project_task WHERE id = %s"
    [(seen,)] = place.replica.query(found, [case], database=DATABASE)
    place.check(seen == 0, "the replica does not have a case that was just made")
    time.sleep(DELAY + 2)
    [(seen,)] = place.replica.query(found, [case], database=DATABASE)
    place.check(seen == 1, f"the replica has it {DELAY + 2} s later")


def _name():
    return f"scale {uuid.uuid4().hex[:12]}"


def _make_case(client, title, address):
    """Make a case by the form, and return its id."""
    form = client.get(f"{CASES}/new", address).text
    extra = re.search(r'name="_token" value="([^"]+)"', form)
    values = {"_token": extra[1]} if extra else {}
    answer = client.post(f"{CASES}/new", address, name=title, **values)
    if answer.status_code != 303:
        return 0
    return int(answer.headers["Location"].rsplit("/", 1)[1].split("?")[0].split("#")[0])


def _check_own_writes(place, login, first, second):
    """Write on one server and look on both, again and again."""
    client = _log_in(place, login, first)
    surprises = []

    def look(path, text, what):
        for address in (second, first) * 2:
            page = client.get(path, address)
            if page.status_code != 200 or text not in page.text:
                surprises.append((what, path, page.status_code, address))

    title, comment = _name(), _name()
    case = _make_case(client, title, first)
    look(f"{CASES}/{case}", title, "new case")
    look(CASES, title, "list")
    client.post(f"{CASES}/{case}/comment", first, body=comment)
    look(f"{CASES}/{case}", comment, "comment")
    file = f"{_name()}.txt".replace(" ", "-")
    files = {"files": (file, b"scale", "text/plain")}
    client.post(f"{CASES}/{case}/upload", first, files=files)
    look(f"{CASES}/{case}", file, "upload")
    _look_at_profile(client, first, look)
    _look_at_vote(place, client, first, look)
    place.check(not surprises, f"own writes are found on both ({first})", surprises)


def _look_at_profile(client, address, look):
    """Change the phone on the profile."""
    phone = f"+32 2 {uuid.uuid4().int % 10**7:07}"
    form = client.get("/my/profile?edit=contacts", address).text
    values = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    values.pop("csrf_token", None)
    client.post("/my/profile/contacts", address, **{**values, "phone": phone})
    look("/my/profile", phone, "profile")


def _look_at_vote(place, client, address, look):
    """Vote on a FAQ."""
    path = f"/my/faq/{place.facts['faq']}"
    client.post(f"{path}/vote", address, helpful="yes")
    look(path, 'aria-pressed="true"', "vote")
    client.post(f"{path}/vote", address, helpful="no")
    look(path, "btn-secondary", "vote")


def _check_password(place, login):
    """Change a password: the session goes on, and the new one is known at once."""
    client, password = _log_in(place, login), f"{place.facts['password']} 2"
    elsewhere = _log_in(place, login)
    _warm_one(place, elsewhere)
    _settle()
    names = {"old": place.facts["password"], "new1": password, "new2": password}
    answer = client.post("/my/profile/password", **names)
    pages = [client.get("/my/profile", a) for a in (place.second, place.first) * 2]
    codes = [answer.status_code, *(page.status_code for page in pages)]
    place.check(codes == [303, 200, 200, 200, 200], "a new password keeps the session")
    codes = [elsewhere.get(CASES, a).status_code for a in (place.second, place.first)]
    place.check(codes == [303, 303], "it ends that of another browser", codes)
    for address, name in ((place.second, "second"), (place.first, "first")):
        try:
            Client(address, login, password)
            error = ""
        except (AssertionError, TypeError) as reason:
            error = f"refused: {reason}"
        place.check(not error, f"it opens the door of the {name} server", error)


def _check_rights(place, login):
    """Have an administrator take rights away and give them again."""
    client, admin = _log_in(place, login), _admin(place)
    row = [place.facts["row"]]
    _warm(place, [login])

    def write(**values):
        admin.call("customer.portal.permission", "write", row, values)

    for address, name in ((place.second, "other"), (place.first, "same")):
        form = client.get(f"{CASES}/new", address)
        assert form.status_code == 200, form.status_code
        for can_create, code in ((False, 404), (True, 303)):
            write(can_create=can_create)
            codes = [
                client.post(f"{CASES}/new", address, name=_name()).status_code
                for _number in range(TRIES)
            ]
            text = f"can_create = {can_create} holds for forms of the {name} server"
            place.check(set(codes) == {code}, text, codes)
            _settle()
        for visible, code in ((False, 404), (True, 200)):
            write(visible=visible)
            codes = [client.get(CASES, address).status_code for _n in range(TRIES)]
            text = f"visible = {visible} holds for pages of the {name} server"
            place.check(set(codes) == {code}, text, codes)
            _settle()


def _settle():
    """Let the replica have everything, so that the next change is one by itself."""
    time.sleep(DELAY + 1)


def _check_ends(place, logins):
    """End the access of two customers, each in another way, in the backend."""
    admin = _admin(place)
    yesterday = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86400))
    ends = {
        "Portal User unticked": {"portal_user": False},
        "period ended": {
            "support_start_date": "2020-01-01",
            "support_end_date": yesterday,
        },
    }
    for login, (way, values) in zip(logins, ends.items(), strict=True):
        client = _log_in(place, login)
        _warm_one(place, client)
        _settle()
        [partner] = admin.call("res.partner", "search", [["email", "=", login]])
        admin.call("res.partner", "write", [partner], values)
        codes = {
            (name, page.status_code)
            for name, address in (("b", place.second), ("a", place.first))
            for page in (
                client.post(f"{CASES}/new", address, name=_name()),
                *(client.get(CASES, address) for _number in range(TRIES)),
                client.get(f"/my/documents/{place.facts['file']}/download", address),
            )
        }
        is_over = all(code != 200 for _name, code in codes)
        text = f"access ends at the next request on both servers: {way}"
        place.check(is_over, text, codes)


def _warm_one(place, client):
    for address in (place.first, place.second) * TRIES:
        page = client.get(CASES, address)
        assert page.status_code == 200, page.status_code
