from . import res_partner_address
from . import res_partner
from . import gate_user
from . import gate
from . import email_change
