"""How many examples hypothesis draws."""

import os

from hypothesis import HealthCheck, settings

# Set by `make soak`: how many of each, and other ones in each run.
SOAK = "CUSTOMER_PORTAL_EXAMPLES"


def draws(number, parts=1):
    """Return the settings of a test: by default the same examples in each run.

    :param int number: of examples that take a few seconds
    :param int parts: of the test, which share the examples
    """
    soaked = os.environ.get(SOAK)
    return settings(
        max_examples=max(int(soaked or number) // parts, 1),
        deadline=None,
        derandomize=not soaked,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
