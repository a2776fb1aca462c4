from . import session
from . import viewing
from . import touchpoint
from . import quiet
from . import ir_http
from . import res_partner
from . import portal_mixin
