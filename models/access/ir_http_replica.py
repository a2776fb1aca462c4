from contextlib import closing, suppress
from copy import copy
from functools import partial, update_wrapper

import psycopg2
from psycopg2.errors import InFailedSqlTransaction

from odoo import models
from odoo.http import request
from odoo.tools import SQL, config

from odoo.addons.base.models.res_users import INDEX_SIZE

from ..base import odoo_cache
from ..base.odoo_http import read_session

# Session key: PostgreSQL's number of the transaction that the session wrote in last.
SESSION_WRITE = "customer_portal_write"
# What of a customer's access is not in Odoo's caches, which tell others of changes.
ACCESS = """
    SELECT customer.write_date, contact.write_date, organization.write_date
    FROM res_users customer
    JOIN res_partner contact ON contact.id = customer.partner_id
    LEFT JOIN res_partner organization
        ON organization.id = contact.commercial_partner_id
    WHERE customer.id = %s
"""
# Whose a key may be; the first characters of several may be the same.
KEY_OWNERS = """
    SELECT bool_and(NOT owner.share)
    FROM res_users_apikeys key
    JOIN res_users owner ON owner.id = key.user_id
    WHERE key.index = %s
"""


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Have the primary answer customers while a replica is behind.

        Odoo reads what is marked ``readonly`` from a replica, if there is one. It may
        not know yet what a customer has just written, that their access has ended, or
        that an administrator changed a profile. See ``Request._serve_db`` of Odoo.
        """
        rule, args = super()._match(path_info)
        if cls._asks_replica(rule) and cls._is_replica_behind(rule):
            rule = copy(rule)
            rule.endpoint = cls._get_endpoint_on_primary(rule.endpoint)
        return rule, args

    @classmethod
    def _get_endpoint_on_primary(cls, endpoint):
        """Return a route's own endpoint, but not ``readonly``; other requests share it.

        :rtype: functools.partial
        """
        own = update_wrapper(partial(endpoint.func), endpoint, assigned=())
        own.routing = {**endpoint.routing, "readonly": False}
        return own

    @classmethod
    def _post_dispatch(cls, response):
        cls._keep_latest_write()
        return super()._post_dispatch(response)

    @classmethod
    def _has_replica(cls):
        """Say whether this server reads from a replica.

        :rtype: bool
        """
        return bool(config["db_replica_host"])

    @classmethod
    def _asks_replica(cls, rule):
        """Say whether a replica was asked for a customer, or anybody on a portal page.

        Odoo asks it for changes of what is cached even if the primary then answers.

        :rtype: bool
        """
        if not (cls._has_replica() and request.env.cr.readonly):
            return False
        return (
            SESSION_WRITE in request.session
            or cls._is_portal_endpoint(rule.endpoint)
            or bool(cls._get_portal_visitor())
            or cls._has_customer_key(rule)
        )

    @classmethod
    def _has_customer_key(cls, rule):
        """Say whether a customer's API key may be what a request comes by.

        Odoo looks at it later, and then believes a replica that may not know yet that
        it was removed, or that the access of its owner has ended.

        :rtype: bool
        """
        header = request.httprequest.headers.get("Authorization", "")
        _scheme, *key = header.split(None, 1) or [""]
        if not key or rule.endpoint.routing["auth"] != "bearer":
            return False
        request.env.cr.execute(SQL(KEY_OWNERS, key[0][:INDEX_SIZE]))
        return not request.env.cr.fetchone()[0]

    @classmethod
    def _is_replica_behind(cls, rule):
        """Say whether the primary knows of a change that matters to this request.

        A primary that does not answer takes no changes either: then let the replica
        answer, so that customers can go on reading.

        :param rule: the route; nothing tells of a key whether it has changed
        :rtype: bool
        """
        replica = request.env.cr
        number = request.session.get(SESSION_WRITE)
        behind = bool(number) and not cls._has_transaction(replica, number)
        behind = behind or cls._has_customer_key(rule)
        try:
            with cls._open_primary() as primary:
                mark = cls._get_access_mark(primary)
                behind = behind or mark != cls._get_access_mark(replica)
                if behind:  # Odoo has looked for changes on the replica only.
                    odoo_cache.read_changes(request.env, primary)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            return False
        return behind

    @classmethod
    def _open_primary(cls):
        """Return a cursor on the primary, past connections that ended with it.

        Odoo keeps them, and fails on each once. Else pages would fail while the primary
        is away, though a replica can answer, and once more when it is back.
        """
        for _number in range(config["db_maxconn"] + 1):
            if cr := cls._try_primary():
                return closing(cr)
        raise psycopg2.OperationalError

    @classmethod
    def _try_primary(cls):
        """Return a cursor on the primary; None if the connection had ended."""
        try:
            return request.env.registry.cursor()
        except psycopg2.DatabaseError as error:
            if type(error) is not psycopg2.DatabaseError:
                raise
            return None

    @classmethod
    def _has_transaction(cls, cr, number):
        """Say whether a database has what a transaction of the primary wrote.

        :param str number: PostgreSQL's number of the transaction
        :rtype: bool
        """
        visible = "SELECT pg_visible_in_snapshot(%s::xid8, pg_current_snapshot())"
        cr.execute(SQL(visible, number))
        return cr.fetchone()[0]

    @classmethod
    def _get_access_mark(cls, cr):
        """Return what differs once the access of the request's user has changed.

        To be extended.

        :return: Odoo's counters of changes, and the times of the user's own
        :rtype: tuple
        """
        cr.execute(SQL(ACCESS, request.session.uid or None))
        return odoo_cache.get_sequences(request.env, cr), cr.fetchone()

    @classmethod
    def _keep_latest_write(cls):
        """Keep which transaction the session wrote in, so that it finds that again."""
        session = request.session
        if not cls._has_replica():
            return
        if session.is_new and not session.uid:
            return  # There is no page yet that would find what was written.
        if number := cls._get_own_transaction():
            session[SESSION_WRITE] = number
        elif session.is_dirty:
            cls._keep_write_of_others()

    @classmethod
    def _get_own_transaction(cls):
        """Return the number of what the request has written; None if it only read.

        A form has one in any case. Some of Odoo's own pages write though they are asked
        by GET: whoever logs in with an account elsewhere, or opens a quotation.

        :rtype: str | None
        """
        cr = request.env.cr
        if cr.closed or cr.readonly:
            return None
        if request.httprequest.method not in ("GET", "HEAD", "OPTIONS"):
            cr.execute(SQL("SELECT pg_current_xact_id()::text"))
            return cr.fetchone()[0]
        with suppress(InFailedSqlTransaction):  # nothing is written
            request.env.flush_all()  # as core does right after
            cr.execute(SQL("SELECT pg_current_xact_id_if_assigned()::text"))
            return cr.fetchone()[0]
        return None

    @classmethod
    def _keep_write_of_others(cls):
        """Keep what another request of the session has noted since this one began.

        Odoo saves a session as a whole: a slow list that ends after a form was sent
        would else put back that nothing was written.
        """
        stored = read_session(request.session)
        if number := stored.get(SESSION_WRITE):
            request.session[SESSION_WRITE] = number

    @classmethod
    def _read_changes_for_rpc(cls, env):
        """Have Odoo's caches follow the primary, which answers programs by RPC.

        Odoo has asked the replica whether something of them has changed.

        :param env: of the call
        """
        if cls._has_replica():
            odoo_cache.read_changes(env, env.cr)
