from . import test_orders
from . import test_by_hand
from . import test_passed_on
from . import test_payments
from . import test_contracts
from . import test_overdue
from . import test_source_settings
from . import test_payments_in_grace
