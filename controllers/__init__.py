from . import account
from . import portal
from . import session
