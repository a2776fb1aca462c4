"""Limits, and what is done once, when a customer asks many times at the same moment.

Each of them is asked of a real server, with as many requests under way at once.
"""

import ast
import http.cookiejar
import json
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tools.tests.portal_pages import wait_until

pytestmark = pytest.mark.alone

PASSWORD = "correct horse battery"
SETUP = """
from datetime import timedelta
profile = env["customer.portal.profile"].create({"name": "Everything"})
for row in profile.permission_ids:
    if row.module_id.code in ("cases", "faqs", "documents"):
        row.write({"visible": True, "can_create": True, "can_edit": True,
            "can_close": True, "show_comments": True, "can_comment": True,
            "show_documents": True})
    if row.module_id.code == "contacts":
        row.write({"visible": True, "can_edit": True})
        lines = row.field_ids.filtered(lambda line: line.field_id.in_edit)
        lines.access = "write"
profile.write({"announcement": "<p>We move</p>", "announcement_for_all": True})
users = env["res.users"]
for number in range(30):
    partner = env["res.partner"].create({"name": f"C{number}", "portal_user": True,
        "email": f"c{number}@example.com", "portal_profile_id": profile.id,
        "phone": "+32 2 111", "street": "1 Main Street", "city": "Namur",
        "zip": "5000", "country_id": env.ref("base.be").id})
    if number < 10:  # the others only have addresses
        partner.user_ids.password = "correct horse battery"
user = users.search([("login", "=", "c0@example.com")])
forms = env["customer.portal.form"]
case = forms.with_user(user).create_record("cases", {"name": "Open"})
closed = forms.with_user(user).create_record("cases", {"name": "Closed"})
forms.with_user(user).close_record("cases", closed)
faq = env["customer.portal.faq"].create({"question": "How?", "is_published": True})
document = env["customer.portal.document"].create({"name": "Plan",
    "file_name": "plan.txt", "datas": "cGxhbg==", "audience": "everyone",
    "is_published": True})
env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
print({"case": case, "closed": closed, "faq": faq.id, "profile": profile.id,
    "document": document.id, "file": document.attachment_id.id})
"""


class Client:
    """A browser without a window."""

    def __init__(self, server):
        self.url = server.url
        self.jar = http.cookiejar.CookieJar()
        handler = urllib.request.HTTPCookieProcessor(self.jar)
        self.opener = urllib.request.build_opener(handler)

    def open(self, path, **values):
        """Return the status and the text of a page; values are posted."""
        body = urllib.parse.urlencode(values).encode() if values else None
        try:
            response = self.opener.open(f"{self.url}{path}", body, timeout=180)
        except urllib.error.HTTPError as error:
            response = error
        return response.status, response.read().decode(errors="replace")

    def token(self, path="/web/login"):
        text = self.open(path)[1]
        return re.search(r'csrf_token:? ?"?[^>]*?(?:value=|: ?)"([^"]+)"', text)[1]

    def call(self, model, method, *args):
        """Call a method as the web client does, and return what it returns."""
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        return self.post_json("/web/dataset/call_kw", params)

    def post_json(self, path, params):
        body = json.dumps({"params": params}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", body, headers)
        answer = json.load(self.opener.open(request, timeout=180))
        assert "error" not in answer, answer
        return answer["result"]

    def log_in(self, login):
        values = {"login": login, "password": PASSWORD, "csrf_token": self.token()}
        status, text = self.open("/web/login", **values)
        assert status == 200
        assert 'name="password"' not in text, f"{login} was refused"
        self.csrf = self.token("/my/profile")
        return self


@pytest.fixture(scope="module")
def database(make_database):
    return make_database("parallel", ["customer_portal"])


@pytest.fixture(scope="module")
def ids(database, run_odoo_shell):
    return ast.literal_eval(run_odoo_shell(database, SETUP).strip().splitlines()[-1])


@pytest.fixture(scope="module")
def server(database, ids, module_server):
    return module_server(database)


@pytest.fixture
def ask(database, run_odoo_shell):
    """Return what an expression is in Odoo's shell."""

    def evaluate(expression):
        printed = run_odoo_shell(
            database, f"import json\nprint(json.dumps({expression}))"
        )
        return json.loads(printed.strip().splitlines()[-1])

    return evaluate


def at_once(acts):
    """Do all at the same moment; return what came of them, none of which is a 500."""
    gate = threading.Barrier(len(acts))

    def act(work):
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(acts)) as pool:
        answers = list(pool.map(act, acts))
    assert all(status < 500 for status, _text in answers)
    return answers


def post(client, path, number, **values):
    values = {"csrf_token": client.csrf, **values}
    return at_once([lambda: client.open(path, **values)] * number)


TOUCHPOINTS = (
    'env["customer.portal.touchpoint"].search_count([("kind", "=", "{kind}"),'
    ' ("partner_id.email", "=", "{email}")])'
)
LOGIN = 'env["res.users"].search([("login", "=", "c{number}@example.com")])'


