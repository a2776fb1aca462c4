"""`make scale`: programs of customers, with a replica that is seconds late.

They come by an API key, or with a password at each call, and have no session.
"""

import xmlrpc.client

import requests

from .scale_client import PATIENCE, Client
from .scale_servers import DATABASE

MODEL = "res.partner"
# How often each is asked, to meet both workers of a server.
TRIES = 4


class Program:
    """A program of a customer, which counts the contacts that they see."""

    def __init__(self, place, login, uid):
        self.key, self.uid = place.facts["keys"][login], uid
        self.password = place.facts["password"]

    def by_key(self, address):
        """Count by JSON-2: a method that a replica may answer."""
        answer = requests.post(
            f"{address}/json/2/{MODEL}/search_count",
            json={"domain": []},
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=PATIENCE,
        )
        return answer.json() if answer.ok else None

    def by_password(self, address):
        """Count by XML-RPC: what is cached is looked up on the replica."""
        words = (DATABASE, self.uid, self.password, MODEL, "search_count", [[]])
        try:
            service = xmlrpc.client.ServerProxy(f"{address}/xmlrpc/2/object")
            return service.execute_kw(*words)
        except xmlrpc.client.Fault:
            return None

    def count(self, address):
        """Return what both ways answer, some times each; None is a refusal."""
        ways = (self.by_key, self.by_password)
        return [way(address) for way in ways for _number in range(TRIES)]


def check(place, admin, logins, settle):
    """Have a password changed and an access ended: both hold at the next call.

    :param logins: of two customers
    """
    addresses = (place.second, place.first)
    programs = [_make_program(place, admin, login) for login in logins]
    for program in programs:
        found = [program.count(address) for address in addresses * 2]
        place.check(all(map(all, found)), "programs of customers are answered", found)
    settle()
    _change_password(place, logins[0])
    found = [programs[0].by_password(a) for a in addresses for _number in range(TRIES)]
    place.check(not any(found), "programs: an old password is refused at once", found)
    [partner] = admin.call("res.partner", "search", [["email", "=", logins[1]]])
    admin.call("res.partner", "write", [partner], {"portal_user": False})
    found = [programs[1].count(address) for address in addresses]
    place.check(not any(map(any, found)), "programs: access ends at once", found)


def _make_program(place, admin, login):
    [user] = admin.call("res.users", "search_read", [["login", "=", login]], ["id"])
    return Program(place, login, user["id"])


def _change_password(place, login):
    old = place.facts["password"]
    new = f"{old} 3"
    client = Client(place.first, login, old)
    client.post("/my/profile/password", old=old, new1=new, new2=new)
