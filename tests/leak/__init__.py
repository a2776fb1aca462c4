from . import test_leak
