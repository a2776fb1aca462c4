from . import res_company
from . import onboarding
from . import onboarding_facts
from . import onboarding_notices
from . import res_config_settings
