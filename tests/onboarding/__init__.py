from . import test_empty_lists
from . import test_onboarding
