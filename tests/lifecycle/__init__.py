from . import test_grace
from . import test_grace_days
from . import test_grace_matrix
from . import test_grace_ways
