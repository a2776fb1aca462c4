from . import test_effect_property
