from . import test_viewing
from . import test_viewing_attacks
from . import test_viewing_native
from . import test_viewing_writes
