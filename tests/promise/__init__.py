from . import test_promise
from . import test_promise_company
from . import test_promise_fields
from . import test_promise_page
from . import test_reminder
from . import test_working_time