SWITCH = (
    'env["customer.portal.profile"].browse({profile}).permission_ids.filtered('
    'lambda row: row.module_id.code == "cases").ids'
)


def test_a_permission_is_gone_at_once_while_others_ask(server, ask, ids, database):
    [row] = ask(SWITCH.format(**ids))
    admin = Client(server)
    params = {"db": database, "login": "admin", "password": "admin"}
    admin.post_json("/web/session/authenticate", params)
    clients = [Client(server).log_in(f"c{number}@example.com") for number in range(4)]
    done = threading.Event()

    def ask_again_and_again(client):
        while not done.is_set():
            client.open("/my/profile")

    def look_after(visible):
        rows = "customer.portal.permission"
        admin.call(rows, "write", [row], {"visible": visible})
        return clients[0].open("/my/p/cases")[0]

    with ThreadPoolExecutor(len(clients)) as pool:
        for client in clients:
            pool.submit(ask_again_and_again, client)
        try:
            seen = [(visible, look_after(visible)) for visible in (False, True) * 10]
        finally:
            done.set()
    assert all(status == (200 if visible else 404) for visible, status in seen), seen


def test_twenty_probes_at_once_learn_ten_answers(server, ask):
    client = Client(server).log_in("c1@example.com")
    values = {"csrf_token": client.csrf, "name": "C1"}
    answers = at_once(
        [
            lambda number=number: client.open(
                "/my/profile/contacts", **values, email=f"c{number + 2}@example.com"
            )
            for number in range(20)
        ]
    )
    told = [text for _status, text in answers if "This email address can" in text]
    refused = [text for _status, text in answers if "Too many attempts" in text]
    assert (len(told), len(refused)) == (10, 10), answers[0]
    known = TOUCHPOINTS.format(kind="email_requested", email="c1@example.com")
    assert ask(known) == 10


def test_a_new_address_is_confirmed_once(server, ask, database, run_odoo_shell):
    client = Client(server).log_in("c2@example.com")
    user = LOGIN.format(number=2)
    changes = 'env["customer.portal.email.change"]'
    run_odoo_shell(database, f'{changes}._ask({user}, "new2@example.com")')
    url = ask(f"{changes}._get_url({user})")
    token = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["token"][0]
    post(client, "/my/profile/email", 6, token=token)
    mails = 'env["mail.mail"].search_count([("email_to", "=", "c2@example.com"),'
    mails += ' ("subject", "ilike", "changed")])'
    moved = 'env["res.users"].search_count([("login", "=", "new2@example.com")])'
    assert ask(moved) == 1
    sent = [
        mail for mail in server.mails("c2@example.com") if "changed" in mail["Subject"]
    ]
    assert ask(mails) + len(sent) <= 1


def test_a_case_is_rated_once(server, ask, ids):
    client = Client(server).log_in("c0@example.com")
    post(client, f"/my/p/cases/{ids['closed']}/rate", 12, stars="5", feedback="Good")
    domain = f'[("res_model", "=", "project.task"), ("res_id", "=", {ids["closed"]}),'
    domain += ' ("consumed", "=", True)]'
    assert ask(f'env["rating.rating"].search_count({domain})') == 1


def test_a_comment_is_posted_once(server, ask, ids):
    client = Client(server).log_in("c0@example.com")
    post(client, f"/my/p/cases/{ids['case']}/comment", 8, body="It is urgent")
    post(client, f"/my/faq/{ids['faq']}/comment", 8, body="It is urgent")
    domain = '[("body", "ilike", "It is urgent"), ("message_type", "=", "comment")]'
    assert ask(f'env["mail.message"].search({domain}).mapped("model")') == [
        "customer.portal.faq",
        "project.task",
    ]


def test_different_comments_are_all_kept(server, ask, ids):
    client = Client(server).log_in("c0@example.com")
    values = {"csrf_token": client.csrf}
    path = f"/my/p/cases/{ids['case']}/comment"
    at_once(
        [
            lambda number=number: client.open(path, **values, body=f"Detail {number}")
            for number in range(4)
        ]
    )
    domain = '[("body", "ilike", "Detail "), ("message_type", "=", "comment")]'
    assert ask(f'env["mail.message"].search_count({domain})') == 4


def test_a_contact_has_one_vote_and_counts_once_a_day(server, ask, ids):
    client = Client(server).log_in("c3@example.com")
    post(client, f"/my/faq/{ids['faq']}/vote", 8, helpful="yes")
    post(client, f"/my/faq/{ids['faq']}/seen", 8)
    post(client, f"/my/faq/{ids['faq']}/answered", 8)
    faq = f'env["customer.portal.faq"].browse({ids["faq"]})'
    names = "vote_count", "view_count", "solved_count"
    assert [ask(f"{faq}.{name}") for name in names] == [1, 1, 1]


def test_a_download_counts_once_a_session(server, ask, ids):
    path = f"/my/documents/{ids['file']}/download"
    count = f'env["customer.portal.document"].browse({ids["document"]}).download_count'
    for number in (4, 5):
        client = Client(server).log_in(f"c{number}@example.com")
        post(client, path, 10)
        post(client, path, 2)
        assert ask(count) == number - 3


