from . import test_colleague
from . import test_colleague_attacks
from . import test_colleague_list
from . import test_covers
from . import test_covers_property
from . import test_request
from . import test_seats
