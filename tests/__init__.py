from . import test_access
from . import test_address
from . import test_base_partner_merge
from . import test_credentials
from . import test_door
from . import test_forgot_password
<<<<<<< HEAD
from . import test_gate
from . import test_gate_property
=======
from . import test_module
>>>>>>> d9562d5 (Show everything in the demo: organizations, a subsidiary, profiles, and records of other apps)
from . import test_my_account
from . import test_native_matrix
from . import test_native_pages
from . import test_period
from . import test_permission
from . import test_portal_state
from . import test_portal_wizard
from . import test_profile
from . import test_res_partner
from . import test_settings
from . import test_signup
from . import test_support_end_alert
from . import test_touchpoint
from . import test_views