def test_an_announcement_is_dismissed_once(server, ask, ids):
    client = Client(server).log_in("c6@example.com")
    version = ask(
        f'env["customer.portal.profile"].browse({ids["profile"]}).announcement_version'
    )
    path = f"/my/home/announcement/{ids['profile']}/dismiss"
    post(client, path, 8, version=version)
    assert ask('env["customer.portal.dismissal"].search_count([])') == 1


def test_a_form_that_is_sent_again_and_again_makes_one_case(server, ask):
    client = Client(server).log_in("c7@example.com")
    post(client, "/my/p/cases/new", 8, name="Sent often", _token="one-form")
    assert ask('env["project.task"].search_count([("name", "=", "Sent often")])') == 1


def test_a_flood_of_searches_fails_no_page_and_fills_no_report(server, ask):
    clients = [Client(server).log_in(f"c{number}@example.com") for number in (6, 7)]
    for turn in range(3):
        words = [f"flood {turn} {number}" for number in range(14)] + ["flood"] * 2
        answers = at_once(
            [
                lambda client=client, text=text: client.open(
                    f"/my/search?search={urllib.parse.quote(text)}"
                )
                for client in clients
                for text in words
            ]
        )
        assert {status for status, _text in answers} == {200}
    misses = 'env["customer.portal.search.miss"].search([("term", "like", "flood")])'
    assert 0 < ask(f'sum({misses}.mapped("searches"))') <= 60


def test_refusals_are_logged_ten_times_an_hour(server, ask):
    clients = [Client(server) for _number in range(20)]
    tokens = [client.token() for client in clients]
    at_once(
        [
            lambda client=client, token=token: client.open(
                "/web/login", login="c8@example.com", password="x", csrf_token=token
            )
            for client, token in zip(clients, tokens, strict=True)
        ]
    )
    told = ask(
        'env["customer.portal.touchpoint"]._read_group('
        '[("kind", "=", "refused"), ("partner_id.email", "=", "c8@example.com")],'
        '["detail"], ["__count"])'
    )
    assert told
    # After some attempts Odoo says another reason, which is limited by itself.
    assert all(count <= 10 for _reason, count in told), told


def test_ten_links_an_hour_are_mailed_to_who_has_forgotten_a_password(server, ask):
    clients = [Client(server) for _number in range(14)]
    tokens = [client.token() for client in clients]
    at_once(
        [
            lambda client=client, token=token: client.open(
                "/web/reset_password", login="c9@example.com", csrf_token=token
            )
            for client, token in zip(clients, tokens, strict=True)
        ]
    )

    def count_links():
        mails = server.mails("c9@example.com")  # the login details may be among them
        return sum("new password" in mail["Subject"] for mail in mails)

    wait_until(lambda: count_links() >= 10, "ten links")
    for _attempt in range(30):
        if not ask('env["customer.portal.reset"].search_count([])'):
            break
    known = TOUCHPOINTS.format(kind="reset_requested", email="c9@example.com")
    assert ask(known) == 10
    assert count_links() == 10


def test_a_mailbox_signs_up_once(server, ask):
    names = ("eve@", "EVE@", " eve@", "eve\u200b@", "eve+1@", "eve+2@")
    logins = [f"{name}example.com" for name in names]
    clients = [Client(server) for _login in logins]
    tokens = [client.token("/web/signup") for client in clients]
    at_once(
        [
            lambda client=client, token=token, login=login: client.open(
                "/web/signup",
                login=login,
                name="Eve",
                password=PASSWORD,
                confirm_password=PASSWORD,
                csrf_token=token,
            )
            for client, token, login in zip(clients, tokens, logins, strict=True)
        ]
    )
    users = 'env["res.users"].search_count([("login", "ilike", "eve")])'
    assert ask(users) == 1


def test_contacts_per_user_is_kept_by_sign_ups_at_once(
    server, ask, database, run_odoo_shell
):
    partners = 'env["res.partner"]'
    count, users = ask(
        f"[{partners}._count_portal_contacts(), {partners}._count_internal_users()]"
    )
    param = 'env["ir.config_parameter"].set_param("customer_portal.contacts_per_user"'
    run_odoo_shell(database, f"{param}, {count // users + 1})")
    room = (count // users + 1) * users - count
    clients = [Client(server) for _number in range(room + 4)]
    tokens = [client.token("/web/signup") for client in clients]
    at_once(
        [
            lambda number=number, client=client, token=token: client.open(
                "/web/signup",
                login=f"s{number}@example.com",
                name="S",
                password=PASSWORD,
                confirm_password=PASSWORD,
                csrf_token=token,
            )
            for number, (client, token) in enumerate(zip(clients, tokens, strict=True))
        ]
    )
    run_odoo_shell(database, f"{param}, 0)")
    assert count < ask(f"{partners}._count_portal_contacts()") <= count + room
