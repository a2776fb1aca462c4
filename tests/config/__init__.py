from . import test_module
from . import test_permission
from . import test_preview
from . import test_profile
from . import test_proposal
from . import test_publishing
from . import test_ready_made
from . import test_unknown_values
