"""Passwords of tests are hashed in few rounds.

Odoo takes 600,000, a third of a second for each password that is chosen and each
login. Loaded by the servers of tests (`tools/tests/conftest.py`); never installed.
"""

from odoo.addons.base.models import res_users

res_users.MIN_ROUNDS = 1000
