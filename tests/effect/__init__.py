from . import test_effect
from . import test_effect_property
from . import test_effect_undone
from . import test_review
