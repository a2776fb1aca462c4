from . import test_run
from . import test_close
from . import test_hostile_matrix
from . import test_hostile_ways
from . import test_answers
from . import test_record
from . import test_review_pages
from . import test_calendar
