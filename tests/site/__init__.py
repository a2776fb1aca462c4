from . import test_assets
from . import test_headers
from . import test_host
from . import test_language
from . import test_look
from . import test_portal_url
from . import test_scripts
from . import test_views
