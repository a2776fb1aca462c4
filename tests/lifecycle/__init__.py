from . import test_notices
from . import test_notice_overviews
from . import test_extension_requests
from . import test_receipts
