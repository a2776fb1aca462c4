from . import test_notices
from . import test_notice_overviews
from . import test_extension_requests
from . import test_receipts
from . import test_grace
from . import test_grace_days
from . import test_grace_matrix
from . import test_grace_ways
