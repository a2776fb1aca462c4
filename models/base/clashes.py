"""Where Odoo says how PostgreSQL tells that two transactions have clashed.

It repeats a request, or a job, that such an error ends. So whoever catches errors lets
these through.
"""

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

__all__ = ["PG_CONCURRENCY_EXCEPTIONS_TO_RETRY"]
