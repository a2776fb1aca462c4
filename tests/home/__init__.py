from . import test_chart
from . import test_home
