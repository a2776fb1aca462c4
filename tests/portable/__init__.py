from . import test_hostile_files
from . import test_load_file
from . import test_portable
from . import test_portable_property
from . import test_portable_routes
