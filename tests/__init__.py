from . import test_door
from . import test_res_partner
