from . import test_portable
from . import test_portable_property
