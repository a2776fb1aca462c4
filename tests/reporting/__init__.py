from . import test_refusal
from . import test_refusal_ways
from . import test_reporting
from . import test_weekly
