from . import res_partner_address
from . import res_partner
from . import gate
from . import account
from . import waiting
from . import ir_http
from . import res_users
