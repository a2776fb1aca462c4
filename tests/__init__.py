from . import test_door
from . import test_forgot_password
from . import test_period
from . import test_res_partner
from . import test_support_end_alert
from . import test_touchpoint
