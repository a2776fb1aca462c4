from . import test_chart
from . import test_for_you
from . import test_home
