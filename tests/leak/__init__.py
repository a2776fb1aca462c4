from . import test_leak
from . import test_leak_rights
