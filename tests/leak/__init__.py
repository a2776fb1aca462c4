from . import test_leak
from . import test_leak_rights
from . import test_leak_publishing
from . import test_leak_fields
from . import test_leak_references
