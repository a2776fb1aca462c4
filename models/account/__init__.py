from . import res_partner_address
from . import res_partner
from . import gate_user
from . import gate
from . import email_change
from . import ir_http
from . import res_users
from . import res_partner_tracking
