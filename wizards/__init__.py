from . import base_module_uninstall
from . import base_partner_merge
from . import portal_wizard
from . import customer_portal_module_preview
from . import customer_portal_document_share
from . import portal_share
from . import customer_portal_explanation
from . import customer_portal_viewers
