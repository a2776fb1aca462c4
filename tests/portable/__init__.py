from . import test_hostile_files
from . import test_portable
from . import test_portable_property
