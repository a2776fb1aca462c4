from . import gate
from . import steps
from . import module_access
from . import values
from . import hidden_fields
from . import searches
from . import res_partner
from . import pages
