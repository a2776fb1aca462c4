from . import test_draft
from . import test_draft_attacks
from . import test_version
from . import test_given_property
