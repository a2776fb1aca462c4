"""How many examples hypothesis draws.

The number that stands at a test is for `make test-long`. `make test` draws the first
ones of them, and `make soak` many more, and others in each run.
"""

import os

from hypothesis import HealthCheck, settings

# What the environment says of it: `LONG`, or how many of each test.
VARIABLE = "CUSTOMER_PORTAL_EXAMPLES"
LONG = "long"
# The part that `make test` draws: one of so many.
SHORT = 10


def draws(number, parts=1, short=None):
    """Return the settings of a test: but for `make soak`, the same ones in each run.

    :param int number: of examples in `make test-long`
    :param int parts: of the test, which share the examples
    :param int short: of examples in `make test`, where a part of them shows too little
    """
    asked = os.environ.get(VARIABLE)
    soaked = asked and asked != LONG
    total = int(asked) if soaked else number if asked else short or number // SHORT
    return settings(
        max_examples=max(total // parts, 1),
        deadline=None,
        derandomize=not soaked,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
