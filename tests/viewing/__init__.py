from . import test_viewing
