from . import test_case
from . import test_case_agents
from . import test_case_mails
from . import test_case_number
from . import test_case_organization
from . import test_case_switch
from . import test_kept
from . import test_ticket_pages
