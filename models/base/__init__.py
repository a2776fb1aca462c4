from . import cache
from . import dialog
from . import touchpoint
from . import ir_config_parameter
from . import res_company
from . import res_partner
from . import prefetch
