"""A pytest plugin for the addon's tests: users that most classes have are made once.

They stay in the test database. `tests/common.py` says who they are, and makes them in
each class where there are none: the tests need no plugin.
"""

import importlib

import pytest

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from .paths import ADDON


@pytest.fixture(scope="session", autouse=True)
def staff(load_registry):
    """Make them, once Odoo is there and before the first test."""
    common = importlib.import_module(f"odoo.addons.{ADDON}.tests.common")
    with Registry(get_db_name()).cursor() as cursor:
        common.make_staff(api.Environment(cursor, SUPERUSER_ID, common.STAFF_CONTEXT))
