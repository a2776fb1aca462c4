from . import test_account
from . import test_address
from . import test_my_account
from . import test_my_profile
